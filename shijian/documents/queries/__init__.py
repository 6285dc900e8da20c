from .approvers import approvers_of
from .casefiles import case_file_for, case_file_of, case_files_visible_to, due_for_transfer, transfer_of, unfiled
from .deliveries import address_of, consent_of, deliveries_visible_to, delivery_for
from .facts import Change, changes, known_facts, office_facts, record_facts
from .forms import current_forms, form_version, uses_of_laws, versions_of
from .papers import check_address, paper_by_code, paper_for, papers_of, rendered_page, visible_to
from .powers import addresses
from .powers import runs as runs_of_power
from .process import deliveries_of, moments_of
from .proposals import Lift, changes_between, drafts_on, lift_of, proposal_for, proposals_of
from .signing import SlotOfForm, home_of, places_of, signing_of

__all__ = [
    "Change",
    "Lift",
    "SlotOfForm",
    "address_of",
    "addresses",
    "approvers_of",
    "case_file_for",
    "case_file_of",
    "case_files_visible_to",
    "changes",
    "changes_between",
    "check_address",
    "consent_of",
    "current_forms",
    "deliveries_of",
    "deliveries_visible_to",
    "delivery_for",
    "drafts_on",
    "due_for_transfer",
    "form_version",
    "home_of",
    "known_facts",
    "lift_of",
    "moments_of",
    "office_facts",
    "paper_by_code",
    "paper_for",
    "papers_of",
    "places_of",
    "proposal_for",
    "proposals_of",
    "record_facts",
    "rendered_page",
    "runs_of_power",
    "signing_of",
    "transfer_of",
    "unfiled",
    "uses_of_laws",
    "versions_of",
    "visible_to",
]
