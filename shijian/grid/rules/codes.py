"""Codes of the grid tree: the code of a node is its parent's code and a number of fixed width.

Source: 灞桥区市场监管网格化管理实施方案 (2022-06-15) part 4 (2): six digits, two each for area, unit and grid,
counted from 01 in each parent. A four-level city tree has a root whose code is "" (width 0).
"""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeFault:
    """Why a code cannot be given, and what to do: a sentence for the person who proposed it."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """How many digits each level adds, from the top down: (2, 2, 2) for a district, (0, 2, 2, 2) for a city."""

    digits: tuple[int, ...]
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.digits) != len(self.names) or not self.digits:
            raise ValueError("a name and a width for every level")
        if any(width < (0 if depth == 0 else 1) or width > 6 for depth, width in enumerate(self.digits)):
            raise ValueError("only the root may have no digits of its own")
        if sum(self.digits) > 12:
            raise ValueError("a code has at most 12 digits")

    def length(self, depth: int) -> int:
        """The number of digits of a code at this depth; 0 is the top."""
        return sum(self.digits[: depth + 1])

    def depth_of(self, code: str) -> int | None:
        """The level a code belongs to by its length, or None."""
        for depth in range(len(self.digits)):
            if self.length(depth) == len(code) and (code == "" or (code.isascii() and code.isdigit())):
                return depth
        return None

    def parent_of(self, code: str) -> str | None:
        """The code of the parent; None for the top level and for what is no code of this scheme."""
        depth = self.depth_of(code)
        return None if depth in (None, 0) else code[: self.length(depth - 1)]

    def chain(self, code: str) -> list[str]:
        """The codes from the top down to this one, itself included."""
        return [code[: self.length(depth)] for depth in range(len(self.digits)) if self.length(depth) <= len(code)]


def next_code(scheme: Scheme, parent: str, taken: Collection[str]) -> str | None:
    """The number after the highest ever given below `parent`; None when the width is used up.

    Retired codes count as taken: a code once on paper never means another place.
    """
    depth = scheme.depth_of(parent)
    if depth is None or depth + 1 >= len(scheme.digits):
        return None
    width = scheme.digits[depth + 1]
    below = [code for code in taken if len(code) == len(parent) + width and code.startswith(parent)]
    number = max((int(code[len(parent) :]) for code in below), default=0) + 1
    return f"{parent}{number:0{width}d}" if number < 10**width else None


def code_fault(
    scheme: Scheme,
    code: str,
    parent: str | None,
    *,
    taken: Collection[str],
    approved: Collection[str],
    in_sequence: bool = True,
) -> CodeFault | None:
    """Why `code` may not be given below `parent`, or None when it may.

    `parent` None is the top level. `taken`: every code ever given, proposed and retired ones included. `approved`:
    the codes below which new ones may be made. `in_sequence` False admits any free number, as the import of an
    existing code book needs.
    """
    depth = scheme.depth_of(code)
    if depth is None:
        lengths = "、".join(str(scheme.length(level)) for level in range(len(scheme.digits)))
        return CodeFault(code, f"编码“{code}”不合规则：应为数字，位数只能是 {lengths} 位。请按上级编码加序号填写。")
    if parent is None and depth > 0:
        return CodeFault(code, f"{scheme.names[depth]}编码 {code} 必须指定上级。")
    if code in taken:
        return CodeFault(code, f"编码 {code or '（全市）'} 已被使用或曾被使用，编码不重复使用。请改用下一个序号。")
    if parent is None:
        return None
    if parent not in approved:
        return CodeFault(code, f"上级编码 {parent} 尚未审定或已撤销，不能在其下编码。请先报网格办审定上级编码。")
    if scheme.parent_of(code) != parent:
        at = scheme.depth_of(parent)
        if at is None or at + 1 == len(scheme.names):
            return CodeFault(code, f"{parent} 已是最末一级，其下不能再编码。")
        rule = f"{scheme.names[at + 1]}编码应以 {parent} 开头，共 {scheme.length(at + 1)} 位"
        return CodeFault(code, f"编码 {code} 不属于上级 {parent or '全市'}：{rule}。")
    if int(code[len(parent) :]) == 0:
        return CodeFault(code, f"编码 {code} 的序号应从 {'1'.zfill(len(code) - len(parent))} 开始。")
    expected = next_code(scheme, parent, taken)
    if in_sequence and code != expected:
        return CodeFault(code, f"编码应依序编排：{parent or '全市'} 之下的下一个编码是 {expected}，不是 {code}。")
    return None
