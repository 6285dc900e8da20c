"""The shipped operation guides (`data/guides/*.md`)."""

import re
from pathlib import Path

from django.db import transaction

from ..catalogue import DATA
from ..models import Guide

HEAD = re.compile(r"^(程序|谁来办|期限|依据|文书)：(.*)$")
FIELDS = {"程序": "procedure", "谁来办": "who", "期限": "limit", "依据": "citations", "文书": "forms"}


def read(path: Path) -> Guide:
    """One guide from its file: `01-name.md`, title, heads, numbered steps, and under 容易出错 what to mind."""
    position, _, code = path.stem.partition("-")
    made = Guide(code=code, position=int(position))
    steps: list[str] = []
    mistakes: list[str] = []
    into: list[str] | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            made.title = line[2:].strip()
        elif match := HEAD.match(line):
            setattr(made, FIELDS[match[1]], match[2].strip())
        elif line.startswith("## "):
            into = mistakes if "出错" in line else steps
        elif line.strip() and into is not None:
            into.append(re.sub(r"^(?:\d+\.|-)\s*", "", line.strip()))
    made.steps, made.mistakes = steps, mistakes
    return made


@transaction.atomic
def load_guides() -> int:
    """Bring the shipped guides into the table, matched by code; how many are new or changed."""
    known = {row.code: row for row in Guide.objects.all()}
    names = [field.name for field in Guide._meta.concrete_fields if field.name != "id"]
    touched = 0
    for path in sorted((DATA / "guides").glob("*.md")):
        made = read(path)
        old = known.get(made.code)
        if old and all(getattr(old, name) == getattr(made, name) for name in names):
            continue
        made.pk = old.pk if old else None
        made.save()
        touched += 1
    return touched
