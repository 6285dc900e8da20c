"""G-24: a request from a shop in a grid lands with that grid's head, and its answer comes back by the receipt."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from shijian.grid.models import Node, Opinion, Staffing
from shijian.grid.services import requests, work
from shijian.notices.models import Notice

pytestmark = pytest.mark.django_db
TEXT = "店铺想增加热食，许可证怎样变更？"


def there(code="050101"):
    return reverse("grid:request_new", args=["610111", code])


def test_a_request_lands_with_the_head_and_the_answer_comes_by_the_receipt(client, world):
    assert world.cast.chief.name in client.get(there()).content.decode()
    page = client.post(there(), {"source": "trader", "text": TEXT, "from_name": "小赵", "phone": "13977440911"})
    made = Opinion.objects.get(text=TEXT)
    assert made.receipt in page.content.decode()
    assert made.assignee == world.cast.chief
    assert Notice.objects.filter(to=world.cast.chief, title="有网上诉求待答复").exists()
    own = world.cast.client(world.cast.chief).get(reverse("grid:opinion", args=[made.pk])).content.decode()
    assert "小赵" in own
    look = reverse("grid:request_answer")
    assert "办理中" in client.post(look, {"receipt": made.receipt.lower()}).content.decode()
    work.answer_opinion(made, answer="到政务大厅或网上申请变更。", by=world.cast.chief, now=now())
    answered = client.post(look, {"receipt": made.receipt}).content.decode()
    assert "网上申请变更" in answered
    assert "小赵" not in answered
    assert TEXT not in answered


@pytest.mark.parametrize("receipt", ["", " ", "SQ261121-AAAAAAAAAA", "' OR 1=1 --", "%", "\x00"])
def test_no_other_word_opens_an_answer(client, world, receipt):
    requests.send_request(world.nodes["050101"], source="trader", text=TEXT, address="10.0.0.1", now=now())
    page = client.post(reverse("grid:request_answer"), {"receipt": receipt})
    assert page.status_code == 422


def test_one_address_may_send_five_a_day_and_a_program_none(client, world):
    for _ in range(requests.FROM_ONE):
        assert client.post(there(), {"source": "trader", "text": TEXT}).status_code == 200
    assert client.post(there(), {"source": "trader", "text": TEXT}).status_code == 422
    assert client.post(there(), {"source": "trader", "text": TEXT}, REMOTE_ADDR="10.9.9.9").status_code == 200
    filled = {"source": "trader", "text": TEXT, "website": "http://x"}
    assert client.post(there(), filled, REMOTE_ADDR="10.9.9.8").status_code == 422
    assert "127.0.0.1" not in Opinion.objects.first().sender_print


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"source": "deputy", "text": TEXT},
        {"source": "trader", "text": "短"},
        {"source": "trader", "text": TEXT, "phone": "call me"},
    ],
)
def test_what_is_not_a_request_is_sent_back(client, world, sent):
    assert client.post(there(), sent).status_code in {200, 422}
    assert not Opinion.objects.exclude(receipt="").exists()


def test_a_grid_without_a_chief_gives_it_to_the_level_above_and_none_to_nobody(client, world):
    Staffing.objects.filter(area_code="050101").delete()
    client.post(there(), {"source": "trader", "text": TEXT})
    assert Opinion.objects.get(text=TEXT).assignee == world.cast.station_head
    Staffing.objects.all().delete()
    assert client.post(there(), {"source": "trader", "text": TEXT}).status_code == 422


def test_a_grid_that_is_not_there_has_no_page(client, world):
    assert client.get(there("999999")).status_code == 404
    assert Node.objects.filter(area_code="050101").exists()


def test_the_code_of_a_grid_can_be_printed(world):
    page = world.cast.client(world.cast.chief).get(reverse("grid:request_code", args=["050101"])).content.decode()
    assert "<svg" in page
    assert there() in page
