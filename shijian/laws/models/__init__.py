from .article import Article, Division
from .law import Law, LawName
from .version import Version

__all__ = ["Article", "Division", "Law", "LawName", "Version"]
