from typing import Any

from django import forms

from shijian.core.pages import StyledForm

from .. import hooks

CHANGES = [("0.02", "尽量均衡"), ("0.1", "兼顾"), ("0.5", "尽量少动")]


class SandboxForm(StyledForm):
    """What the sandbox is asked; the hours a year of each kind of work come from the modules that know it."""

    count = forms.IntegerField(label="网格数量", min_value=1, max_value=60)
    changes = forms.ChoiceField(label="取向", choices=CHANGES)
    seed = forms.IntegerField(
        label="方案号", min_value=1, max_value=999, help_text="换一个号得到另一个方案；同一个号结果不变。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in hooks.workloads:
            self.fields[f"hours_{kind.key}"] = forms.FloatField(
                label=f"每件（户）{kind.label}一年用时（小时）", min_value=0, max_value=1000,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip

    def hours(self) -> dict[str, float]:
        return {kind.key: float(self.cleaned_data[f"hours_{kind.key}"]) for kind in hooks.workloads}
