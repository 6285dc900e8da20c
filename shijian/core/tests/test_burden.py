"""The five prohibitions (国办函〔2026〕12号): what a setting may not ask, and what it may."""

import pytest

from shijian.core import burden

FORBIDDEN = [
    ("每日打卡", "punch"), ("手机签到后开展走访", "punch"), ("按积分排名通报", "punch"), ("每周在线时长不低于十小时", "punch"),
    ("上报巡查轨迹", "punch"), ("应用安装率达到95%", "install"), ("辖区商户全员注册", "install"), ("公众号关注量考核", "install"),
    ("组织点赞", "likes"), ("转发量纳入考核", "likes"), ("学习时长每月通报", "likes"),
    ("每月上报≥20件", "quota"), ("每网格每月上报不少于20件事件", "quota"), ("每周报送信息5条", "quota"), ("至少20条信息", "quota"),
    ("实行日报告制度", "quota"), ("每天上传工作照片", "traces"), ("必须上传走访照片", "traces"), ("做好工作留痕", "traces"),
]  # fmt: skip
ALLOWED = [
    "普法宣传：进市场、进商户宣传法律法规，发放资料。", "重点监管对象每月走访一次，更新状态。", "会议签到", "现场照片", "每月汇总网格情况",
    "每年至少检查1次", "抽查比例不低于3%", "检查不少于两名执法人员", "新开、关停、变更情况当周登记。", "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), FORBIDDEN)
def test_a_setting_of_this_kind_is_refused_with_its_source(text, code):
    with pytest.raises(burden.Burdensome) as caught:
        burden.check("日常工作", text)
    assert "国办函〔2026〕12号" in caught.value.article
    assert [found.prohibition.code for found in burden.findings(text)] == [code]


@pytest.mark.parametrize("text", ALLOWED)
def test_ordinary_work_may_be_asked(text):
    burden.check(text)


def test_the_product_itself_keeps_no_data_of_the_forbidden_kinds():
    looked_at, wrong = burden.of_fields()
    assert looked_at > 500
    assert wrong == []
