"""A version of a form to edit: its head, its fields as rows, its body, what helps who fills it, its sample."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.forms import BoundField, formset_factory

from shijian.core.pages import StyledForm

from ..catalogue import Content
from ..choices import Family, Stage
from ..models import FormProposal
from ..rules import comparing, drafting, schema
from ..rules.schema import Field, Kind
from .papers import PaperForm

SPARE = 2
NO_SIGNS = ("=", "#", " / ")


class HeadForm(StyledForm):
    """What is said of a version beside its fields; lists are texts with an entry a line."""

    name = forms.CharField(label="文书名称", max_length=60)
    word = forms.CharField(label="文号用字", max_length=12, required=False, help_text="不编文号的留空。")
    style = forms.ChoiceField(label="版式", choices=list(drafting.STYLES.items()))
    valid_from = forms.DateField(label="启用日期", help_text="从这一天起新制作的文书用这个版本。")
    document = forms.CharField(
        label="依据文件", max_length=200, required=False, help_text="发文机关、文件名称和文号，如“市监发〔2026〕8号”。"
    )
    body = forms.CharField(
        label="正文",
        strip=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "form-code"}),
    )
    page_sign = forms.CharField(
        label="每页签名", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2, "class": "form-code"}),
        help_text="每行一个，写成 代码=名称，如 party=当事人。笔录每页都要签名的才填。",
    )  # fmt: skip
    basis = forms.CharField(
        label="法律依据",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一条，如“行政处罚法 55”。",
    )
    mistakes = forms.CharField(
        label="常见错误",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一条，制作文书的人会看到。",
    )


class FieldForm(StyledForm):
    """One field of the form, or a group of fields that many forms share."""

    group = forms.ChoiceField(label="共用字段组", required=False)
    label = forms.CharField(label="名称", max_length=60, required=False)
    code = forms.RegexField(
        r"^[a-z][a-z0-9_]*$", label="代码", max_length=40, required=False, help_text="同一件事在各种文书中用同一个代码。",
        error_messages={"invalid": "只能用小写英文字母、数字和下划线，以字母开头。"},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="种类", choices=[(kind.value, name) for kind, name in comparing.KINDS.items()], required=False
    )
    required = forms.BooleanField(label="必填", required=False)
    options = forms.CharField(
        label="选项或者表格的列",
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="每行一个。",
    )
    hint = forms.CharField(label="填写提示", max_length=120, required=False)
    place = forms.IntegerField(label="次序", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    removed = forms.BooleanField(label="删除", required=False)

    def __init__(self, *args: Any, groups: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = groups
        shared = [(name, _group_said(name, text)) for name, text in groups.items()]
        self.fields["group"].choices = [("", "单独的字段"), *shared]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("group") or told.get("removed") or not (told.get("label") or told.get("code")):
            return told
        for name in ("code", "label"):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, "请填写。")
        for name in ("label", "options", "hint"):
            if any(sign in told.get(name, "") for sign in NO_SIGNS):
                self.add_error(name, "不能含有等号、井号和前后有空格的斜线。")
        return told

    def line(self) -> str:
        """The row as a line of `fields_text`; "" for one left empty or removed. Call after `is_valid`."""
        told = self.cleaned_data
        if told.get("removed"):
            return ""
        if told.get("group"):
            return f"@{told['group']}"
        if not told.get("code"):
            return ""
        options = " / ".join(part for each in told["options"].splitlines() if (part := each.strip()))
        must, hint = "!" if told["required"] else "", f" # {told['hint']}" if told["hint"] else ""
        return f"{told['code']} {told['kind'] or Kind.LINE}{must} {told['label']}{f' = {options}' if options else ''}{hint}"

    @property
    def summary(self) -> str:
        """The row in words, as it was kept."""
        told = self.initial
        if not told:
            return ""
        if told.get("group"):
            return _group_said(told["group"], self.groups.get(told["group"], ""))
        return comparing.said(
            Field(
                told["code"], told["label"], Kind(told["kind"]), told["required"], tuple(told["options"].splitlines())
            )
        )


def _group_said(name: str, text: str) -> str:
    labels = "、".join(field.label for field in schema.parse(text, {}))
    return f"@{name}（{labels[:40]}{'…' if len(labels) > 40 else ''}）"


FieldForms = formset_factory(
    FieldForm, extra=SPARE, max_num=drafting.MOST_FIELDS + SPARE, absolute_max=drafting.MOST_FIELDS + SPARE
)


class FormEditor:
    """All the parts of a proposal as one page edits them."""

    def __init__(self, proposal: FormProposal, data: Any = None) -> None:
        self.content = proposal.read()
        told = {each: "\n".join(getattr(self.content, each)) for each in ("basis", "mistakes", "page_sign")}
        kept = {each: getattr(proposal, each) for each in ("name", "word", "valid_from", "document")}
        first = {**kept, **told, "style": self.content.style, "body": self.content.body.strip("\n")}
        self.head = HeadForm(data, initial=first)
        groups = {"groups": self.content.groups}
        self.lines = FieldForms(data, initial=_rows(self.content.fields_text), prefix="field", form_kwargs=groups)
        fields = self._fields() if data is not None else self.content.fields
        self.sample = PaperForm(fields, data, initial=dict(self.content.sample), prefix="sample")

    def _fields(self) -> Mapping[str, Field]:
        """The fields as they are typed now, as far as they can be read."""
        try:
            return {field.code: field for field in schema.parse(self._fields_text(), self.content.groups)}
        except (AttributeError, KeyError, ValueError):
            return self.content.fields

    def _fields_text(self) -> str:
        if not self.lines.is_valid():
            raise ValueError
        rows = [
            (form.cleaned_data.get("place"), at, line) for at, form in enumerate(self.lines) if (line := form.line())
        ]
        last = max((place for place, _, _ in rows if place is not None), default=0) + 1
        return "\n".join(
            line for *_, line in sorted((last if place is None else place, at, line) for place, at, line in rows)
        )

    def is_valid(self) -> bool:
        return self.head.is_valid() and self.lines.is_valid() and self.sample.is_valid()

    def edited(self) -> Content:
        """The content as edited; call after `is_valid`. Who signs follows from the places in the body."""
        told = self.head.cleaned_data
        body = told["body"].replace("\r", "").strip("\n") + "\n"
        page_sign = tuple(_entries(told["page_sign"]))
        unplaced = set(self.content.signs) - set(drafting.signers_in(self.content.body, self.content.page_sign))
        signs = drafting.signers_in(body, page_sign)
        return replace(
            self.content, name=told["name"].strip(), word=told["word"].strip(), style=told["style"], body=body, page_sign=page_sign,
            basis=tuple(_entries(told["basis"])), mistakes=tuple(_entries(told["mistakes"])), fields_text=self._fields_text(),
            signs=(*signs, *(each for each in self.content.signs if each in unplaced and each not in signs)),
            sample=self.sample.data_of_paper(), valid_from=told["valid_from"],
        )  # fmt: skip

    @property
    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """The head in the parts of the page."""
        parts = {
            "基本信息": ("name", "word", "style", "valid_from", "document"),
            "正文": ("body", "page_sign"),
            "提示": ("basis", "mistakes"),
        }
        return [(title, [self.head[name] for name in names]) for title, names in parts.items()]


def _entries(text: str) -> list[str]:
    return [entry for line in text.splitlines() if (entry := line.strip())]


def _rows(text: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("@"):
            rows += [{"group": name.removeprefix("@")} for name in line.split()]
        else:
            (field,) = schema.parse(line, {})
            rows.append(
                {"code": field.code, "label": field.label, "kind": field.kind.value, "required": field.required,
                 "options": "\n".join(field.options), "hint": field.hint}
            )  # fmt: skip
    return [{**row, "place": at * 10} for at, row in enumerate(rows, 1)]


class NewFormForm(StyledForm):
    """What a form of the bureau's own is, before anything is drafted."""

    name = forms.CharField(label="文书名称", max_length=60)
    family = forms.ChoiceField(label="种类", choices=Family.choices)
    stage = forms.ChoiceField(label="阶段", choices=Stage.choices, initial=Stage.ANY)
    volume = forms.ChoiceField(
        label="归入", choices=[("正卷", "正卷"), ("副卷", "副卷"), ("", "不归卷")], required=False
    )
    style = forms.ChoiceField(label="版式", choices=list(drafting.STYLES.items()))


class FormFileForm(StyledForm):
    file = forms.FileField(
        label="文书格式文件（.toml）", widget=forms.ClearableFileInput(attrs={"accept": ".toml,text/plain"})
    )


class DecisionForm(StyledForm):
    note = forms.CharField(label="意见", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3}))
