"""The fields of a paper as a web form: nothing is demanded while drafting, tables are rows of plain inputs."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from shijian.core.pages import StyledForm, style_form

from ..queries import SlotOfForm
from ..rules import schema
from ..rules.schema import Field, Kind

SPARE_ROWS = 2
OFFICER_COLUMNS = ("姓名", "执法证号")


class RowsWidget(forms.Widget):
    """A table to type in: the rows there are and a few empty ones; an emptied row goes away."""

    template_name = "documents/rows.html"
    use_fieldset = True

    def __init__(self, columns: Sequence[str], least: int = 0) -> None:
        super().__init__()
        self.columns, self.least = columns, least

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [list(row) for row in value or [] if isinstance(row, list | tuple)]
        wide = len(self.columns)
        rows = [(row + [""] * wide)[:wide] for row in rows]
        rows += [[""] * wide for _ in range(max(SPARE_ROWS, self.least - len(rows)))]
        context["columns"] = self.columns
        context["row_url"] = (
            f"{reverse('documents:row', args=[name])}?{urlencode({'column': self.columns}, doseq=True)}"
        )
        context["rows"] = [
            [(f"{name}-{at}", column, cell) for at, (column, cell) in enumerate(zip(self.columns, row, strict=True))]
            for row in rows
        ]
        return context

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return mark_safe(render_to_string(template_name, context))  # noqa: S308 - a template of ours, escaping as all do

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[list[str]]:
        columns = [data.getlist(f"{name}-{at}") for at in range(len(self.columns))]
        rows = [[cell.strip()[:500] for cell in row] for row in zip(*columns, strict=False)]
        return [row for row in rows if any(row)][: schema.MOST_ROWS + 1]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-0" not in data


class RowsField(forms.Field):
    def __init__(self, *, columns: Sequence[str], least: int = 0, **kwargs: Any) -> None:
        super().__init__(widget=RowsWidget(columns, least), required=False, **kwargs)


class PaperForm(forms.Form):
    """Fields of a form version. What is typed is kept as it is; `schema.faults` says what is wrong with it."""

    def __init__(self, fields: Mapping[str, Field], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, field in fields.items():
            self.fields[code] = _form_field(field)
        style_form(self)
        for code, field in fields.items():
            if field.required:
                self.fields[code].widget.attrs["data-wanted"] = "1"

    def data_of_paper(self) -> dict[str, Any]:
        """The data to keep; call after `is_valid`."""
        told = {code: value for code, value in self.cleaned_data.items() if not schema.is_empty(value)}
        # A browser ends the lines of a text with \r\n, everything else with \n: the same text stays the same.
        return {code: value.replace("\r\n", "\n") if isinstance(value, str) else value for code, value in told.items()}


def _form_field(field: Field) -> forms.Field:
    label: dict[str, Any] = {"label": field.label, "required": False, "help_text": field.hint}
    match field.kind:
        case Kind.TEXT:
            widget = forms.Textarea(attrs={"rows": 4, "maxlength": schema.MOST_TEXT})
            return forms.CharField(widget=widget, **label)
        case Kind.DATE:
            return forms.CharField(widget=forms.TextInput(attrs={"type": "date"}), **label)
        case Kind.DATETIME:
            return forms.CharField(widget=forms.TextInput(attrs={"type": "datetime-local"}), **label)
        case Kind.NUMBER:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), max_length=9, **label)
        case Kind.MONEY:
            return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), max_length=20, **label)
        case Kind.CHOICE:
            return forms.ChoiceField(choices=[("", "请选择"), *((each, each) for each in field.options)], **label)
        case Kind.CHOICES:
            options = [(each, each) for each in field.options]
            return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **label)
        case Kind.FLAG:
            return forms.BooleanField(**label)
        case Kind.TABLE:
            return RowsField(columns=field.options, label=field.label, help_text=field.hint)
        case Kind.OFFICERS:
            least = schema.OFFICERS_LEAST
            return RowsField(columns=OFFICER_COLUMNS, least=least, label=field.label, help_text=field.hint)
    return forms.CharField(max_length=schema.MOST_LINE, **label)


class VoidForm(StyledForm):
    reason = forms.CharField(label="作废原因", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class FileForm(StyledForm):
    file = forms.FileField(
        label="文书的 PDF 文件", widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"})
    )


class ReturnForm(StyledForm):
    reason = forms.CharField(label="退回理由", max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class SignersForm(forms.Form):
    """A line for each place of the paper: the names of those who sign there, parted by 、."""

    def __init__(self, places: Sequence[SlotOfForm], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in places:
            self.fields[place.name] = forms.CharField(
                label=place.label, max_length=120, required=False, initial="、".join(place.likely),
                help_text="两名以上的用顿号分开。" if len(place.likely) > 1 else "",
            )  # fmt: skip
        style_form(self)

    def names(self) -> dict[str, list[str]]:
        """By place; call after `is_valid`."""
        return {
            place: [name for part in SEPARATORS.split(text) if (name := part.strip())]
            for place, text in self.cleaned_data.items()
        }


SEPARATORS = re.compile("[、，,；;]")
