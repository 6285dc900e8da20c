from .article import Article, Division
from .change import Change, Impact
from .law import Law, LawName
from .lists import Boundary, DutyItem, Guide, PowerItem, UnitDuty
from .upload import Upload
from .version import Version

__all__ = [
    "Article", "Boundary", "Change", "Division", "DutyItem", "Guide", "Impact", "Law", "LawName", "PowerItem", "UnitDuty", "Upload",
    "Version",
]  # fmt: skip
