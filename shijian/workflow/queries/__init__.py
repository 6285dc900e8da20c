"""Reads of the module: diagrams, people, work lists and doors."""

from .articles import addresses, uses_of_laws
from .diagrams import diagram_of, known, role_names
from .people import candidates, colleagues, fitting, past_of, person_of, place_of
from .tasks import LARGE, done, filled_before, in_charge, instance_for, of_record, running, started, task_for, todo

__all__ = [
    "LARGE", "addresses", "candidates", "colleagues", "diagram_of", "done", "filled_before", "fitting", "in_charge", "instance_for", "known", "of_record", "past_of", "person_of",
    "place_of", "role_names", "running", "started", "task_for", "todo", "uses_of_laws",
]  # fmt: skip
