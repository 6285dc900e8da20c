"""Where the facts about entities come from, and the forms that ask for them (W9)."""

from shijian.core.facts import Fact, fact, form

fact(
    Fact("party_name", "主体名称", "登记数据导入，或首次登记", "经营主体", "事件、案件线索、文书当事人栏、台账、上级报表"),
    Fact("party_credit_code", "统一社会信用代码", "登记数据导入", "经营主体", "文书当事人栏、台账、上级报表"),
    Fact("party_address", "住所（经营场所）", "登记数据导入，或现场核实", "经营主体", "事件地点、文书、落格、上级报表"),
    Fact("party_phone", "主体联系电话", "登记数据导入，或首次登记", "经营主体", "查找重复主体"),
    Fact("party_place", "主体位置", "按地址推定，或现场核实一次", "经营主体", "事件位置、地图、落格"),
    Fact("party_industry", "行业", "登记数据导入", "经营主体", "台账、分类统计"),
    Fact("party_tags", "重点标签", "网格长登记一次", "经营主体", "台账、地图、检查对象筛选"),
)  # fmt: skip
EDIT = form(
    "subjects.edit", "主体信息更正",
    name="party_name", address="party_address", phone="party_phone", industry_code="party_industry", tags="party_tags",
)  # fmt: skip
