"""The calculator's questions, the local version of a violation, and its decision."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from shijian.core.pages import StyledForm, style_form

from .rules import Party, Tier, Violation
from .rules.circumstances import offered
from .rules.kinds import Base, Effect, Gravity, Measure, Subject
from .rules.table import TIERS

CHOICE = [("", "按系统建议"), ("yes", "适用"), ("no", "不适用")]


class WorkingForm(forms.Form):
    """Only what this violation asks: sums it measures by, gravities it tells apart, circumstances it knows."""

    on = forms.DateField(label="违法行为发生日期", required=False)
    party = forms.ChoiceField(label="当事人", choices=Party.choices(), required=False, widget=forms.RadioSelect)

    def __init__(self, violation: Violation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.violation = violation
        if len(violation.gravities()) > 1:
            choices = [(each.value, each.label) for each in violation.gravities()]
            self.fields["gravity"] = forms.ChoiceField(
                label="条文区分的情节", choices=choices, required=False, widget=forms.RadioSelect
            )
        if violation.knows_refusal:
            self.fields["refused"] = forms.BooleanField(label="责令改正后拒不改正（逾期未改正）", required=False)
        for base in violation.bases():
            self.fields[base.value] = forms.CharField(
                label=f"{base.label}（元）", required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
            )
            if base is Base.AD_FEE:
                self.fields["fee_unknown"] = forms.BooleanField(label="广告费用无法计算或者明显偏低", required=False)
        if violation.knows_officers:
            self.fields["officers"] = forms.IntegerField(
                label="受罚的责任人员人数", required=False, min_value=0, max_value=1000
            )
        self.fields["circumstances"] = forms.MultipleChoiceField(
            label="量罚情节", required=False, choices=self._circumstances(), widget=forms.CheckboxSelectMultiple
        )
        self.fields["ended_on"] = forms.DateField(label="行为终了日期", required=False)
        self.fields["found_on"] = forms.DateField(label="发现日期", required=False)
        self.fields["five_years"] = forms.BooleanField(
            label="涉及公民生命健康安全、金融安全且有危害后果（五年）", required=False
        )
        self.fields["exempt"] = forms.ChoiceField(label="可以不予处罚的", choices=CHOICE, required=False)
        self.fields["ease"] = forms.ChoiceField(label="可以从轻或者减轻的", choices=CHOICE, required=False)
        tiers = [("", "按情节推定"), *((each.value, each.label) for each in Tier if each is not Tier.NONE)]
        self.fields["tier"] = forms.ChoiceField(label="选定阶次", choices=tiers, required=False)
        self.fields["reason"] = forms.CharField(label="选定的理由", required=False, max_length=200)
        style_form(self)

    def _circumstances(self) -> list[tuple[str, list[tuple[str, str]]]]:
        told = offered(self.violation.special)
        return [
            (
                effect.label,
                [(each.code, f"{each.name}{'' if each.is_law else ' ⚠'}") for each in told if each.effect is effect],
            )
            for effect in Effect
        ]

    @property
    def main(self) -> list[forms.BoundField]:
        rest = {"circumstances", *self.limitation_names, *self.choice_names}
        return [field for field in self if field.name not in rest]

    limitation_names = ("ended_on", "found_on", "five_years")
    choice_names = ("exempt", "ease", "tier", "reason")

    @property
    def limitation(self) -> list[forms.BoundField]:
        return [self[name] for name in self.limitation_names]

    @property
    def choosing(self) -> list[forms.BoundField]:
        return [self[name] for name in self.choice_names]

    def facts(self) -> dict[str, Any]:
        """The facts as the JSON object the command takes; dates as text, so that they can be kept."""
        flags = {"yes": True, "no": False}
        found: dict[str, Any] = {"violation": self.violation.code}
        for name, value in self.cleaned_data.items():
            if value in (None, "", []):
                continue
            plain = flags[value] if name in ("exempt", "ease") else value
            found[name] = plain.isoformat() if isinstance(plain, date) else plain
        return {"party": Party.UNIT.value, **found}


class ChosenForm(StyledForm):
    chosen = forms.DecimalField(label="拟处罚款（元）", min_value=Decimal(0), max_digits=16, decimal_places=2)
    why = forms.CharField(label="裁量理由", max_length=500, widget=forms.Textarea)
    deviation = forms.CharField(label="偏离类案的理由", max_length=500, required=False, widget=forms.Textarea)


class VersionForm(StyledForm):
    """A local version of a violation: its own shares and the range of each tier."""

    document = forms.CharField(label="依据文件", max_length=120, help_text="名称和文号，须已向社会公布。")
    valid_from = forms.DateField(label="施行日期")
    light_share = forms.DecimalField(label="从轻所占（%）", min_value=1, max_value=50, decimal_places=1, required=False)
    heavy_share = forms.DecimalField(label="从重所占（%）", min_value=1, max_value=50, decimal_places=1, required=False)


class LineForm(forms.Form):
    """The standards of one line of the article, tier by tier: 适用条件 and 具体标准."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(self.before_standards())
        for tier, name in TIERS.items():
            self.fields[f"{tier.value}_standard"] = forms.CharField(
                label=f"{name}标准",
                required=False,
                max_length=40,
                widget=forms.TextInput(attrs={"placeholder": "下限-上限"}),
            )
            self.fields[f"{tier.value}_condition"] = forms.CharField(
                label=f"{name}适用条件", required=False, max_length=120
            )
        style_form(self)

    def before_standards(self) -> dict[str, forms.Field]:
        """What is asked before the standards."""
        return {}

    def values(self) -> dict[str, str]:
        return {
            f"{name}{part}": self.cleaned_data[f"{tier.value}_{field}"].strip()
            for tier, name in TIERS.items()
            for part, field in (("标准", "standard"), ("条件", "condition"))
        }


