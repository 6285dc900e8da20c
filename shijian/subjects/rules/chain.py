"""Which link of the chain (生产、流通、消费) an industry stands for."""

from collections.abc import Mapping

from ..choices import ChainLink


def link_of(code: str, section: str, links: Mapping[str, str]) -> ChainLink:
    """The link of the longest beginning of a code that the table has, else of its section, else none."""
    beginnings = (code[:length] for length in range(len(code), 1, -1))
    told = next((links[each] for each in beginnings if each in links), links.get(section, ChainLink.NONE))
    return ChainLink(told)
