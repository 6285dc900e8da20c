"""`python -m bench [NAME …] [--quick] [--json]`: every benchmark here, both sides in one run."""

import argparse
import importlib
import json
import platform
import sys
from importlib.util import find_spec
from typing import Any

from . import plots

NAMES = {
    "intake": "B1 事件报送",
    "scoped": "B13 范围过滤",
    "pages": "B10 页面（SHIJIAN_HOME 所指的数据，须先装入演示）",
    "paint": "B10 浏览器（PAINT_URL 所指的网址）",
    "grid": "B2 网格落点",
    "search": "B6 主体检索",
    "imports": "B12 主体导入",
    "workflow": "B11 流程步骤",
    "laws": "法规检索",
    "documents": "B7 文书排版",
    "recompute": "B14 时限重算",
    "deadlines": "时限推演",
    "audit": "B8 审计开销",
    "passport": "证据包（数 GB，须有 10 GB 空闲磁盘）",
}


ON_DATA = {"pages", "paint"}  # measure what SHIJIAN_HOME holds: only when asked for by name


def main(arguments: list[str]) -> int:
    """Status 0 when every target is met, 1 when one is missed, 2 for a name nobody knows."""
    parser = argparse.ArgumentParser(
        prog="bin/shijian bench", description="基准测试：本平台与对照在同一次运行中各测多轮。"
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="、".join(f"{name}（{what}）" for name, what in NAMES.items())
    )
    parser.add_argument("--quick", action="store_true", help="小规模，约一分钟，只看是否正常")
    parser.add_argument("--plots", action="store_true", help="把增长曲线画到 docs/performance/")
    parser.add_argument("--json", action="store_true", help="结果以 JSON 输出")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"没有基准“{'、'.join(sorted(unknown))}”，可选：{'、'.join(NAMES)}")
    results: list[dict[str, Any]] = []
    for name in options.names or [each for each in NAMES if each not in ON_DATA]:
        if find_spec(f"bench.{name}") is None:
            continue
        sys.stderr.write(f"{NAMES[name]} …\n")
        results += importlib.import_module(f"bench.{name}").run(quick=options.quick)
    drawn = [plot for each in results if (plot := each.pop("plot", None))]
    if options.plots:
        for plot in drawn:
            plots.growth(**plot)
    if options.json:
        sys.stdout.write(
            json.dumps({"results": results, "python": platform.python_version()}, ensure_ascii=False) + "\n"
        )
    else:
        for each in results:
            mark = "达标" if each["ok"] else "未达标"
            sys.stdout.write(
                f"{each['name']}：{each['ours']} 对 {each['peer']}，比值 {each['ratio']}（目标 {each['target']}）{mark}\n"
            )
            rest = {
                key: value
                for key, value in each.items()
                if key not in {"name", "ours", "peer", "ratio", "target", "ok"}
            }
            sys.stdout.write("  " + "，".join(f"{key} {value}" for key, value in rest.items()) + "\n")
    return 0 if all(each["ok"] for each in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
