"""The forms the product ships, read from `data/forms/*.toml`: what a form asks, says, needs, and where it is in law."""

import json
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from .rules import drafting, schema
from .rules.drafting import Flaw
from .rules.schema import Field

DATA = Path(__file__).parent / "data" / "forms"
# Whose hand stands for a decision of the bureau: such a paper is approved before anybody signs it.
DECIDES = {
    "seal",
    "head",
    "leader",
    "reviewer",
    "review_head",
    "bureau_head",
    "host",
    "hearers",
    "attendees",
    "checker",
    "mediator",
}


@dataclass(frozen=True)
class Content:
    """A version of a form. `basis` are citations (法 条); `signs` who signs or seals; `unverified` what was not seen at its source."""

    slug: str
    family: str
    number: int
    name: str
    word: str
    stage: str
    volume: str
    style: str
    signs: tuple[str, ...]
    basis: tuple[str, ...]
    mistakes: tuple[str, ...]
    fields_text: str
    body: str
    sample: Mapping[str, Any]
    page_sign: tuple[str, ...]
    source: str
    unverified: str
    valid_from: date
    groups: Mapping[str, str]

    @cached_property
    def fields(self) -> dict[str, Field]:
        return {field.code: field for field in schema.parse(self.fields_text, self.groups)}

    @property
    def is_sealed(self) -> bool:
        return "seal" in self.signs

    @property
    def is_signed_by_hand(self) -> bool:
        """Whether somebody other than a leader of the bureau signs it: a place for a hand on a screen."""
        return bool(set(self.signs) - DECIDES)

    @property
    def is_signed_on_the_spot(self) -> bool:
        """Records, lists and receipts: signed by those present, neither approved by a leader nor sealed."""
        return self.is_signed_by_hand and not set(self.signs) & DECIDES

    @property
    def is_numbered(self) -> bool:
        return bool(self.word)

    def as_json(self) -> dict[str, Any]:
        """What a form version keeps in the database: all that is not a column there."""
        return {name: _plain(getattr(self, name)) for name in KEPT}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any], **columns: Any) -> Self:
        """What `as_json` kept, with the columns beside it."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**values, **columns)

    @property
    def fingerprint(self) -> str:
        """Two versions of the same fingerprint say the same."""
        return sha256(json.dumps([self.as_json(), self.name, self.word], sort_keys=True).encode()).hexdigest()


KEPT = ("style", "signs", "basis", "mistakes", "fields_text", "body", "sample", "page_sign", "unverified", "groups")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value


def flaws(content: Content, *, periods: Collection[str] | None = None) -> list[Flaw]:
    """All that stands against using a form, each with its part and line; `periods` are the statutory ones it may quote."""
    return drafting.flaws(
        fields_text=content.fields_text, body=content.body, groups=content.groups, sample=content.sample, style=content.style,
        signs=content.signs, page_sign=content.page_sign, office=OFFICE_CODES, periods=periods,
    )  # fmt: skip


def checked(content: Content) -> Content:
    """The form, if it can be used. Raises ValueError that names the form and what is wrong in it."""
    if found := flaws(content):
        raise ValueError(f"{content.slug}: {''.join(map(str, found))}")
    return content


# Particulars of the bureau a form may print.
OFFICE_CODES = {"bureau_name", "government", "court", "bank", "office_address", "office_phone", "office_postcode"}


@cache
def shipped() -> dict[str, Content]:
    """All forms by slug, in the order of their families and numbers."""
    common = _read("groups")
    found = {}
    for path in sorted(DATA.glob("[0-9]*.toml")):
        for content in _family(path, common):
            if content.slug in found:
                raise ValueError(f"{content.slug} is there twice")
            found[content.slug] = content
    return found


def shared_groups() -> dict[str, str]:
    """The groups of fields that forms of the product share."""
    return dict(_read("groups")["groups"])


def _family(path: Path, common: dict[str, Any]) -> Iterator[Content]:
    family = tomllib.loads(path.read_text(encoding="utf-8"))
    for row in family["form"]:
        fields_text = row.get("fields", "")
        groups = common["groups"]
        codes = {field.code for field in schema.parse(fields_text, groups)}
        sample = {code: value for code, value in common["sample"].items() if code in codes}
        yield checked(
            Content(
                slug=row["slug"], family=family["family"], number=row["number"], name=row["name"], word=row.get("word", ""),
                stage=row["stage"], volume=row.get("volume", ""), style=row["style"], signs=tuple(row.get("signs", ())),
                basis=tuple(row.get("basis", ())), mistakes=tuple(row.get("mistakes", ())), fields_text=fields_text,
                body=row["body"], sample={**sample, **row.get("sample", {})}, page_sign=tuple(row.get("page_sign", ())),
                source=family["source"], unverified=row.get("unverified", ""),
                valid_from=row.get("valid_from", family["valid_from"]), groups=groups,
            )
        )  # fmt: skip


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
