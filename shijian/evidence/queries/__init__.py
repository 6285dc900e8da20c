"""Reads, and the doors: what is attached to a record is reached through the record's own door."""

from .bindings import bindable, bindings_of, bound_papers, bound_recordings, papers_of
from .door import (
    binding_for,
    find_measure,
    good_for,
    goods_visible_to,
    item_for,
    items_visible_to,
    measure_for,
    measures_visible_to,
    record_of,
    upload_for,
)
from .items import (
    custody_moments,
    good_page,
    handovers_of,
    item_page,
    items_of,
    kept,
    packages_of,
    waiting_for,
)
from .measures import as_record, measures_of, running
from .people import colleague, officers_near, task_url, tasks_offered
from .powers import runs as runs_of_power
from .process import moments_of

__all__ = [
    "as_record", "bindable", "binding_for", "bindings_of", "bound_papers", "bound_recordings", "colleague", "custody_moments", "find_measure", "good_for", "good_page", "goods_visible_to", "handovers_of", "item_for", "item_page", "items_of",
    "items_visible_to", "kept", "measure_for", "measures_of", "measures_visible_to", "moments_of", "officers_near", "packages_of",
    "papers_of", "record_of", "running", "runs_of_power", "task_url", "tasks_offered", "upload_for", "waiting_for",
]  # fmt: skip
