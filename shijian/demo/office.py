"""The grid's own work in the demo: duties recorded, meetings whose decisions are done or late, opinions answered."""

from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils.timezone import get_current_timezone, localdate

from shijian.accounts.models import Unit, User
from shijian.grid import services as grid
from shijian.grid.models import Node
from shijian.grid.services import routine, work
from shijian.notices import services as notices

DUTIES = [
    ("普法宣传", "进市场、进商户宣传法律法规，发放资料。", "chief", "month"),
    ("重点主体走访", "重点监管对象每月走访一次，更新状态。", "chief", "month"),
    ("消费维权服务站指导", "到站指导，汇总自行和解情况。", "manager", "quarter"),
    ("网格信息更新", "新开、关停、变更情况当周登记。", "informant", "week"),
]
TOPICS = ["通报上月事件处置情况", "研究节日市场检查", "研究冬季燃气具和电热毯检查", "调度食品小作坊摸底"]
DECISIONS = ["摸清辖区冷库底数", "更新主体台账", "夜市摊点错时检查一次", "电梯使用单位名册核对", "未亮照经营逐户告知"]
OPINIONS = [
    ("deputy", "建议加强夜市食品摊点卫生检查。", "已安排每周两次错时检查，并公示结果。"),
    ("committee", "菜市场电子秤需要多抽查。", "本月已对三个市场计量器具检定一遍。"),
    ("resident", "小区电梯经常停运，希望督促维保。", "已约谈维保单位，故障部件更换完毕。"),
    ("trader", "希望办照变更能一次讲清材料。", ""),
]
HOSTS = ["商业广场", "农贸市场", "社区服务中心"]
PLAN = [
    ("第一阶段", "厘清边界，处理好边界历史遗留问题", -120, True),
    ("第一阶段", "完成管理单元、网格管理人员台账", -90, True),
    ("第二阶段", "绘制可视化网格管理地图", -20, False),
    ("第三阶段", "与上级平台全面对接", 150, False),
]


def play(staff: dict[str, User], *, seed: int, now: datetime) -> None:
    """Two months of work in every station, by its own people; deterministic for a seed."""
    random = np.random.default_rng([seed, 7])
    office, today = staff["B001"], localdate(now)
    bureau = office.bureau_code
    duties = [
        routine.set_duty(bureau, title=title, detail=detail, duty=duty, cycle=cycle, by=office, now=now)
        for title, detail, duty, cycle in DUTIES
    ]
    nodes = {
        node.area_code: node for node in Node.objects.approved().filter(bureau_code=bureau).select_related("level")
    }
    for code, node in nodes.items():
        chief, head = staff.get(f"W{code}"), staff.get(f"S{code}")
        if chief:
            for duty in duties:
                if random.random() < 0.6:
                    day = today - timedelta(days=int(random.integers(0, 3)))
                    routine.record_duty(duty, node, done_on=day, text="已完成。", by=chief, now=_at(day, now))
        if head:
            _station(node, head, nodes, staff, random, today, now)
    for code in ("050101", "050102", "050201"):  # 包抓
        if code in nodes:
            since = today - timedelta(days=60)
            grid.appoint(nodes[code], staff["J002"], "leader", valid_from=since, by=office, now=_at(since, now))
    for stage, title, days, done in PLAN:
        due = today + timedelta(days=days)
        made = routine.set_milestone(bureau, stage=stage, title=title, lead=office.unit, due_on=due, by=office, now=now)
        if done:
            routine.finish_milestone(made, on=due - timedelta(days=3), by=office, now=now)
    _circulars(office, staff, now)


def _station(
    station: Node,
    head: User,
    nodes: dict[str, Node],
    staff: dict[str, User],
    random: np.random.Generator,
    today: date,
    now: datetime,
) -> None:
    chiefs = [staff[f"W{code}"] for code in nodes if code.startswith(station.area_code) and f"W{code}" in staff]
    if not chiefs:
        return
    for back in (40, 9):
        day = today - timedelta(days=back)
        decisions = [
            work.Decision(DECISIONS[int(number)], chiefs[int(random.integers(len(chiefs)))], day + timedelta(days=14))
            for number in random.choice(len(DECISIONS), 2, replace=False)
        ]
        meeting = work.record_meeting(
            station, title=TOPICS[int(random.integers(len(TOPICS)))], held_on=day, chair=head, attendees=chiefs,
            minutes="一、通报情况。\n二、议定事项如下。", decisions=decisions, by=head, now=_at(day, now),
        )  # fmt: skip
        for task in meeting.tasks.all():
            if random.random() < (0.9 if back > 30 else 0.4):
                done = min(day + timedelta(days=int(random.integers(3, 12))), today)
                work.finish_task(task, result="已完成，情况属实。", by=task.assignee, now=_at(done, now))
                if task.assignee_id != head.pk:
                    work.confirm_task(task, is_good=True, by=head, now=_at(min(done + timedelta(days=1), today), now))
    code = next(code for code in nodes if code.startswith(station.area_code) and f"W{code}" in staff)
    chief = staff[f"W{code}"]
    source, text, answer = OPINIONS[int(random.integers(len(OPINIONS)))]
    day = today - timedelta(days=int(random.integers(3, 14)))
    opinion = work.log_opinion(
        nodes[code], source=source, from_name="", text=text, received_on=day, assignee=chief,
        due_on=day + timedelta(days=15), by=chief, now=_at(day, now),
    )  # fmt: skip
    if answer:
        work.answer_opinion(opinion, answer=answer, by=chief, now=_at(day + timedelta(days=2), now))
    host = f"{station.name.removesuffix('市场监管所')}{HOSTS[int(random.integers(len(HOSTS)))]}"
    point = routine.set_point(nodes[code], name=f"{host}消费维权服务站", host=host, by=chief, now=_at(day, now))
    routine.visit_point(
        point, on=day, settled=int(random.integers(0, 6)), text="指导先行和解。", by=chief, now=_at(day, now)
    )


def _at(day: date, now: datetime) -> datetime:
    """Ten in the morning of a day, but never after now."""
    return min(datetime.combine(day, time(10), tzinfo=get_current_timezone()), now)


def _circulars(office: User, staff: dict[str, User], now: datetime) -> None:
    """Two circulars: one that everybody is to confirm and only some have, one to read."""
    bureau = Unit.objects.get(bureau_code=office.bureau_code, parent=None)
    draft = notices.Draft(
        title="关于做好岁末年初食品安全检查的通知",
        text="各所：\n请于周五前完成辖区农贸市场、商超和餐饮单位的自查督促，发现问题当天上报。\n检查须由两名以上持证人员进行，协管人员只协助、不检查。",
        units=[bureau],
        kinds=["officer"],
        must_confirm=True,
        confirm_by=localdate(now) + timedelta(days=4),
    )
    sent = notices.send(draft, by=office, now=now - timedelta(hours=20))
    for number in ("J001", "S0502", "Z001", "W050102"):
        if number in staff:
            notices.confirm(sent, by=staff[number], now=now - timedelta(hours=3))
    text = "上月按期办结率、重办件和典型案例见事件分析。请各所对照整改。"
    bulletin = notices.Draft(title="上月网格事件办理情况通报", text=text, units=[bureau], kind="bulletin")
    notices.send(bulletin, by=office, now=now - timedelta(days=2))
