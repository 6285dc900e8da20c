"""Two people reach for the same task at the same moment."""

import threading

import pytest
from django.db import connection

from .. import services
from ..models import Task
from ..services.refusals import TakenAlready
from ..testing import NOW, person, qualify

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_who_claim_at_once_one_gets_the_task(office):
    people = [
        person(f"T03{number}", f"法制{number}", "legal_reviewer", office.cast.units["610111"]) for number in range(5)
    ]
    for user in people:
        qualify(user)
    instance = office.start()
    office.go(instance, office.cast.chief)
    task = office.open(instance)
    gate, taken, refused = threading.Barrier(len(people)), [], []

    def claim(user):
        try:
            gate.wait()
            services.claim(task, by=user, now=NOW)
            taken.append(user)
        except TakenAlready as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=claim, args=[user]) for user in people]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (len(taken), len(refused)) == (1, len(people) - 1)
    assert Task.objects.get(pk=task.pk).claimed_by == taken[0]
