"""What a superior's form asks for: each blank, and those the platform fills (W9)."""

from shijian.core.facts import Fact, fact, form

fact(Fact("sheet_figures", "统计数字", "由办理记录得出，不填报", "指标登记", "上级报表、分析、报告"))
SHEET = form("exchange.sheet", "上级报表", blanks="sheet_figures")
