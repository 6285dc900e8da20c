"""Invented entities: real industries and road names, valid but invented codes, every name marked 演示."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from .places import Town

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
REGION = "610111"
NEWEST = date(2026, 10, 31)

# trade word, GB/T 4754-2017 class, share of the town's shops
TRADES: list[tuple[str, str, float]] = [
    ("便利店", "5213", 9),
    ("超市", "5212", 5),
    ("百货店", "5211", 3),
    ("面馆", "6291", 8),
    ("小吃店", "6291", 8),
    ("餐厅", "6210", 7),
    ("快餐店", "6220", 4),
    ("烘焙坊", "5222", 2),
    ("果蔬店", "5223", 5),
    ("生鲜店", "5224", 3),
    ("粮油店", "5221", 2),
    ("烟酒店", "5226", 4),
    ("服装店", "5232", 6),
    ("化妆品店", "5234", 2),
    ("眼镜店", "5236", 1),
    ("文具店", "5241", 2),
    ("大药房", "5251", 3),
    ("医疗器械店", "5254", 1),
    ("手机店", "5274", 2),
    ("五金店", "5281", 4),
    ("家具店", "5283", 2),
    ("理发店", "8040", 4),
    ("洗衣店", "8030", 1),
    ("汽修厂", "8111", 3),
    ("宾馆", "6129", 1),
    ("宠物医院", "8222", 1),
    ("房产中介", "7030", 1),
    ("物业", "7020", 1),
    ("货运部", "5431", 2),
    ("广告部", "7259", 1),
    ("机械加工厂", "3484", 1),
    ("糕点厂", "1411", 1),
]
FIRST = "鑫盛福兴顺和美佳康乐百惠隆泰恒瑞祥嘉华丰裕诚信达通宏远明晨新春秦灞浐渭柳槐桐桃杏梅"
SECOND = "源园居轩阁坊斋缘来家隆昌茂发旺达鑫悦香味道品优选鲜然农润泽宁安宜欣怡尚雅格"
STATUSES = [("在业", 0.93), ("停业", 0.04), ("注销", 0.03)]
HEADERS = [
    "名称",
    "统一社会信用代码",
    "主体类型",
    "行业代码",
    "登记状态",
    "住所",
    "经度",
    "纬度",
    "成立日期",
    "来源编号",
]


@dataclass(frozen=True, slots=True)
class Kind:
    label: str
    authority: str  # first two characters of the credit code
    ending: str
    share: float


KINDS = [
    Kind("个体工商户", "92", "", 0.76),
    Kind("企业", "91", "有限公司", 0.22),
    Kind("农民专业合作社", "93", "专业合作社", 0.02),
]


def rows(town: Town, count: int, *, seed: int, chunk: int = 20_000) -> Iterator[list[list[str]]]:
    """`count` entities of a town as rows under `HEADERS`, in chunks; the same for the same seed, count and chunk.

    Two in a thousand have no coordinates and one in a thousand lies outside every grid, as real registers do.
    """
    rng = np.random.default_rng([seed, count])
    shares = np.array([share for _, _, share in TRADES])
    for start in range(0, count, chunk):
        size = min(chunk, count - start)
        places = town.place(size, rng)
        trades = rng.choice(len(TRADES), size=size, p=shares / shares.sum())
        kinds = rng.choice(len(KINDS), size=size, p=[kind.share for kind in KINDS])
        statuses = rng.choice(len(STATUSES), size=size, p=[share for _, share in STATUSES])
        first, second = rng.integers(len(FIRST), size=size), rng.integers(len(SECOND), size=size)
        numbers, ages = rng.integers(1, 400, size=size), rng.gamma(2.0, 1400, size=size).astype(int)
        luck = rng.random(size)
        made = []
        for i in range(size):
            kind, (trade, industry, _) = KINDS[kinds[i]], TRADES[trades[i]]
            lon, lat = places.lonlat[i] + ((0.35, 0.0) if luck[i] > 0.999 else (0.0, 0.0))
            brand, road = FIRST[first[i]] + SECOND[second[i]], places.roads[i]
            district = places.districts[i]
            name = f"西安{brand}{trade}{kind.ending}" if kind.ending else f"{district}{road}{brand}{trade}"
            located = luck[i] > 0.002
            made.append(
                [
                    f"{name}（演示{start + i + 1}）",
                    credit_code(kind.authority, start + i + 1, seed),
                    kind.label,
                    industry,
                    STATUSES[statuses[i]][0],
                    f"陕西省西安市{district}{road}{numbers[i]}号",
                    f"{lon:.6f}" if located else "",
                    f"{lat:.6f}" if located else "",
                    (NEWEST - timedelta(days=int(ages[i]))).isoformat(),
                    f"demo-{seed}-{start + i + 1}",
                ]
            )
        yield made


def credit_code(authority: str, serial: int, seed: int) -> str:
    """A code with valid check characters (GB 32100-2015, GB 11714); `serial` makes it unique within a seed."""
    body, rest = "", serial + seed % 7 * 10_000_000
    for _ in range(6):
        rest, digit = divmod(rest, len(ALPHABET))
        body = ALPHABET[digit] + body
    organisation = f"Y0{body}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(char, 36) * weight for char, weight in zip(organisation, weights, strict=True))
    organisation += "0X987654321"[total % 11]
    code = f"{authority}{REGION}{organisation}"
    check = -sum(ALPHABET.index(char) * pow(3, i, 31) for i, char in enumerate(code)) % 31
    return code + ALPHABET[check]
