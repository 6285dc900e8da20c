"""What a paper asks for: the fields of its form, held against what the platform knew (W9)."""

from shijian.core.facts import Fact, fact, form

fact(
    Fact("office", "本局名称、地址、电话、复议机关、法院", "文书信息维护一次", "本局文书信息", "所有文书"),
    Fact("paper_number", "文号", "审批时自动编号", "文书", "送达、台账、公示"),
    Fact("paper_fields", "同一记录前面文书已写的内容", "第一份文书", "文书", "同一记录以后的文书"),
)
PAPER = form("documents.paper", "执法文书（审批时）", fields="paper_fields")
