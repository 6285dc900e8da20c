from .facts import Change, changes, known_facts, office_facts, record_facts
from .forms import current_forms, form_version, uses_of_laws
from .papers import paper_for, papers_of, rendered_page, visible_to

__all__ = [
    "Change",
    "changes",
    "current_forms",
    "form_version",
    "known_facts",
    "office_facts",
    "paper_for",
    "papers_of",
    "record_facts",
    "rendered_page",
    "uses_of_laws",
    "visible_to",
]
