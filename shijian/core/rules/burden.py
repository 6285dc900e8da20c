"""What may not be asked of the grass roots by a mobile application (五个不得), as words a setting may not contain.

Source: 国办函〔2026〕12号《政务移动互联网应用程序规范化管理办法》 (2026-01-25). Emergencies and the protection of events are exempt there;
what is needed for them is set up for them, not as a daily duty.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SOURCE = "《政务移动互联网应用程序规范化管理办法》（国办函〔2026〕12号）"


@dataclass(frozen=True, slots=True)
class Prohibition:
    """`words` is a pattern a title, an explanation or a field name may not contain; `instead` says what to do."""

    code: str
    name: str
    words: re.Pattern[str]
    instead: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The words found, and what they run against."""

    prohibition: Prohibition
    words: str


def _pattern(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words))


PROHIBITIONS = (
    Prohibition(
        "punch",
        "不得强制打卡签到、积分排名、在线时长",
        _pattern(
            "打卡", "(?:定位|人脸|手机|线上|每日|早晚|到岗)签到", "积分", "在线时长", "登录(?:次数|天数|时长|率)",
            "活跃(?:度|率)", "(?:日|月)活", "步数", "(?:巡查|行走|活动)轨迹",
        ),
        "改为写明要办成的事，由平台按办理结果统计。",
    ),
    Prohibition(
        "install",
        "不得强制安装使用、下达安装注册指标",
        _pattern("(?:安装|注册|下载|关注|使用)(?:率|量|数|任务|指标)", "(?:必须|一律|全员)(?:安装|下载|注册|关注)"),
        "删去安装、注册、关注的要求。",
    ),
    Prohibition(
        "likes",
        "不得以点赞转发、学习时长等作为考核",
        _pattern("点赞", "(?:转发|评论|留言|投票|浏览)(?:量|数|率|任务|次)", "学习(?:时长|积分)", "(?:转发|集赞)到?朋友圈"),
        "删去点赞、转发、学习时长的要求。",
    ),
    Prohibition(
        "quota",
        "不得随意下达数量指标、重复填表报数",
        _pattern(
            r"每(?:人|网格|所|单元)?(?:每)?(?:天|日|周|月|季|季度|年)(?:上报|报送|发现|采集|填报|上传|拍摄|录入)[^，。；]{0,8}"
            r"(?:不少于|至少|不低于|≥|>=|达到|完成)?\s*\d+\s*(?:件|条|次|张|个|户|篇|起)",
            r"(?:不少于|至少|不低于|≥|>=)\s*\d+\s*(?:件|条|张|篇|起)(?:事件|问题|信息|照片|图片)?",
            "日报告", "零报告", "重复(?:填报|录入|报送)",
        ),
        "平台已有的数据不再要求填报；没有问题就没有上报，不设件数。",
    ),
    Prohibition(
        "traces",
        "不得强制上传工作照片、视频、轨迹",
        _pattern(
            "(?:每次|每天|每日|必须|一律)(?:都)?(?:上传|拍摄|拍|传)(?:工作|走访|现场|学习|会议)?(?:照片|视频|图片|截图)",
            "工作留痕", "痕迹管理", "上传截图",
        ),
        "只在需要固定事实时拍照，由办理人判断。",
    ),
)  # fmt: skip


def findings(*texts: str) -> Iterator[Finding]:
    """What runs against the five prohibitions in these texts, one finding for each prohibition and text."""
    for text in texts:
        for each in PROHIBITIONS:
            if found := each.words.search(text or ""):
                yield Finding(each, found[0])
