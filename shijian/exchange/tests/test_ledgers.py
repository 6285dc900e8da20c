"""四本台账 over the API: what the screen shows, page by page."""

import pytest

from shijian.exchange.testing import ApiClient, a_token
from tests.world import build

pytestmark = pytest.mark.django_db


def test_the_ledger_over_the_api_has_the_columns_and_rows_of_the_screen(cast):
    world = build(cast)
    world.cast.source.grants.update(role_id="api_reader")
    _, secret = a_token(world.cast.source, world.cast.secadmin)
    client = ApiClient(secret)
    seen, after = [], ""
    for _ in range(4):
        page = client.get("/api/v1/grid/ledgers/staff", {"limit": 2, "after": after}).json()
        seen += [row["网格编码"] for row in page["items"]]
        if not (after := page["next"]):
            break
    assert seen == ["05", "0501", "050101", "050102", "0502", "050201"]
    assert page["columns"][:4] == ["网格编码", "网格", "职责", "姓名"]
