from .article import Article, Division
from .change import Change, Impact
from .law import Law, LawName
from .lists import DutyItem, Guide, PowerItem
from .upload import Upload
from .version import Version

__all__ = [
    "Article",
    "Change",
    "Division",
    "DutyItem",
    "Guide",
    "Impact",
    "Law",
    "LawName",
    "PowerItem",
    "Upload",
    "Version",
]
