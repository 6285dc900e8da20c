from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline: what happened, when, by whom, where, with which words and photos."""

    at: datetime
    title: str
    by: str = ""
    unit: str = ""
    text: str = ""
    place: str = ""
    icon: str = "point"
    tone: str = ""  # "", "green", "red", "amber"
    photos: list[Any] = field(
        default_factory=list
    )  # each with .thumb_url, .url, .name; .kind: "" for an image, else audio, video, file
