"""Errors of the API as problem details (RFC 9457): `code` for programs, Chinese sentences for people."""

import json
from typing import Any

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"

TITLES = {
    400: "请求无法读取",
    401: "需要有效的接口令牌",
    403: "没有权限",
    404: "没有找到",
    405: "不支持的方法",
    409: "现在不能办理",
    413: "内容过大",
    415: "内容类型不支持",
    422: "内容有误",
    429: "请求过于频繁",
    500: "服务器出错",
    503: "暂时不能使用",
    507: "存储空间不足",
}

# What pydantic calls an error, as a sentence; `{…}` are filled from its context.
REASONS = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "最多 {max_length} 个字符",
    "string_pattern_mismatch": "格式不对",
    "string_type": "应为文字",
    "string_unicode": "含有不能使用的字符",
    "uuid_parsing": "应为 UUID",
    "uuid_type": "应为 UUID",
    "enum": "应为 {expected} 之一",
    "literal_error": "应为 {expected} 之一",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "float_parsing": "应为数字",
    "float_type": "应为数字",
    "finite_number": "应为有限的数字",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "timezone_aware": "时间须带时区，例如 2026-11-21T09:00:00+08:00",
    "json_invalid": "不是有效的 JSON",
    "model_attributes_type": "应为 JSON 对象",
    "dict_type": "应为 JSON 对象",
}


def problem(
    status: int, code: str, detail: str, *, article: str = "", errors: list[dict[str, str]] | None = None
) -> HttpResponse:
    """One problem. `type` is a name, not an address to open; `article` is the law a refusal rests on."""
    content: dict[str, Any] = {
        "type": f"urn:shijian:problem:{code}",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
        "code": code,
    }
    if article:
        content["article"] = article
    if errors:
        content["errors"] = errors
    return HttpResponse(json.dumps(content, ensure_ascii=False), status=status, content_type=CONTENT_TYPE)


def of_validation(found: list[dict[str, Any]]) -> HttpResponse:
    """Every field that does not validate, each with its place and a remedy."""
    errors = [
        {"where": str(each["loc"][0]), "field": _field(each["loc"]), "reason": _reason(each)} for each in found[:20]
    ]
    first = errors[0]
    detail = f"“{first['field']}”{first['reason']}。" if first["field"] else f"{first['reason']}。"
    return problem(422, "exchange.invalid_input", detail, errors=errors)


def _field(place: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in place[1:] if part not in {"data", "query"})


def _reason(error: dict[str, Any]) -> str:
    kind = str(error["type"])
    if kind.startswith(("datetime_", "date_", "time_")):
        return "应为 ISO 8601 日期或时间"
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return REASONS.get(kind, "格式不对").format_map({"expected": "", **error.get("ctx", {})})