class ImportForm(StyledForm):
    file = forms.FileField(label="文件", help_text="CSV 或者 XLSX，一行一条幅度。")
    document = forms.CharField(label="依据文件", max_length=120, help_text="名称和文号，须已向社会公布。")


class DecisionForm(StyledForm):
    note = forms.CharField(label="意见", max_length=200, required=False, widget=forms.Textarea)


class ViolationForm(StyledForm):
    """A violation the catalogue lacks: what it is against, since when, on which document."""

    code = forms.SlugField(
        label="代码", max_length=60, help_text="小写字母、数字和连字符，如 food-no-label；以后不变。"
    )
    name = forms.CharField(label="违法行为", max_length=80)
    domain = forms.CharField(label="领域", max_length=20, help_text="如 食品、价格、广告、特种设备。")
    law = forms.CharField(label="罚则所在法规", max_length=60, help_text="法规库中的简称，如 食品安全法。")
    article = forms.IntegerField(label="条", min_value=1, max_value=999)
    paragraph = forms.IntegerField(label="款", min_value=1, max_value=99, required=False)
    item = forms.IntegerField(label="项", min_value=1, max_value=99, required=False)
    valid_from = forms.DateField(label="施行日期")
    valid_until = forms.DateField(label="有效期止", required=False, help_text="没有规定的不填。")
    document = forms.CharField(label="依据文件", max_length=120, help_text="裁量基准的名称和文号，须已向社会公布。")
    others = forms.CharField(
        label="同时办理", max_length=300, required=False,
        help_text="用分号隔开，如 没收违法所得；情节严重：吊销许可证；可以：没收工具。",
    )  # fmt: skip
    light_share = forms.DecimalField(label="从轻所占（%）", min_value=1, max_value=50, decimal_places=1, required=False)
    heavy_share = forms.DecimalField(label="从重所占（%）", min_value=1, max_value=50, decimal_places=1, required=False)


class FineForm(LineForm):
    """One fine the article provides, as it stands there, before the standards of its tiers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{self.add_prefix(name)}_help"

    def before_standards(self) -> dict[str, forms.Field]:
        return {
            "subject": _select("当事人", Subject),
            "gravity": _select("情节", Gravity),
            "base": _select("计算基数", Base, "不按倍数"),
            "band": forms.CharField(
                label="适用区间", required=False, max_length=40, help_text="如 货值金额:0-10000、违法所得:无。"
            ),
            "low": forms.CharField(label="下限", required=False, max_length=20, help_text="没有下限的不填。"),
            "high": forms.CharField(label="上限", required=False, max_length=20),
            "measure": _select("单位", Measure),
            "refused": forms.BooleanField(label="拒不改正的才处罚", required=False),
            "may": forms.BooleanField(label="条文写“可以”", required=False),
        }

    def line(self) -> dict[str, str]:
        """The fine in the columns of the table."""
        data = self.cleaned_data
        return {
            "当事人": data["subject"], "情节": data["gravity"], "计算基数": data["base"], "适用区间": data["band"].strip(),
            "下限": data["low"].strip(), "上限": data["high"].strip(), "单位": data["measure"],
            "拒不改正": "是" if data["refused"] else "", "可以": "是" if data["may"] else "", **self.values(),
        }  # fmt: skip

    @property
    def main(self) -> list[forms.BoundField]:
        return [
            field for field in self if not field.name.endswith(("_standard", "_condition")) and field.name != "DELETE"
        ]

    @property
    def standards(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.endswith(("_standard", "_condition"))]


def _select(label: str, kind: Any, empty: str = "") -> forms.ChoiceField:
    choices = [(each.value, each.label) for each in kind]
    return forms.ChoiceField(label=label, choices=[("", empty), *choices] if empty else choices, required=not empty)


class StandardForm(StyledForm):
    """One version of a local standard with its table of clauses."""

    number = forms.CharField(label="标准编号", max_length=60, help_text="如 DB61/T 1234—2026。")
    title = forms.CharField(label="名称", max_length=120)
    issuer = forms.CharField(label="发布机关", max_length=60)
    valid_from = forms.DateField(label="实施日期")
    valid_until = forms.DateField(label="有效期止", required=False, help_text="没有规定的不填。")
    file = forms.FileField(label="条款文件", help_text="CSV 或者 XLSX，首行为列名，一行一条。")
