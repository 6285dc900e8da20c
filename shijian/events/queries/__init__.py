"""Reads of events."""

from .acting import acts_for, chain, dispatchers, handled_by, matter_of, person_of, reviewers, reviewing_at
from .basis import uses_of_laws
from .dispatching import candidates, in_hand, officers_under, watched_by, workload
from .door import NoSuchColleague, colleague_for, colleague_named, event_for, in_area, parts_of, studies_of, visible_to
from .figures import MAP_EVENTS, count_by_area, in_box, list_url, phrases_for
from .finding import matching
from .leads import leads_of, may_receive, receivers_of, tasks_of, waiting_leads
from .likeness import Alike, alike, merged_into, reporters_of_merged, same_matter
from .limits import chief_names, climbing, ladder, supervised_for, supervision_of
from .powers import runs as runs_of_power
from .record import (
    as_record,
    closed_of,
    presences_of,
    process_of_event,
    record_of_event,
    tasks_for_evidence,
)
from .timeline import first_photos, moments, of_entities, people_to_ask, said, threads, unread_among

__all__ = [
    "MAP_EVENTS",
    "Alike",
    "NoSuchColleague",
    "acts_for",
    "alike",
    "as_record",
    "candidates",
    "chain",
    "chief_names",
    "climbing",
    "closed_of",
    "colleague_for",
    "colleague_named",
    "count_by_area",
    "dispatchers",
    "event_for",
    "first_photos",
    "handled_by",
    "in_area",
    "in_box",
    "in_hand",
    "ladder",
    "leads_of",
    "list_url",
    "matching",
    "matter_of",
    "may_receive",
    "merged_into",
    "moments",
    "of_entities",
    "officers_under",
    "parts_of",
    "people_to_ask",
    "person_of",
    "phrases_for",
    "presences_of",
    "process_of_event",
    "receivers_of",
    "record_of_event",
    "reporters_of_merged",
    "reviewers",
    "reviewing_at",
    "runs_of_power",
    "said",
    "same_matter",
    "studies_of",
    "supervised_for",
    "supervision_of",
    "tasks_for_evidence",
    "tasks_of",
    "threads",
    "unread_among",
    "uses_of_laws",
    "visible_to",
    "waiting_leads",
    "watched_by",
    "workload",
]
