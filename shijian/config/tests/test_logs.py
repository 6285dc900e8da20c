"""Log lines: structured, joined by the request id, and without personal data."""

import json
import logging

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.timezone import now

from shijian.accounts.models import User
from shijian.audit import services as audit
from shijian.audit.models import Entry
from shijian.config.logs import JsonFormatter
from shijian.core import requests

pytestmark = pytest.mark.django_db
PHONE, IDENTITY, NAME = "13800138000", "610111199001011234", "雷乐宁"


def line(msg: str = "it broke", exc_info: object = None, **fields: object) -> dict:
    record = logging.LogRecord("shijian", logging.ERROR, __file__, 1, msg, (), exc_info)
    for name, value in fields.items():
        setattr(record, name, value)
    return json.loads(JsonFormatter().format(record))


def raised(error: BaseException):
    try:
        raise error
    except type(error) as caught:
        return type(caught), caught, caught.__traceback__


@pytest.fixture
def logged():
    """What the request logger wrote, as the files hold it."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeper, log = Keeper(), logging.getLogger("shijian.request")
    keeper.setFormatter(JsonFormatter())
    before = log.level
    log.addHandler(keeper)
    log.setLevel(logging.INFO)
    yield lambda: [json.loads(text) for text in lines]
    log.removeHandler(keeper)
    log.setLevel(before)


def test_a_request_is_one_line_that_names_the_route_and_nobody(cast, logged):
    address = f"{reverse('accounts:person', args=[cast.manager.pk])}?q={PHONE}"
    answer = cast.client(cast.secadmin).get(address, headers={"X-Request-ID": "nginx-0123456789"})
    assert answer.headers["X-Request-ID"] == "nginx-0123456789"
    (told,) = logged()
    assert told["request"] == "nginx-0123456789"
    assert (told["method"], told["status"]) == ("GET", answer.status_code)
    assert str(cast.manager.pk) not in json.dumps(told)
    assert PHONE not in json.dumps(told)
    assert told["route"].startswith("people/")
    assert told["ms"] > 0


def test_probes_are_not_logged_but_bear_an_id(logged):
    assert len(Client().get("/health/live").headers["X-Request-ID"]) == 32
    assert logged() == []


@pytest.mark.parametrize("bad", ["short", "x" * 65, "with space 12345", "a\tb1234567", "<script>1234"])
def test_an_id_that_is_none_is_replaced(bad):
    given = Client().get("/health/live", headers={"X-Request-ID": bad}).headers["X-Request-ID"]
    assert given != bad
    assert len(given) == 32


def test_the_callers_id_is_kept_in_the_audit_log_and_ours_is_not(cast):
    def act(request):
        with transaction.atomic():
            audit.record(by=cast.chief, verb="core.test", on=cast.chief, at=now(), detail={"kept": 1})
        return HttpResponse()

    middleware = requests.RequestIdMiddleware(act)
    middleware(RequestFactory().get("/", headers={"X-Request-ID": "upstream-7-of-9"}))
    assert Entry.objects.order_by("-pk")[0].detail == {"kept": 1, "request": "upstream-7-of-9"}
    middleware(RequestFactory().get("/"))
    assert Entry.objects.order_by("-pk")[0].detail == {"kept": 1}
    assert requests.current() == requests.given() == ""


def test_an_exception_is_class_and_lines_but_not_the_value_it_stumbled_over():
    told = line(exc_info=raised(ValueError(f"bad phone {PHONE} of {NAME}")))
    assert told["exception"]["class"] == "builtins.ValueError"
    assert any("test_logs.py" in each for each in told["exception"]["lines"])
    assert NAME not in json.dumps(told, ensure_ascii=False)
    assert PHONE not in json.dumps(told)
    assert line(exc_info=raised(TypeError("not subscriptable")))["exception"]["text"] == "not subscriptable"


def test_a_database_error_names_its_constraint_and_no_row(cast):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {User._meta.db_table} SELECT * FROM {User._meta.db_table}")
    told = line(exc_info=(caught.type, caught.value, caught.tb))
    assert told["exception"]["cause"]["sqlstate"] == "23505"
    assert told["exception"]["cause"]["constraint"]
    assert "Key (" not in json.dumps(told)


def test_django_and_the_worker_are_stripped_of_addresses_and_arguments():
    request = RequestFactory().get("/people/T1001/")
    assert line("Not Found: /people/T1001/", request=request)["message"] == "Not Found"
    job = {"id": 7, "task_name": "audit.verify", "args": {"asker": {"name": NAME}}}
    text = f"Job audit.verify[7](asker={{'name': '{NAME}'}}) ended with status: Error"
    record = logging.LogRecord("procrastinate.worker", logging.ERROR, __file__, 1, text, (), None)
    record.action, record.job = "job_error", job
    assert json.loads(JsonFormatter().format(record))["message"] == "job_error audit.verify 7"


def test_numbers_in_a_message_are_masked():
    told = line(f"call {PHONE} or {IDENTITY}")
    assert PHONE not in told["message"]
    assert IDENTITY not in told["message"]
