"""The list of permissions, one a lawyer could read; every module adds its own in its `permissions.py`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """`code` has the form module.noun.verb; `name` is what the security administrator reads."""

    code: str
    name: str


registry: dict[str, Permission] = {}


def permission(code: str, name: str) -> Permission:
    """Declare a permission. Raises ValueError when the code is taken with another name."""
    made = Permission(code, name)
    if registry.setdefault(code, made) != made:
        raise ValueError(f"permission {code} is declared twice")
    return made
