"""A worker's start: everything it needs is loaded, and the collector leaves that alone."""

import gc

import pytest

from shijian.config import steady


@pytest.fixture
def collector():
    """The test's process goes on as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    gc.enable()


def test_what_a_worker_loads_is_not_looked_at_again(collector):
    gc.disable()
    steady.begin()
    kept = gc.get_freeze_count()
    assert gc.isenabled()
    assert gc.get_threshold() == steady.THRESHOLDS
    assert kept > 50 * sum(gc.get_count())
    assert kept > 100_000


def test_every_address_and_every_page_is_loaded_before_the_first_request():
    names = set(steady._templates())
    assert {"events/event.html", "account/login.html"} <= names
    assert len(names) > 200
    assert len(list(steady._views(steady.get_resolver()))) > 300


def test_cycles_of_a_request_are_still_collected(collector):
    class Node:
        gone = False

        def __del__(self):
            Node.gone = True

    gc.disable()
    steady.begin()
    one = Node()
    one.itself = one
    del one
    gc.collect()
    assert Node.gone
