from .article import Article, Division
from .change import Change, Impact
from .law import Law, LawName
from .version import Version

__all__ = ["Article", "Change", "Division", "Impact", "Law", "LawName", "Version"]
