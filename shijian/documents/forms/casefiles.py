"""Case files as web forms."""

from django import forms

from shijian.core.pages import StyledForm

from ..rules import archive


class FilingForm(StyledForm):
    retention = forms.ChoiceField(
        label="保管期限",
        choices=[("", "请选择"), *((each, each) for each in archive.RETENTION)],
        help_text="按本局档案管理规定选择；到期不会自动销毁。",
    )
    note = forms.CharField(
        label="本卷情况说明",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="缺损、修改、补充、移出等情况；没有的不填。",
    )


class TransferForm(StyledForm):
    """A file that went to the archives of the state."""

    transferred_on = forms.DateField(label="移交日期")
    transferred_to = forms.CharField(label="接收档案馆", max_length=80)
    transfer_receipt = forms.CharField(label="移交凭证", max_length=120, help_text="档案交接文据的名称和编号。")
