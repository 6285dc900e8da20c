"""Who may do what: each role as a list a lawyer could read. `sync_roles` writes it to the database."""

from shijian.accounts.choices import Lane
from shijian.accounts.services.grants import RoleContent

EVERYBODY = ["grid.node.view", "laws.library.view"]
PAPERS = ["documents.form.view", "documents.paper.view", "documents.paper.write"]
SIGNING = ["documents.paper.approve", "documents.paper.void"]
FIELD = [
    *EVERYBODY,
    "grid.work.view",
    "accounts.person.unmask",  # the phone of a responsible colleague: with a reason, on record, thirty a day
    "events.event.view",
    "events.event.report",
    "events.event.observe",
    "subjects.entity.view",
    "discretion.benchmark.view",
    "deadlines.clock.view",
    "workflow.task.do",
    "workflow.process.view",
    "evidence.item.view",
    "evidence.item.capture",
    "evidence.custody.move",
]
HANDLER = [
    *FIELD,
    "seals.use.apply",
    "seals.signature.collect",
    *PAPERS,
    "grid.work.record",
    "events.event.handle",
    "events.lead.send",
    "events.task.register",
    "subjects.entity.edit",
    "subjects.entity.locate",
    "accounts.person.view",
    "discretion.worksheet.save",
    "deadlines.clock.record",
    "workflow.instance.start",
    "evidence.original.download",
    "evidence.measure.take",
    "evidence.recorder.import",
]
HEAD = [
    *HANDLER,
    "watch.hit.view",
    "watch.hit.handle",
    "deadlines.clock.supervise",
    *SIGNING,
    "grid.work.direct",
    "notices.circular.send",
    "exchange.sheet.fill",
    "events.lead.receive",
    "events.event.dispatch",
    "events.event.review",
    "events.event.handover",
    "events.event.reopen",
    "grid.node.propose",
    "grid.boundary.draw",
    "grid.staffing.appoint",
    "subjects.entity.merge",
    "evidence.retention.set",
    "evidence.package.export",
]
OFFICE = [
    *FIELD,
    "watch.hit.view",
    "watch.hit.handle",
    "deadlines.clock.supervise",
    "documents.form.view",
    "documents.paper.view",
    "notices.circular.send",
    "exchange.sheet.fill",
    "events.event.dispatch",
    "events.event.supervise",
    "events.event.review",
    "events.event.handover",
    "events.event.reopen",
    "accounts.person.view",
    "workflow.instance.start",
    "evidence.original.download",
    "evidence.package.export",
]


def _role(name: str, permissions: list[str], lane: str = Lane.BUSINESS) -> RoleContent:
    return RoleContent(name, lane, sorted(set(permissions)))


