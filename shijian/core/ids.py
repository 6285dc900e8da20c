"""Identifiers made by whoever creates the record, the phone included."""

import uuid

from uuid_utils import compat


def new_id() -> uuid.UUID:
    """A UUIDv7: sorts by time of making, so large indexes grow at one end."""
    return compat.uuid7()
