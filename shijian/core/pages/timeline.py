from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """A file as a timeline shows it: "" for an image, else how it is played or offered (audio, video, file)."""

    thumb_url: str
    url: str
    name: str
    kind: str = ""


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
    photos: list[Picture] = field(default_factory=list)
