from typing import Any

from django import forms

from shijian.core.pages import FilesField, StyledForm
from shijian.grid.rules.datum import NAMES, Datum, to_wgs84

from .choices import ChainLink, EntityStatus, RelationKind, Tag
from .models import Industry
from .rules.phones import clean_phone

DATUMS = [(each.value, NAMES[each]) for each in Datum]


class ImportForm(StyledForm):
    file = forms.FileField(label="文件", help_text="CSV、XLSX 或 Parquet，第一行为列名，须有“名称”列。")
    source = forms.CharField(label="数据来源", max_length=60, initial="登记数据")
    datum = forms.ChoiceField(label="经纬度坐标系", choices=DATUMS, help_text="百度地图为 BD-09，高德、腾讯为 GCJ-02。")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith((".csv", ".txt", ".xlsx", ".parquet")):
            raise forms.ValidationError("请选择 CSV、XLSX 或 Parquet 文件。")
        return file


class DossierForm(StyledForm):
    file = forms.FileField(label="文件", help_text="CSV、XLSX 或 Parquet，第一行为列名。")
    source = forms.CharField(label="数据来源", max_length=60, help_text="数据出自的系统；同一来源每次写法要一样。")

    clean_file = ImportForm.clean_file


class CheckForm(StyledForm):
    """What was seen on the spot. Its id is made by the page, so that sending it twice records it once."""

    check_id = forms.UUIDField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label="现场看到的经营状态", choices=EntityStatus, widget=forms.RadioSelect)
    photos = FilesField(label="现场照片", accept="image/*")
    note = forms.CharField(
        label="情况", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2, "placeholder": "可不填"})
    )


class RelationForm(StyledForm):
    kind = forms.ChoiceField(label="关系", choices=RelationKind, widget=forms.RadioSelect)
    other = forms.UUIDField(widget=forms.HiddenInput)


class FilterForm(StyledForm):
    name = forms.CharField(label="名称", max_length=30)


class EntityForm(StyledForm):
    name = forms.CharField(label="名称", max_length=200)
    address = forms.CharField(label="住所（经营场所）", max_length=300, required=False)
    phone = forms.CharField(
        label="联系电话", max_length=30, required=False, help_text="已有号码隐去中间几位；保持原样即不改，清空即删除。"
    )
    industry_code = forms.CharField(label="行业代码", max_length=4, required=False, help_text="GB/T 4754-2017。")
    chain_link = forms.ChoiceField(
        label="所属环节",
        choices=[("", "按行业代码"), *ChainLink.choices],
        required=False,
        help_text="与行业代码对应的环节不符时在此更正。",
    )
    tags = forms.MultipleChoiceField(label="重点对象", choices=Tag, required=False, widget=forms.CheckboxSelectMultiple)

    def clean_industry_code(self) -> str:
        code = str(self.cleaned_data["industry_code"])
        if code and not Industry.objects.filter(pk=code).exists():
            raise forms.ValidationError("不是 GB/T 4754-2017 的行业代码，请核对。")
        return code

    def clean_phone(self) -> str:
        text = str(self.cleaned_data["phone"])
        number = text if text == self.initial.get("phone") else clean_phone(text)
        if text and not number:
            raise forms.ValidationError("不是电话号码，请写手机号或带区号的固定电话，例如 029-83456789。")
        return number

    def clean_tags(self) -> list[str]:
        return sorted(self.cleaned_data["tags"])


class PlaceForm(StyledForm):
    """A place as typed or picked; `place()` is WGS 84."""

    lon = forms.FloatField(label="经度", min_value=73, max_value=136)
    lat = forms.FloatField(label="纬度", min_value=3, max_value=54)
    datum = forms.ChoiceField(label="坐标系", choices=DATUMS, help_text="地图点选和手机定位为 WGS-84。")

    def place(self) -> tuple[float, float]:
        data = self.cleaned_data
        lon, lat = to_wgs84([(data["lon"], data["lat"])], Datum(data["datum"]))[0].tolist()
        return lon, lat
