"""Whatever the description of the API allows, and much that it does not, is answered without a failure of ours (R11)."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shijian.accounts.models import Grant, Role
from shijian.config.wsgi import application
from shijian.exchange.testing import a_token

from .test_api import reader

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
OPERATIONS = [
    ("POST", "/api/v1/events"),
    ("GET", "/api/v1/events"),
    ("GET", "/api/v1/events/{number}"),
    ("GET", "/api/v1/kinds"),
    ("GET", "/api/v1/entities"),
    ("GET", "/api/v1/grid/nodes"),
    ("GET", "/api/v1/grid/ledgers/{name}"),
    ("GET", "/api/v1/grid/responsible"),
]


@pytest.fixture(autouse=True)
def _connection_stays():
    """A real request gives its connection back; here all requests belong to the transaction of the test."""
    signals = [request_started, request_finished]
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def secret(ready):
    """Of an account that may do everything the API offers."""
    user = reader(ready)
    role = Role.objects.get(pk="api_source")
    path = ready.units["610111"].path
    Grant.objects.create(
        user=user, role=role, lane=role.lane, bureau_code="610111", unit_path=path, valid=("2020-01-01", None)
    )
    return a_token(user, ready.secadmin)[1]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_request_makes_the_api_fail(secret, method, path, mode):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operation = schema[path][method]
    quiet = settings(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @quiet
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        response = case.call(headers={"Authorization": f"Bearer {secret}", "Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS)

    ask()


def test_every_operation_is_asked(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {(method.upper(), path) for path, methods in paths.items() for method in methods} == set(OPERATIONS)
