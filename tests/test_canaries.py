"""R14: canaries in the fields that are masked are seen by their declared readers and nowhere else."""

import io
import itertools
import zipfile

import pytest
from django.urls import reverse

from shijian.accounts.models import User
from shijian.accounts.testing import PEOPLE
from shijian.audit.models import Entry
from shijian.exchange.testing import a_token
from shijian.subjects.models import Entity

from .test_permissions import TABLE, addresses  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
EXPORTS = ("accounts:people", "events:list", "subjects:list", "grid:tree", "grid:ledger")


@pytest.fixture
def canaries(world):
    """A phone number nobody else has, for everybody and for each entity."""
    numbers = (f"1397{number:07d}" for number in itertools.count(1234567, 7919))
    planted = {}
    for user in User.objects.all():
        planted[user.pk] = next(numbers)
        User.objects.filter(pk=user.pk).update(phone=planted[user.pk])
    for entity in Entity.objects.all():
        entity.phone = planted[entity.pk] = next(numbers)
        entity.save(update_fields=["phone"])
    return planted


def text_of(response):
    body = b"".join(response) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return body.decode(errors="replace") + str(response.headers)


def addresses_of(addresses):  # noqa: F811
    for name, (_, _, method) in TABLE.items():
        if method == "get":
            yield name, addresses[name]
    for name in EXPORTS:
        for file in ("csv", "xlsx"):
            yield name, f"{reverse(name)}?export={file}"
    place = "lon=109.005&lat=34.205"
    yield "grid:responsible", f"{reverse('grid:responsible')}?{place}"
    yield "grid:areas", f"{reverse('grid:areas')}?level=grid&people=1&bbox=108,34,110,35"
    yield "portal:search", f"{reverse('portal:search')}?q=1397"
    yield "portal:search", f"{reverse('portal:search')}?q=程网一"
    yield "error page", "/people/not-there/"


def allowed(name, user, world):
    """Declared readers: the person himself, and the system administrator while he edits."""
    if name == "accounts:person_edit":
        return {world.cast.manager.pk}  # whose page the table asks for
    return {user.pk} if name in {"accounts:person", "accounts:me"} else set()


@pytest.mark.parametrize("part", sorted(PEOPLE))
def test_no_page_list_export_or_search_shows_a_canary_to_others(world, canaries, caplog, part, addresses):  # noqa: F811
    user = getattr(world.cast, part)
    client = world.cast.client(user)
    sightings, asked = [], 0
    for name, address in addresses_of(addresses):
        response = client.get(address)
        asked += 1
        text = text_of(response)
        may_see = allowed(name, user, world)
        sightings += [(name, address) for pk, number in canaries.items() if number in text and pk not in may_see]
    assert asked > 50
    assert sightings == []
    assert not any(number in caplog.text for number in canaries.values())


def test_the_canaries_would_be_seen(world, canaries):
    """The test can fail: the declared reader does see the number."""
    chief = world.cast.chief
    assert canaries[chief.pk] in text_of(world.cast.client(chief).get(reverse("accounts:person", args=[chief.pk])))


def test_masked_numbers_stand_where_the_whole_ones_stood(world, canaries):
    page = text_of(world.cast.client(world.cast.informant).get(reverse("events:event", args=[world.event.number])))
    assert f"{canaries[world.cast.chief.pk][:3]}****{canaries[world.cast.chief.pk][-4:]}" in page


def test_the_api_shows_no_canary(world, canaries, client):
    _, secret = a_token(world.cast.source, world.cast.secadmin)
    for address in ("events", "kinds", "entities", "grid/nodes", "grid/responsible?lon=109.005&lat=34.205"):
        response = client.get(f"/api/v1/{address}", headers={"authorization": f"Bearer {secret}"})
        assert response.status_code in {200, 403}, address
        assert not any(number in text_of(response) for number in canaries.values()), address
    assert "****" in text_of(response), "the chain was answered, with its numbers masked"


def test_no_entry_of_the_log_carries_a_canary(world, canaries):
    cast = world.cast
    cast.confirmed_client(cast.informant).post(
        reverse("accounts:unmasking", args=[cast.chief.pk]), {"reason": "联系到场处置"}
    )
    fields = {"name": "程网一", "unit": cast.units["0501"].pk, "kind": "officer", "post": "", "phone": "13912340000"}
    cast.client(cast.sysadmin).post(reverse("accounts:person_edit", args=[cast.chief.pk]), fields)
    written = str(list(Entry.objects.values_list("detail", "object_label", "actor_name")))
    assert not any(number in written for number in [*canaries.values(), "13912340000"])
