"""The second wall: PostgreSQL itself gives a request only the rows of its person's bureau and areas.

The first wall is the scope every query is cut to (`core.scope`). If a page forgets it, this one stands: before a view
runs, the connection takes a role without privileges over row security and says whose request it is; policies on the
large tables do the rest. Jobs and commands keep the role of the owner, whom policies do not bind.

Reading (GET) is cut to bureau, areas and one's own rows; writing to the bureau only, because an act may rightly move a
row out of the actor's area. A connection that has the role but no bureau sees nothing.

Acts repeat a few small statements and keep the plans of these; all else plans each for its values (decision 0003).
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.backends.signals import connection_created
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse

ROLE = "shijian_request"
READING = {"GET", "HEAD", "OPTIONS"}
ENTER = (
    "SELECT set_config('shijian.bureau', %s, false), set_config('shijian.prefixes', %s, false),"
    f" set_config('shijian.hats', %s, false), set_config('plan_cache_mode', %s, false), set_config('role', '{ROLE}', false)"
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Side:
    """Whose request it is: the bureau, the area prefixes ("" = all of it) and the keys of whom the person acts for."""

    bureau_code: str
    prefixes: tuple[str, ...]
    hats: tuple[str, ...]


_here = threading.local()


def raise_for(side: Side, *, reading: bool) -> None:
    """From now on this connection sees only that side: one statement that reads no table, past Django's own counting."""
    prefixes = "*" if not reading or settings.ROW_WALL == "bureau" or "" in side.prefixes else ",".join(side.prefixes)
    plans = "force_custom_plan" if reading else "auto"
    _here.facts = [side.bureau_code, prefixes, "{" + ",".join(side.hats) + "}", plans]
    _enter(_here.facts)


def lower() -> None:
    """Back to the owner's role; does nothing where no wall stands."""
    if getattr(_here, "facts", None) is None:
        return
    _here.facts = None
    if connection.connection is None or (connection.in_atomic_block and connection.needs_rollback):
        return
    connection.connection.execute("RESET ROLE")


@contextmanager
def lifted() -> Iterator[None]:
    """For a figure that is rightly about more than the person may see, such as the load of a colleague."""
    facts = getattr(_here, "facts", None)
    lower()
    try:
        yield
    finally:
        if facts is not None:
            _here.facts = facts
            _enter(facts)


def _enter(facts: list[str]) -> None:
    connection.ensure_connection()
    connection.connection.execute(ENTER, facts)


def _again(**_: Any) -> None:
    """A connection made anew in the middle of a request stands behind the same wall."""
    if getattr(_here, "facts", None) is not None:
        _enter(_here.facts)


connection_created.connect(_again, dispatch_uid="core.wall")


class RowWallMiddleware:
    """Raises the wall for who is logged in; `side_of` says where his request stands."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.ROW_WALL == "off" or not request.user.is_authenticated or not is_standing():
            return self.get_response(request)
        raise_for(side_of(request.user), reading=request.method in READING)
        try:
            response = self.get_response(request)
        except BaseException:
            lower()
            raise
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _to_the_end(response.streaming_content)  # type: ignore[arg-type]
        else:
            lower()
        return response


def _to_the_end(content: Iterable[bytes]) -> Iterator[bytes]:
    """An export runs after the view has returned: the wall stands until its last line."""
    try:
        yield from content
    finally:
        lower()


def side_of(user: Any) -> Side:
    """The reach of all business roles held today together."""
    return Side(user.bureau_code, user.reach(), tuple(sorted(str(key) for key in user.hats)))


def is_standing() -> bool:
    """Whether the database has the role and lets us take it; asked once per process."""
    if _standing.get("is") is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, 'MEMBER')", [ROLE])
            _standing["is"] = bool(cursor.fetchone()[0])
        if not _standing["is"]:
            log.warning("row wall: role %s is missing; see docs/operations/running.md", ROLE)
    return bool(_standing["is"])


_standing: dict[str, bool] = {}


def build(policies: dict[str, tuple[str, str]], functions: Iterable[str], leakproof: Iterable[str]) -> None:
    """Role, rights and policies anew: harmless to repeat. `policies`: table → (read, write) conditions.

    Where the login may not create roles or mark functions, the wall stays down or searches without its indexes; the
    statements an administrator of the database runs instead are in docs/operations/running.md.
    """
    _standing.clear()
    if not _attempt(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN CREATE ROLE {ROLE} NOLOGIN; END IF;"
        " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    ):
        return
    _attempt(f"GRANT {ROLE} TO CURRENT_USER")
    _attempt(f"GRANT USAGE ON SCHEMA public TO {ROLE}")
    _attempt(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE}")
    _attempt(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
    later = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"  # tables made after this, such as that of the cache
    _attempt(f"{later} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {ROLE}")
    _attempt(f"{later} USAGE, SELECT, UPDATE ON SEQUENCES TO {ROLE}")
    for function in functions:
        _attempt(function)
    for table, (read, write) in policies.items():
        conditions = {
            "SELECT": f"USING ({read})",
            "INSERT": f"WITH CHECK ({write})",
            "UPDATE": f"USING ({write})",
            "DELETE": f"USING ({write})",
        }
        statements = [f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"]
        for kind, condition in conditions.items():
            name = f"wall_{kind.lower()}"
            statements.append(f"DROP POLICY IF EXISTS {name} ON {table}")
            statements.append(f"CREATE POLICY {name} ON {table} FOR {kind} {condition}")
        _attempt("; ".join(statements))
    for signature in leakproof:
        _attempt(
            f"DO $$ BEGIN IF to_regprocedure('{signature}') IS NOT NULL THEN ALTER FUNCTION {signature} LEAKPROOF; END IF; END $$"
        )


def _attempt(statement: str) -> bool:
    """One statement, or several in one transaction; a refusal of the database is logged, not raised."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        log.warning("row wall: %s", str(error).splitlines()[0])
        return False
    return True
