"""Conditions and times written in a diagram: compared values and a few functions, never a program."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

import simpleeval

LONGEST = 300
ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE,
    ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.List, ast.Call,
)  # fmt: skip
TIMES = ("working_days", "calendar_days", "limit")


class BadExpression(ValueError):
    """What is written is no condition; the message says why, in Chinese."""


def fault(text: str, functions: tuple[str, ...] = ()) -> str:
    """Why this text cannot be used; "" when it can."""
    if len(text) > LONGEST:
        return f"条件超过 {LONGEST} 个字符"
    try:
        parsed = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return f'条件“{text[:60]}”写法不对，请写成 outcome == "agree" 这样的比较'
    for each in ast.walk(parsed):
        if not isinstance(each, ALLOWED):
            return f"条件“{text[:60]}”里有不允许的写法，只能比较已填写的内容"
        if isinstance(each, ast.Call) and not (isinstance(each.func, ast.Name) and each.func.id in functions):
            return f"条件“{text[:60]}”里有不允许的函数"
    return ""


def names(text: str) -> set[str]:
    """The entries a condition asks for; empty for what is no condition."""
    if fault(text, TIMES):
        return set()
    found = [each for each in ast.walk(ast.parse(text.strip(), mode="eval")) if isinstance(each, ast.Name)]
    return {each.id for each in found} - set(TIMES)


def evaluate(text: str, values: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:
    """The value of a condition; an entry nobody has filled is None. Raises BadExpression."""
    if wrong := fault(text, tuple(functions)):
        raise BadExpression(wrong)
    known = {name: values.get(name) for name in names(text)} | {"True": True, "False": False, "None": None}
    try:
        return simpleeval.EvalWithCompoundTypes(names=known, functions=dict(functions)).eval(text.strip())
    except TypeError:  # a number compared with what was left empty
        return False
    except Exception as error:
        raise BadExpression(f"条件“{text[:60]}”算不出结果：{error}") from error
