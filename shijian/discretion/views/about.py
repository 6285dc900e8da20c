"""The record a working is for. It travels in the address, from the record's page to the saved worksheet."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404

from shijian.accounts.requests import PersonRequest
from shijian.core import records

ADDRESS = {"record_kind", "record_id"}


def record_of(request: PersonRequest) -> records.Record | None:
    """The record in the address, through its own door; Http404 when the person may not see it."""
    kind, key = request.GET.get("record_kind", ""), request.GET.get("record_id", "")
    if not kind:
        return None
    try:
        return records.record_for(request.user, kind, UUID(key))
    except ValueError as error:
        raise Http404 from error


def carrying(record: records.Record | None) -> str:
    """What the next address needs so that the record stays with the person."""
    return "?" + urlencode({"record_kind": record.kind, "record_id": record.id}) if record else ""
