"""The figures of 一次录入, each defined once (W9)."""

from django.db.models import Q

from shijian.core.metrics import Metric, define

REGISTER = "portal:once_rows"

ASKED = define(
    Metric(
        "once.asked", "询问项", "项", "平台的表单请人填写的全部栏目，按每次提交累计。", lambda at: Q(asked__gt=0), REGISTER, sums="asked"
    )
)  # fmt: skip
KNOWN = define(
    Metric(
        "once.known", "平台已知", "项", "填写时平台已经登记过的栏目，含自动带出的。", lambda at: Q(known__gt=0), REGISTER, sums="known"
    )
)  # fmt: skip
OFFERED = define(
    Metric(
        "once.offered", "自动带出", "项", "平台已知、已由系统填好或留空自动补上的栏目。", lambda at: Q(offered__gt=0), REGISTER,
        sums="offered",
    )
)  # fmt: skip
RETYPED = define(
    Metric(
        "once.retyped", "重复填写", "项",
        "平台已知、没有带出、又由人填入相同内容的栏目。目标是 0；填入不同内容的是更正或新情况，不计。",
        lambda at: Q(retyped__gt=0), REGISTER, sums="retyped",
    )
)  # fmt: skip
COVERAGE = define(
    Metric(
        "once.coverage", "带出率", "%", "自动带出 ÷ 平台已知。", lambda at: Q(offered__gt=0), REGISTER, KNOWN, sums="offered"
    )
)  # fmt: skip
ALL = (ASKED, KNOWN, OFFERED, RETYPED, COVERAGE)
