from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from shijian.accounts.requests import PersonRequest
from shijian.core import facts
from shijian.core.access import requires
from shijian.core.errors import Refused
from shijian.core.pages import Choice, Column, Flag, ListPage, Search

from .. import lineage, queries
from ..choices import OpinionSource, TaskState
from ..forms import AnswerForm, ConfirmForm, MeetingForm, OpinionForm, RatingForm, ResultForm, TaskForm, decisions_of
from ..models import GridTask, Meeting, Opinion
from ..permissions import WORK_DIRECT, WORK_RECORD, WORK_VIEW
from ..services import work as acts


@requires(WORK_VIEW)
@require_GET
def meetings(request: PersonRequest) -> HttpResponseBase:
    rows = queries.work_for(request.user, Meeting.objects.select_related("chair"))
    rows = rows.annotate(decided=Count("tasks"), open=Count("tasks", filter=~Q(tasks__state=TaskState.CONFIRMED)))
    listing = ListPage(
        request,
        rows,
        [
            Column("议题", "title"),
            Column("召开日期", "held_on", sort="held_on", css="narrow"),
            Column("范围", "area_code"),
            Column("主持", "chair__name"),
            Column("决定事项", "decided", css="num"),
            Column("未确认", "open", css="num"),
        ],
        order="-held_on",
        name="网格例会",
        filters=[
            Search("q", "议题", field="title__contains"),
            Search("area", "网格编码", field="area_code__startswith"),
        ],
        link=lambda row: reverse("grid:meeting", args=[row.pk]),
        empty="还没有例会记录。",
        empty_icon="users-group",
    )
    may = request.user.may(WORK_DIRECT)
    new = [{"label": "记录例会", "url": reverse("grid:meeting_new"), "icon": "plus", "main": True}] if may else []
    return listing.response("ui/list_page.html", {"title": "网格例会", "acts": new})