ROLES: dict[str, RoleContent] = {
    "grid_chief": _role("网格长", HANDLER),
    # An auxiliary observes, informs and reports; nothing he does is an inspection (国办发〔2024〕54号).
    "grid_manager": _role("管理员", [*FIELD, "grid.work.record", "subjects.entity.locate"]),
    "grid_informant": _role("信息员", [*FIELD, "grid.work.record"]),
    "grid_monitor": _role("监督员", [*EVERYBODY, "events.event.view", "events.event.report", "events.event.observe"]),
    "station_head": _role("单元长", HEAD),
    "area_chief": _role("片区长", [*OFFICE, "grid.node.approve", "grid.work.direct"]),
    "dispatcher": _role("指挥中心", OFFICE),
    "grid_office": _role(
        "网格办",
        [
            *OFFICE,
            "exchange.sheet.edit",
            "documents.office.edit",
            "documents.form.edit",
            "laws.library.import",
            "laws.list.import",
            "events.kind.edit",
            "discretion.benchmark.edit",
            "deadlines.ladder.edit",
            "watch.rule.edit",
            "grid.work.record",
            "grid.work.direct",
            "grid.work.plan",
            "portal.burden.view",
            "grid.node.propose",
            "grid.node.approve",
            "grid.boundary.draw",
            "grid.staffing.appoint",
            "subjects.entity.edit",
            "subjects.entity.locate",
            "subjects.entity.merge",
            "workflow.instance.cancel",
            "workflow.process.edit",
        ],
    ),
    "leader": _role(
        "局领导",
        [
            *FIELD,
            "seals.seal.view",
            "seals.use.approve",
            "documents.form.view",
            "documents.paper.view",
            *SIGNING,
            "events.event.review",
            "events.event.reopen",
            "events.event.supervise",
            "accounts.person.view",
            "workflow.instance.cancel",
            "workflow.process.publish",
            "evidence.original.download",
            "evidence.measure.approve",
            "evidence.package.export",
            "portal.burden.view",
            "notices.circular.send",
            "discretion.benchmark.approve",
            "documents.form.approve",
            "deadlines.clock.supervise",
            "watch.hit.view",
            "watch.hit.handle",
        ],
    ),
    # Roles of procedure: who does which step of a case; filing, inquiry, review and execution lie in different hands.
    "bureau_head": _role(
        "主要负责人",
        [
            *FIELD,
            "documents.form.view",
            "documents.paper.view",
            *SIGNING,
            "accounts.person.view",
            "workflow.process.publish",
            "discretion.benchmark.approve",
            "documents.form.approve",
            "deadlines.clock.supervise",
        ],
    ),
    "case_officer": _role("办案人员", HANDLER),
    "unit_head": _role("办案机构负责人", [*HANDLER, *SIGNING, "events.lead.receive"]),
    "case_reviewer": _role(
        "案件审核人员", [*FIELD, "documents.form.view", "documents.paper.view", "accounts.person.view"]
    ),
    "legal_reviewer": _role(
        "法制审核人员",
        [
            *FIELD,
            "documents.form.view",
            "documents.paper.view",
            "accounts.person.view",
            "discretion.benchmark.edit",
            "documents.form.edit",
            "laws.library.import",
            "laws.list.import",
        ],
    ),
    "enforcement_officer": _role("执行人员", [*FIELD, "accounts.person.view"]),
    "complaint_clerk": _role("投诉举报受理人员", [*FIELD, "accounts.person.view", "workflow.instance.start"]),
    "seal_keeper": _role("印章管理员", [*EVERYBODY, "seals.seal.view", "seals.seal.edit", "seals.use.stamp"]),
    "registry_clerk": _role(
        "主体数据员",
        [
            *EVERYBODY,
            "subjects.entity.view",
            "subjects.entity.edit",
            "subjects.entity.locate",
            "subjects.entity.import",
            "subjects.entity.merge",
        ],
    ),
    "api_source": _role("接口来源", ["exchange.event.submit", "grid.node.view"]),
    "api_reader": _role("接口读取", [*EVERYBODY, "grid.work.view", "events.event.view", "subjects.entity.view"]),
    "sysadmin": _role(
        "系统管理员",
        [
            "accounts.person.view",
            "accounts.person.edit",
            "core.calendar.import",
            "workflow.process.view",
            "workflow.process.edit",
            "workflow.process.publish",
        ],
        Lane.SYSTEM,
    ),
    "secadmin": _role(
        "安全管理员",
        [
            "accounts.person.view",
            "accounts.grant.view",
            "accounts.grant.edit",
            "accounts.certificate.edit",
            "accounts.personal_data.view",
            "exchange.token.issue",
        ],
        Lane.SECURITY,
    ),
    "auditor": _role("审计管理员", ["audit.entry.view", "audit.log.verify", "accounts.personal_data.view"], Lane.AUDIT),
}


def require_known(codes: list[str]) -> None:
    """A misspelt role would ask nobody for a second factor: the start stops instead."""
    if unknown := [code for code in codes if code not in ROLES]:
        raise SystemExit(
            f"SECOND_FACTOR_ROLES: no role is called {', '.join(unknown)}. Write some of {', '.join(ROLES)}."
        )
