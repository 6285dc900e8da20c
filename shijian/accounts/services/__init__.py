"""Acts on units, people, grants and certificates."""

from .certificates import change_certificate, register_certificate
from .delegations import begin_acting, delegate, end_acting, end_delegation
from .factors import OwnFactor, remove_factors, reseal_factors
from .grants import AdministratorsAreSeparate, AlreadyGranted, end_grant, grant, sync_roles
from .identities import link_identity, person_of_subject, unlink_identity
from .passwords import WeakPassword, change_password, password_faults, password_profile
from .people import change_person, create_person, disable, enable
from .personal_data import QuotaUsed, unmask, unmask_phone
from .resets import SecondPersonNeeded, ask_reset, decide_reset, reset_password
from .sessions import end_other_sessions, end_session, end_sessions, keep_to_limit
from .units import change_unit, create_unit

__all__ = [
    "AdministratorsAreSeparate",
    "AlreadyGranted",
    "OwnFactor",
    "QuotaUsed",
    "SecondPersonNeeded",
    "WeakPassword",
    "ask_reset",
    "begin_acting",
    "change_certificate",
    "change_password",
    "change_person",
    "change_unit",
    "create_person",
    "create_unit",
    "decide_reset",
    "delegate",
    "disable",
    "enable",
    "end_acting",
    "end_delegation",
    "end_grant",
    "end_other_sessions",
    "end_session",
    "end_sessions",
    "grant",
    "keep_to_limit",
    "link_identity",
    "password_faults",
    "password_profile",
    "person_of_subject",
    "register_certificate",
    "remove_factors",
    "reseal_factors",
    "reset_password",
    "sync_roles",
    "unlink_identity",
    "unmask",
    "unmask_phone",
]
