import pytest
from django.core.management import call_command

from shijian.exchange import auth, queries
from shijian.exchange.testing import ApiClient, a_kind, a_token


@pytest.fixture(autouse=True)
def _fresh_process():
    queries.forget()
    auth._paces.clear()


@pytest.fixture
def ready(cast):
    """The cast, a kind, and one square grid 050101 with its chief around (109.05, 34.25)."""
    call_command("load_reference", verbosity=0)
    a_kind()
    return cast


@pytest.fixture
def token(ready):
    return a_token(ready.source, ready.secadmin)[0]


@pytest.fixture
def client_of(ready):
    """A client that speaks with a new token of an account."""

    def make(user, **changes):
        return ApiClient(a_token(user, ready.secadmin, **changes)[1])

    return make


@pytest.fixture
def api(client_of, ready):
    return client_of(ready.source)
