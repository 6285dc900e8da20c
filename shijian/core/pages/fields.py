"""Forms look the same everywhere: Tabler's classes, 44-pixel controls, help and errors tied to their field."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..errors import Refused

CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.ClearableFileInput, "form-control"),
    (forms.widgets.Input, "form-control"),
    (forms.Textarea, "form-control"),
]

DASHES = "---------"  # what Django writes before the first choice
CHOOSE = "请选择"


def style_form(form: forms.BaseForm) -> None:
    """Give every widget its class and its descriptions for screen readers; call it at the end of `__init__`."""
    form.label_suffix = ""
    for name, field in form.fields.items():
        widget = field.widget
        css = next((css for kind, css in CLASSES if isinstance(widget, kind)), "")
        widget.attrs["class"] = f"{widget.attrs.get('class', '')} {css}".strip()
        if isinstance(field, forms.DateField):
            widget.input_type = "date"
            widget.format = "%Y-%m-%d"
        if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == "10":  # Django's own, which fills a phone
            widget.attrs["rows"] = 3
        if isinstance(field, forms.ModelChoiceField) and field.empty_label:
            field.empty_label = CHOOSE
        elif isinstance(widget, forms.Select):
            widget.choices = [(value, CHOOSE if label == DASHES else label) for value, label in widget.choices]
        if field.help_text:
            widget.attrs.setdefault("aria-describedby", f"id_{name}_help")


class StyledForm(forms.Form):
    """A form whose fields look like all others; one that adds fields in its own `__init__` calls `style_form` at its end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        style_form(self)


@contextmanager
def telling(form: forms.BaseForm) -> Iterator[None]:
    """A refusal of the act inside becomes an error of the form instead of a page of its own; answer it with `status_of`.

    with telling(form):
        made = services.file_case(case, by=request.user, now=now())
        return redirect("cases:case", made.pk)
    """
    try:
        yield
    except Refused as refusal:
        form.add_error(None, refusal.message)


def status_of(form: forms.BaseForm) -> int:
    """The status of a page that shows a form: 422 when what was sent cannot be used."""
    return 422 if form.errors else 200


def form_page(
    request: HttpRequest, form: forms.BaseForm, *, title: str, submit: str, back: str, lead: str = "", template: str = "ui/form_page.html", **more: Any
) -> HttpResponse:  # fmt: skip
    """A page with one form, as it is asked for or as it comes back with what is wrong; see `ui/form_page.html`."""
    context = {"form": form, "title": title, "submit": submit, "back": back, "lead": lead, **more}
    return render(request, template, context, status=status_of(form))


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one field, as a list."""

    def __init__(self, *, accept: str = "image/*,video/mp4,video/webm,application/pdf,audio/*", **kwargs: Any) -> None:
        super().__init__(widget=ManyFilesInput(attrs={"accept": accept}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(each, initial) for each in given]
