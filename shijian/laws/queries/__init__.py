"""Reads of the library. What other modules use: `cite`, `article_on`, `references`, `link_of`, `links`, `text_of`."""

from .citing import (
    Cited,
    NoSuchArticle,
    NotInForce,
    UnknownLaw,
    article_on,
    cite,
    law_named,
    law_names,
    link_of,
    references,
    text_of,
    version_on,
)
from .in_time import OlderLaw, older_laws, older_laws_of
from .lists import links, own_uses
from .using import time_limit_uses, uses_of, where_used

__all__ = [
    "Cited", "NoSuchArticle", "NotInForce", "OlderLaw", "UnknownLaw", "article_on", "cite", "law_named", "law_names", "link_of", "links", "older_laws", "older_laws_of", "own_uses", "references",
    "text_of", "time_limit_uses", "uses_of", "version_on", "where_used",
]  # fmt: skip
