"""From each release kept in `tests/releases` to this one: everything is there, the log verifies, the work goes on."""

import json
import shutil
from pathlib import Path

import pytest

from .node import ROOT, Node, folder_for_nodes, shijian

RELEASES = sorted((ROOT / "tests" / "releases").glob("*/manifest.json"))
# Loaded anew from the release itself at each upgrade, or the upgrade's own.
RELOADED = {"core_cache", "django_migrations", "django_content_type", "auth_permission", "procrastinate_jobs"}
STATES = ["closed", "dispatched", "dispatched", "handling", "reported", "reported", "reviewing"]
WORK = """
import json
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from shijian.accounts.models import User
from shijian.config import dump
from shijian.core.ids import new_id
from shijian.events.models import Event
def client(number):
    made = Client()
    made.force_login(User.objects.get(employee_no=number), backend=settings.AUTHENTICATION_BACKENDS[0])
    return made
rows, states = dump.rows(), sorted(Event.objects.values_list("state", flat=True))
pages = [reverse("portal:desk"), reverse("events:list"), reverse("grid:tree"), reverse("subjects:list"), reverse("notices:inbox")]
pages += [reverse("events:event", args=[number]) for number in Event.objects.values_list("number", flat=True)]
leader = client("T0003")
opened = {page: (answer.status_code, answer.headers.get("Location", "")) for page in pages for answer in [leader.get(page)]}
reviewed = Event.objects.get(state="reviewing")
closed = client("T1000").post(
    reverse("events:review", args=[reviewed.number]), {"step_id": str(new_id()), "note": "属实", "verdict": "close"})
print("WORK", json.dumps({"rows": rows, "states": states, "opened": opened, "closed": closed.status_code}))
"""

pytestmark = pytest.mark.crash


@pytest.mark.parametrize("manifest", RELEASES, ids=lambda path: path.parent.name)
def test_a_bureau_of_an_earlier_release_is_brought_up_to_this_one_and_works_on(manifest: Path, tmp_path: Path) -> None:
    noted = json.loads(manifest.read_text())
    with folder_for_nodes() as folder:
        home = folder / "home"
        restored = shijian(home, "restore", str(manifest.parent), "--json")
        assert restored.returncode == 0, restored.stderr
        assert json.loads(restored.stdout)["audit"]["entries"] == noted["audit"]["entries"]

        told = json.loads(Node(home, 0).ask(WORK, "WORK"))
        lost = {
            table: (count, told["rows"].get(table))
            for table, count in noted["rows"].items()
            if table not in RELOADED and told["rows"].get(table, 0) < count
        }
        assert lost == {}, "each table has the rows it had"
        assert told["states"] == STATES
        assert {status for status, _ in told["opened"].values()} == {200}, told["opened"]
        assert told["closed"] == 302

        checked = shijian(home, "manage", "makemigrations", "--check", "--dry-run")
        assert checked.returncode == 0, checked.stdout
        verified = json.loads(shijian(home, "audit", "verify", "--json").stdout)
        assert verified["ok"], verified["faults"]
        assert verified["entries"] > noted["audit"]["entries"]
        proof = tmp_path / "proof.json"
        assert shijian(home, "audit", "prove", "1", "--out", str(proof)).returncode == 0
        assert shijian(home, "audit", "check-proof", str(proof)).returncode == 0


def test_a_backup_of_a_newer_release_is_refused_in_words(tmp_path: Path) -> None:
    from shijian.config import manifest

    backup = shutil.copytree(RELEASES[-1].parent, tmp_path / "backup")
    content = manifest.read(backup)
    content["migrations"].append(["events", "9999_of_the_future"])
    content.pop("format")
    manifest.write(backup, content)
    with folder_for_nodes() as folder:
        done = shijian(folder / "home", "restore", str(backup))
        assert done.returncode == 1
        assert "更新的版本（events.9999_of_the_future）" in done.stderr
        assert not (folder / "home" / "keys").exists()
