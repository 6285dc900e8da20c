"""领导小组, 网格办 and a few rules of the house in the demo; one rule in its second version. Texts are our own."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from shijian.accounts.models import Unit, User
from shijian.grid.services import organisation as acts

GROUP = "一、研究决定网格化监管的方案、经费和重大事项。\n二、每季度听取一次网格办汇报，协调解决跨单元的问题。\n三、审定网格划分和边界调整。"
OFFICE = "一、承担领导小组的日常工作。\n二、组织划分网格、配置人员，维护四本台账。\n三、派遣、督办事件，通报办理情况。\n四、汇总意见建议并跟踪答复。"
RULES = [
    (1, "system", "网格事件首接负责制度", "第一条 最先接到事件的人员为首接责任人。\n第二条 首接责任人应当登记，不得以不属于本网格为由推诿。\n第三条 不属于本网格的，由系统转到所在网格。"),
    (2, "duty", "网格长工作职责", "第一条 掌握网格内主体底数，信息有变化的当周更新。\n第二条 接收并处置派到本网格的事件。\n第三条 答复经营者和居民的诉求。"),
    (3, "measure", "日常监管违法线索移交办法", "第一条 日常监管中发现涉嫌违法的，应当移交有管辖权的单位核查。\n第二条 移交时附已查明的情况和证据。\n第三条 接收单位应当接收或者说明理由退回。"),
    (4, "detail", "执法任务登记细则", "第一条 外出执法应当先登记，取得任务编号。\n第二条 执法人员不得少于两人，并持有效执法证。"),
    (5, "system", "减轻基层负担若干要求", "第一条 登记过的信息不再要求填报。\n第二条 报表由平台生成，不另行索要。"),
]  # fmt: skip


def play(staff: dict[str, User], *, now: datetime) -> None:
    office, today = staff["B001"], localdate(now)
    bureau = office.bureau_code
    units = {unit.code: unit for unit in Unit.objects.filter(bureau_code=bureau)}
    more: dict[str, Any] = {"by": office, "now": now}
    group = acts.set_body(
        bureau, "group", name="市场监管网格化管理工作领导小组", duties=GROUP, based_on="本局网格化管理实施方案",
        members=[unit for unit in units.values() if unit.parent_id], **more,
    )  # fmt: skip
    body = acts.set_body(
        bureau,
        "office",
        name="网格化管理办公室",
        duties=OFFICE,
        based_on="本局网格化管理实施方案",
        unit=office.unit,
        **more,
    )
    since = today - timedelta(days=200)
    for seat_of, number, post in ((group, "J001", "head"), (group, "J002", "deputy"), (group, "B001", "member"), (group, "S0501", "member"), (body, "B001", "director"), (body, "Z001", "vice")):  # fmt: skip
        if number in staff:
            acts.take_seat(seat_of, staff[number], post, since=since, **more)
    for rule, kind, title, text in RULES:
        acts.adopt_rule(
            bureau,
            rule,
            kind=kind,
            title=title,
            text=text,
            binds_kinds=["officer", "auxiliary"],
            valid_from=since,
            **more,
        )
    rule, kind, title, text = RULES[1]
    text += "\n第四条 每月走访重点主体一次。"
    acts.adopt_rule(
        bureau,
        rule,
        kind=kind,
        title=title,
        text=text,
        binds_kinds=["officer"],
        valid_from=today - timedelta(days=30),
        **more,
    )
