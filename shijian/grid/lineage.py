"""Where the facts about grids and their people come from, and the forms that ask for them (W9)."""

from shijian.core.facts import Fact, fact, form

fact(
    Fact("grid", "所在网格", "划定边界一次", "网格", "主体、事件落格，台账，报告，登记表的网格栏"),
    Fact("unit", "所在单位", "人员登记一次", "人员", "台账、文书、上级报表"),
    Fact("officer", "经办人姓名、工号", "人员登记一次", "人员", "所有办理记录、文书执法人员栏"),
    Fact("today", "当天日期", "系统时钟", "—", "各登记表的日期栏"),
)
OPINION = form(
    "grid.opinion", "意见建议登记",
    node="grid", source="", from_name="", text="", received_on="today", assignee="", due_on="today",
)  # fmt: skip
DUTY = form("grid.record", "日常职责登记", node="grid", done_on="today", text="")
