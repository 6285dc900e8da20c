"""The menu: one list in groups, shown to each person as far as his permissions go."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from shijian.accounts.permissions import GRANT_EDIT, PERSON_VIEW, PERSONAL_DATA_VIEW
from shijian.audit.permissions import ENTRY_VIEW
from shijian.core.permissions import Permission
from shijian.deadlines.permissions import CLOCK_VIEW
from shijian.discretion.permissions import BENCHMARK_VIEW
from shijian.documents.permissions import PAPER_VIEW
from shijian.events.permissions import EVENT_REPORT, EVENT_VIEW, LEAD_RECEIVE, LEAD_SEND, TASK_REGISTER
from shijian.evidence.permissions import EVIDENCE_VIEW, RECORDER_IMPORT
from shijian.exchange.permissions import SHEET_EDIT, SHEET_FILL, TOKEN_ISSUE
from shijian.grid.permissions import GRID_VIEW, WORK_VIEW
from shijian.laws.permissions import LIBRARY_IMPORT, LIBRARY_VIEW
from shijian.portal.permissions import BURDEN_VIEW, CALENDAR_IMPORT
from shijian.seals.permissions import SEAL_VIEW, SIGNATURE_COLLECT, USE_APPLY, USE_APPROVE, USE_STAMP
from shijian.subjects.permissions import ENTITY_IMPORT, ENTITY_VIEW
from shijian.watch.permissions import HIT_VIEW
from shijian.workflow.permissions import PROCESS_VIEW, TASK_DO


@dataclass(frozen=True, slots=True)
class Item:
    """`needs` is any of these permissions; none = everybody who is logged in."""

    label: str
    url_name: str
    icon: str
    needs: tuple[Permission, ...] = ()
    phone: bool = False  # shown in the bar at the bottom of a phone
    note: str = ""  # what it is for, on the desk of an administrator


MENU: dict[str, list[Item]] = {
    "": [
        Item("工作台", "portal:desk", "layout-dashboard", phone=True),
        Item("事件", "events:list", "flag", (EVENT_VIEW,), phone=True),
        Item("上报", "events:report", "camera-plus", (EVENT_REPORT,), phone=True),
        Item("地图", "portal:map", "map", (GRID_VIEW,), phone=True),
        Item("待办时限", "deadlines:mine", "hourglass", (CLOCK_VIEW,)),
        Item("通知", "notices:inbox", "bell", phone=True),
    ],
    "网格和主体": [
        Item("我的网格", "grid:own", "map-pin", (WORK_VIEW,)),
        Item("网格", "grid:tree", "layout-grid", (GRID_VIEW,)),
        Item("组织机构", "grid:organisation", "sitemap", (GRID_VIEW,)),
        Item("制度汇编", "grid:rules", "notebook", (GRID_VIEW,)),
        Item("经营主体", "subjects:list", "building-store", (ENTITY_VIEW,)),
        Item("主体导入", "subjects:imports", "upload", (ENTITY_IMPORT,)),
    ],
    "执法办案": [
        Item("执法任务", "events:field_tasks", "clipboard-check", (TASK_REGISTER,)),
        Item("违法线索", "events:leads", "gavel", (LEAD_SEND, LEAD_RECEIVE)),
        Item("执法文书", "documents:list", "file-text", (PAPER_VIEW,)),
        Item("执法档案", "documents:case_files", "archive", (PAPER_VIEW,)),
        Item("证据", "evidence:items", "camera", (EVIDENCE_VIEW,)),
        Item("手写签名", "seals:signings", "signature", (SIGNATURE_COLLECT,)),
        Item("印章", "seals:list", "certificate", (SEAL_VIEW, USE_APPLY, USE_APPROVE, USE_STAMP)),
        Item("用印登记", "seals:uses", "list-details", (SEAL_VIEW, USE_APPLY, USE_APPROVE, USE_STAMP)),
        Item("核验签章", "seals:verification", "shield-check"),
        Item("流程任务", "workflow:todo", "checklist", (TASK_DO,)),
        Item("流程库", "workflow:library", "route", (PROCESS_VIEW,)),
        Item("保存和查封扣押", "evidence:measures", "lock", (EVIDENCE_VIEW,)),
        Item("执法记录仪", "evidence:recordings", "device-cctv", (RECORDER_IMPORT,)),
    ],
    "法律和基准": [
        Item("裁量基准", "discretion:catalogue", "scale", (BENCHMARK_VIEW,)),
        Item("法规库", "laws:library", "books", (LIBRARY_VIEW,)),
        Item("业务操作指南", "laws:guides", "book", (LIBRARY_VIEW,)),
        Item("权力和事权清单", "laws:powers", "list-details", (LIBRARY_VIEW,)),
        Item("法规影响清单", "laws:impacts", "alert-hexagon", (LIBRARY_IMPORT,)),
        Item("法定期限", "core:deadlines", "clock-hour-4", (EVENT_VIEW,)),
        Item("工作日历", "core:calendar", "calendar", (EVENT_VIEW,)),
    ],
    "监督": [
        Item("一次录入", "portal:once", "forms", (EVENT_VIEW, ENTITY_VIEW)),
        Item("上级报表", "exchange:sheets", "file-spreadsheet", (SHEET_EDIT, SHEET_FILL)),
        Item("减负自查", "portal:burden", "feather", (BURDEN_VIEW,)),
        Item("智能监察", "watch:hits", "radar-2", (HIT_VIEW,)),
    ],
    "管理": [
        Item("人员", "accounts:people", "users", (PERSON_VIEW,), note="账号、机构、授权、执法证"),
        Item("执法资格", "workflow:qualifications", "id", (PERSON_VIEW,), note="执法证、法律职业资格和有效期"),
        Item("角色和权限", "accounts:roles", "lock-access", (GRANT_EDIT,), note="各角色能做什么；授权在人员页办理"),
        Item(
            "导入工作日历", "portal:calendar_import", "calendar-plus", (CALENDAR_IMPORT,), note="每年放假安排公布后导入"
        ),
        Item("审计日志", "audit:entries", "shield-check", (ENTRY_VIEW,), note="谁在何时做了什么"),
        Item("核验日志", "audit:verification", "certificate", (ENTRY_VIEW,), note="证明记录没有被改动、删除"),
        Item(
            "个人信息",
            "accounts:personal_data",
            "fingerprint",
            (PERSONAL_DATA_VIEW,),
            note="收集了哪些、为什么、谁能看",
        ),
        Item("接口令牌", "exchange:tokens", "key", (TOKEN_ISSUE,), note="其他系统的接入账号，发放与吊销"),
    ],
}


def _is_in(path: str, url: str) -> bool:
    return path == url if url == "/" else path.startswith(url)


def menu_for(request: HttpRequest) -> list[dict[str, Any]]:
    """Entries this person may open, the current one marked by the longest matching path; `heading` opens a group."""
    entries: list[dict[str, Any]] = []
    for group, items in MENU.items():
        heading = group
        for item in items:
            if item.needs and not any(request.user.may(need) for need in item.needs):  # type: ignore[union-attr]
                continue
            entry = {"label": item.label, "url": reverse(item.url_name), "icon": item.icon, "phone": item.phone}
            entries.append({**entry, "note": item.note, "heading": heading})
            heading = ""
    matching = [entry for entry in entries if _is_in(request.path, str(entry["url"]))]
    current = max(matching, key=lambda entry: len(str(entry["url"])), default=None)
    return [{**entry, "current": entry is current} for entry in entries]
