"""Law texts for the tests of this and other modules; the real ones lie beside the repository and may be missing."""

from datetime import UTC, datetime
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "laws"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def write_law(
    folder: Path,
    title: str,
    day: str,
    articles: list[str],
    *,
    starts: str = "",
    level: str = "部门规章",
    name: str = "",
) -> Path:
    """A text as a bureau would write it; an article without a number of its own is numbered in order."""
    head = [f"# {title}", f"效力级别：{level}"]
    head += [f"施行日期：{starts}"] if starts else []
    lines = [text if text.startswith(("第", "#")) else f"第{place}条 {text}" for place, text in enumerate(articles, 1)]
    path = folder / (name or f"{title}({day}).md")
    path.write_text("\n\n".join([*head, "<!-- INFO END -->", *lines]) + "\n", encoding="utf-8")
    return path