@requires(WORK_DIRECT)
def meeting_new(request: PersonRequest) -> HttpResponse:
    form = MeetingForm(request.POST or None, nodes=queries.nodes_for(request.user, WORK_DIRECT))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = acts.record_meeting(
                data["node"], title=data["title"], held_on=data["held_on"], chair=data["chair"],
                attendees=data["attendees"], minutes=data["minutes"], decisions=decisions_of(data), by=request.user,
                now=now(),
            )  # fmt: skip
            return redirect("grid:meeting", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {"title": "记录网格例会", "form": form, "back": reverse("grid:meetings")}
    return render(request, "grid/meeting_new.html", context, status=422 if form.errors else 200)


@requires(WORK_VIEW)
@require_GET
def meeting(request: PersonRequest, key: UUID) -> HttpResponse:
    row = _door(request, Meeting.objects.select_related("chair", "recorded_by"), key)
    context = {
        "title": row.title,
        "back": reverse("grid:meetings"),
        "back_label": "网格例会",
        "facts": [
            ("召开日期", row.held_on.isoformat()),
            ("范围", row.area_code or "全局"),
            ("主持", row.chair.name),
            ("参加人员", "、".join(person.name for person in row.attendees.all())),
            ("会议纪要", row.minutes),
            ("记录", f"{row.recorded_by.name} {row.recorded_at:%Y-%m-%d}"),
        ],
        "items_title": "决定事项",
        "items": [
            (str(task), f"{task.assignee.name} · {task.due_on} 前", reverse("grid:task", args=[task.pk]), task.get_state_display())
            for task in row.tasks.select_related("assignee")
        ],
    }  # fmt: skip
    return render(request, "grid/work.html", context)


@requires(WORK_VIEW)
@require_GET
def tasks(request: PersonRequest) -> HttpResponseBase:
    today = localdate()
    mine = Q(assignee=request.user) | Q(set_by=request.user)
    visible = queries.work_for(request.user, GridTask.objects.all()) | GridTask.objects.filter(mine)
    listing = ListPage(
        request,
        visible.select_related("assignee", "meeting").distinct(),
        [
            Column("事项", "title"),
            Column("范围", "area_code"),
            Column("责任人", "assignee__name"),
            Column("完成期限", "due_on", sort="due_on", css="narrow"),
            Column("状态", lambda row: "已超期" if row.state == TaskState.OPEN and row.due_on < today else row.get_state_display()),
            Column("来自例会", lambda row: row.meeting.title if row.meeting else ""),
        ],
        order="due_on",
        name="网格事项",
        filters=[
            Search("q", "事项", field="title__contains"),
            Choice("state", "状态", choices=TaskState.choices),
            Flag("mine", "我承办的", narrow=lambda rows, _: rows.filter(assignee=request.user)),
            Flag("overdue", "已超期", narrow=lambda rows, _: rows.filter(state=TaskState.OPEN, due_on__lt=today)),
        ],
        link=lambda row: reverse("grid:task", args=[row.pk]),
        empty="没有网格事项。",
        empty_icon="checklist",
    )  # fmt: skip
    new = [{"label": "交办事项", "url": reverse("grid:task_new"), "icon": "plus", "main": True}]
    return listing.response(
        "ui/list_page.html", {"title": "网格事项", "acts": new if request.user.may(WORK_DIRECT) else []}
    )


@requires(WORK_DIRECT)
def task_new(request: PersonRequest) -> HttpResponse:
    form = TaskForm(request.POST or None, nodes=queries.nodes_for(request.user, WORK_DIRECT))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        decision = acts.Decision(data["title"], data["assignee"], data["due_on"])
        try:
            return redirect("grid:task", acts.set_task(data["node"], decision, by=request.user, now=now()).pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _form(request, "交办事项", form, "grid:tasks")


@requires(WORK_VIEW)
def task(request: PersonRequest, key: UUID) -> HttpResponse:
    """A task; the person responsible reports the result here, the other side confirms it."""
    row = _door(request, GridTask.objects.select_related("assignee", "set_by", "meeting"), key, own="assignee")
    is_mine = row.assignee_id == request.user.pk
    may_confirm = row.state == TaskState.DONE and not is_mine and request.user.may(WORK_DIRECT, row)
    form: Any = None
    if request.method == "POST":
        form = ResultForm(request.POST) if is_mine else ConfirmForm(request.POST)
        if form.is_valid():
            try:
                if is_mine:
                    acts.finish_task(row, result=form.cleaned_data["result"], by=request.user, now=now())
                else:
                    good = request.POST.get("verdict") != "return"
                    acts.confirm_task(row, is_good=good, note=form.cleaned_data["note"], by=request.user, now=now())
                return redirect("grid:task", key)
            except Refused as refusal:
                form.add_error(None, refusal.message)
    elif is_mine and row.state == TaskState.OPEN:
        form = ResultForm()
    elif may_confirm:
        form = ConfirmForm()
    context = {
        "title": row.title,
        "back": reverse("grid:tasks"),
        "back_label": "网格事项",
        "tag": (row.get_state_display(), "green" if row.state == TaskState.CONFIRMED else "amber"),
        "due": row.due_on if row.state == TaskState.OPEN else None,
        "facts": [
            ("范围", row.area_code or "全局"),
            ("责任人", row.assignee.name),
            ("完成期限", row.due_on.isoformat()),
            ("交办", f"{row.set_by.name} {row.set_at:%Y-%m-%d}"),
            ("来自例会", row.meeting.title if row.meeting else ""),
            ("完成情况", row.result),
        ],
        "form": form,
        "form_title": "办理结果" if is_mine else "确认",
        "buttons": [("submit", "报告完成")] if is_mine else [("confirm", "确认完成"), ("return", "退回")],
    }
    return render(request, "grid/work.html", context, status=422 if form and form.errors else 200)


@requires(WORK_VIEW)
@require_GET
def opinions(request: PersonRequest) -> HttpResponseBase:
    today = localdate()
    visible = queries.work_for(request.user, Opinion.objects.all()) | Opinion.objects.filter(assignee=request.user)
    listing = ListPage(
        request,
        visible.select_related("assignee").distinct(),
        [
            Column("意见建议", lambda row: row.text[:40]),
            Column("来源", "get_source_display"),
            Column("网格", "area_code"),
            Column("收到日期", "received_on", sort="received_on", css="narrow"),
            Column("承办人", "assignee__name"),
            Column("答复期限", "due_on", sort="due_on", css="narrow"),
            Column("答复", lambda row: "已答复" if row.answer else "已超期" if row.due_on < today else "待答复"),
            Column("回访", "get_satisfaction_display"),
        ],
        order="-received_on",
        name="意见建议",
        filters=[
            Search("q", "内容", field="text__contains"),
            Choice("source", "来源", choices=OpinionSource.choices),
            Flag("open", "待答复", narrow=lambda rows, _: rows.filter(answer="")),
        ],
        link=lambda row: reverse("grid:opinion", args=[row.pk]),
        empty="没有意见建议。",
        empty_icon="message",
    )
    may = request.user.may(WORK_RECORD)
    new = [{"label": "登记意见", "url": reverse("grid:opinion_new"), "icon": "plus", "main": True}] if may else []
    return listing.response("ui/list_page.html", {"title": "意见建议", "acts": new})


@requires(WORK_RECORD)
def opinion_new(request: PersonRequest) -> HttpResponse:
    form = OpinionForm(request.POST or None, nodes=queries.nodes_for(request.user, WORK_RECORD))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = acts.log_opinion(data.pop("node"), **data, by=request.user, now=now())
            known = {name: form[name].initial for name in ("node", "received_on", "due_on")}
            facts.count(lineage.OPINION, bureau_code=made.bureau_code, known=known, sent=data)
            return redirect("grid:opinion", made.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return _form(
        request,
        "登记意见建议",
        form,
        "grid:opinions",
        "人大代表、政协委员、市民代表和群众对网格内市场监管工作的意见建议。",
    )


@requires(WORK_VIEW)
def opinion(request: PersonRequest, key: UUID) -> HttpResponse:
    row = _door(request, Opinion.objects.select_related("assignee", "answered_by", "recorded_by"), key, own="assignee")
    may_answer = row.assignee_id == request.user.pk and not row.answer
    form: Any = AnswerForm(request.POST or None) if may_answer else None
    if request.method == "POST" and not may_answer:
        raise acts.AlreadyDone("该意见已经答复，或由他人承办。")
    if form and request.method == "POST" and form.is_valid():
        acts.answer_opinion(row, answer=form.cleaned_data["answer"], by=request.user, now=now())
        return redirect("grid:opinion", key)
    may_rate = bool(row.answer) and request.user.may(WORK_RECORD, row)
    context = {
        "title": f"意见建议：{row.get_source_display()}",
        "back": reverse("grid:opinions"),
        "back_label": "意见建议",
        "tag": ("已答复", "green") if row.answer else ("待答复", "amber"),
        "due": None if row.answer else row.due_on,
        "facts": [
            ("意见建议", row.text),
            ("提出人", row.from_name or "未留名"),
            ("联系电话", row.phone),
            ("网格", row.area_code),
            ("收到日期", row.received_on.isoformat()),
            ("承办人", row.assignee.name),
            ("答复期限", row.due_on.isoformat()),
            ("登记人", row.recorded_by.name if row.recorded_by else f"网上提交，回执 {row.receipt}"),
            ("答复", row.answer),
            ("答复人", f"{row.answered_by.name} {row.answered_at:%Y-%m-%d}" if row.answered_by else ""),
            ("回访", row.get_satisfaction_display()),
        ],
        "form": form,
        "form_title": "答复",
        "buttons": [("submit", "答复")],
        "second": RatingForm(initial={"satisfaction": row.satisfaction}) if may_rate else None,
        "second_title": "回访提出人",
        "second_url": reverse("grid:opinion_rating", args=[key]),
    }
    return render(request, "grid/work.html", context, status=422 if form and form.errors else 200)


@requires(WORK_RECORD)
@require_POST
def opinion_rating(request: PersonRequest, key: UUID) -> HttpResponse:
    row, form = _door(request, Opinion.objects.all(), key), RatingForm(request.POST)
    if not request.user.may(WORK_RECORD, row):
        raise Http404
    if form.is_valid():
        acts.rate_opinion(row, satisfaction=form.cleaned_data["satisfaction"], by=request.user, now=now())
        messages.success(request, "已登记回访结果。")
    return redirect("grid:opinion", key)


def _door(request: PersonRequest, rows: Any, key: UUID, own: str = "") -> Any:
    """The row if it lies in the person's area or is his own; else as if nobody had made it."""
    found = rows.filter(pk=key, bureau_code=request.user.bureau_code).first()
    if found and (
        (own and getattr(found, f"{own}_id") == request.user.pk)
        or queries.work_for(request.user, type(found).objects.filter(pk=key)).exists()
    ):
        return found
    raise Http404


def _form(request: PersonRequest, title: str, form: Any, back: str, lead: str = "") -> HttpResponse:
    context = {"title": title, "form": form, "submit": "保存", "back": reverse(back), "lead": lead}
    return render(request, "ui/form_page.html", context, status=422 if form.errors else 200)
