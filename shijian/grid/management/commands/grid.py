import csv
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandParser
from django.utils.timezone import localdate

from shijian.core.errors import InvalidInput
from shijian.grid import queries
from shijian.grid.models import Level
from shijian.grid.rules.coverage import FaultKind

CHUNK = 200_000


class Command(BaseCommand):
    help = "网格：检查划分和人员，批量落格"

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        check = acts.add_parser("check", help="检查不重复、不交叉、不遗漏和人员配置")
        check.add_argument("--area", default="", help="只检查该编码之下")
        assign = acts.add_parser("assign", help="为一批坐标找网格")
        assign.add_argument("--points", type=Path, required=True, help="含 lon、lat 两列的 CSV（WGS-84）")
        assign.add_argument("--out", type=Path, required=True)
        for each in (check, assign):
            each.add_argument("--bureau", default="", help="局代码，默认唯一的局")
            each.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        bureau = options["bureau"] or _only_bureau()
        (self.check_grid if options["act"] == "check" else self.assign)(bureau, options)

    def check_grid(self, bureau: str, options: dict[str, Any]) -> None:
        result = queries.check(bureau, on=localdate(), prefix=options["area"])
        faults: list[dict[str, Any]] = [
            {
                "kind": str(fault.kind),
                "codes": list(fault.codes),
                "area_m2": round(fault.area_m2, 2),
                "lon": fault.lon,
                "lat": fault.lat,
                "text": fault.text,
            }
            for fault in result.geometry
        ]
        staffing: list[dict[str, Any]] = [
            {"code": fault.code, "kind": fault.kind, "text": fault.text} for fault in result.staffing
        ]
        report = {
            "ok": result.ok,
            "gaps": [fault for fault in faults if fault["kind"] == FaultKind.GAP],
            "overlaps": [fault for fault in faults if fault["kind"] == FaultKind.OVERLAP],
            "other": [fault for fault in faults if fault["kind"] not in {FaultKind.GAP, FaultKind.OVERLAP}],
            "missing": result.missing,
            "unbound_entities": result.unbound,
            "staffing": staffing,
        }
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            for line in [*faults, *staffing]:
                self.stdout.write(f"  {line['text']}")
            self.stdout.write(f"未落格主体 {result.unbound} 户，缺少边界的网格 {len(result.missing)} 个。")
            self.stdout.write("检查通过。" if result.ok else "检查发现以上问题。")

    def assign(self, bureau: str, options: dict[str, Any]) -> None:
        source: Path = options["points"]
        if not source.is_file():
            raise InvalidInput(f"文件 {source} 不存在", remedy="请核对路径。")
        started, points, outside = time.perf_counter(), 0, 0
        partition = queries.partition(bureau, on=localdate())
        with source.open(encoding="utf-8-sig", newline="") as given, options["out"].open("w", newline="") as out:
            reader, writer = csv.reader(given), csv.writer(out)
            header = next(reader, [])
            if not {"lon", "lat"} <= set(header):
                raise InvalidInput("缺少 lon、lat 两列", field=source.name, row=1, remedy="第一行应为列名。")
            writer.writerow([*header, "code"])
            x, y = header.index("lon"), header.index("lat")
            while rows := [row for row, _ in zip(reader, range(CHUNK), strict=False)]:
                try:
                    lonlat = np.array([(row[x], row[y]) for row in rows], dtype=np.float64)
                except (ValueError, IndexError) as error:
                    bad = next(number for number, row in enumerate(rows, points + 2) if not _is_point(row, x, y))
                    raise InvalidInput("经度或纬度不是数字", row=bad, remedy="请改正后重新运行。") from error
                codes = partition.assign(lonlat)
                writer.writerows([*row, code] for row, code in zip(rows, codes, strict=True))
                points, outside = points + len(rows), outside + int((codes == "").sum())
        seconds = round(time.perf_counter() - started, 3)
        counts = {"points": points, "assigned": points - outside, "outside": outside, "seconds": seconds}
        text = f"{points} 个点：落格 {points - outside}，界外 {outside}，用时 {seconds} 秒。"
        self.stdout.write(json.dumps(counts) if options["json"] else text)


def _only_bureau() -> str:
    codes = sorted(set(Level.objects.values_list("bureau_code", flat=True)))
    if len(codes) != 1:
        raise InvalidInput("没有网格或有多个局", field="--bureau", remedy=f"可选：{'、'.join(codes) or '无'}。")
    return codes[0]


def _is_point(row: list[str], x: int, y: int) -> bool:
    try:
        return bool(np.isfinite([float(row[x]), float(row[y])]).all())
    except (ValueError, IndexError):
        return False
