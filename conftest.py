"""The database of the tests: an embedded PostgreSQL, stopped by the last session that uses it."""

import fcntl
import os

import pytest
import pytest_django

OWN_SERVER = not os.environ.get("DATABASE_URL")


def pytest_configure(config: pytest.Config) -> None:
    if not OWN_SERVER or hasattr(config, "workerinput"):
        return
    from shijian.config import environment
    from shijian.config.embedded import Cluster

    home = environment.home(testing=True)
    home.mkdir(parents=True, exist_ok=True)
    (home / "static").mkdir(exist_ok=True)  # whitenoise warns of a missing one
    # Durability is for the crash tests, which run a cluster of their own: here nothing outlives the session.
    cluster = Cluster(home, {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
    users = (home / "users.lock").open("w")
    with (home / "start.lock").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster.start()
        cluster.create_database("template_test")
    config.stash[CLUSTER] = (cluster, users)


CLUSTER = pytest.StashKey[tuple[object, object]]()


def pytest_unconfigure(config: pytest.Config) -> None:
    cluster, users = config.stash.get(CLUSTER, (None, None))
    if cluster is None:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[call-overload]
    except BlockingIOError:
        return  # another session still uses it
    cluster.stop("immediate")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    """Tests with real transactions empty all tables afterwards; the audit log forbids even that, so here it may not."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("entry", "leaf", "node", "treehead"):
            cursor.execute(f"ALTER TABLE audit_{table} DISABLE TRIGGER no_truncate")


@pytest.fixture
def cast(db: None) -> object:
    """The fixed cast (`accounts.testing`): `cast.chief`, `cast.client(cast.chief)`."""
    from shijian.accounts.services import sync_roles
    from shijian.accounts.testing import build_cast
    from shijian.config.roles import ROLES

    sync_roles(ROLES)
    return build_cast()
