"""The procedures the product ships, and how they are drawn."""

from collections.abc import Iterator

from .drawing import Procedure, draw


def procedures() -> Iterator[Procedure]:
    """Every procedure of the shipped library."""
    from . import cases, complaints, inspections, measures

    for module in (complaints, inspections, cases, measures):
        yield from module.all_()


__all__ = ["Procedure", "draw", "procedures"]
