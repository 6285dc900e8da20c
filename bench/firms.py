"""Made-up firms of a city for measurements: names, addresses and codes with the spread of real registers, all invented."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CHARS = np.array([bytes([row, cell]).decode("gb2312") for row in range(0xB0, 0xD7) for cell in range(0xA1, 0xFF)])
DISTRICTS = [
    "新城区",
    "碑林区",
    "莲湖区",
    "灞桥区",
    "未央区",
    "雁塔区",
    "阎良区",
    "临潼区",
    "长安区",
    "高陵区",
    "鄠邑区",
    "蓝田县",
    "周至县",
]
TRADES = [
    "便利店",
    "超市",
    "百货店",
    "面馆",
    "小吃店",
    "餐厅",
    "快餐店",
    "烘焙坊",
    "果蔬店",
    "生鲜店",
    "粮油店",
    "烟酒店",
    "服装店",
    "化妆品店",
    "眼镜店",
    "文具店",
    "大药房",
    "医疗器械店",
    "手机店",
    "五金店",
    "家具店",
    "理发店",
    "洗衣店",
    "汽修厂",
    "宾馆",
    "宠物医院",
    "房产中介",
    "货运部",
    "广告部",
    "机械加工厂",
    "糕点厂",
    "科技",
    "商贸",
    "建筑工程",
    "信息技术",
    "文化传播",
    "餐饮管理",
    "物业管理",
    "电子商务",
    "生物科技",
    "医药",
    "装饰工程",
    "物流",
    "教育咨询",
    "企业管理咨询",
    "环保科技",
    "农业",
    "实业",
    "置业",
    "新能源",
    "软件",
    "网络科技",
    "机电设备",
    "劳务",
    "人力资源",
    "食品",
    "服饰",
    "图文设计",
    "汽车销售服务",
    "园林绿化",
    "消防工程",
]
ENDINGS = ["有限公司", "有限责任公司", "股份有限公司", "有限公司分公司", "专业合作社"]
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
    "经营范围",
]
SCOPE = "食品销售；日用百货、五金交电、办公用品的销售；货物及技术的进出口业务。（依法须经批准的项目，经批准后方可开展经营活动）"
CHUNK = 50_000


def columns(count: int, *, seed: int = 7) -> Iterator[list[list[str]]]:
    """`count` firms as columns in the order of `HEADERS`, in chunks."""
    random = np.random.default_rng(seed)
    chars = CHARS.copy()
    random.shuffle(chars)
    weights = 1 / (np.arange(len(chars)) + 12.0)
    weights /= weights.sum()
    roads = ["".join(random.choice(chars[:900], 2)) + end for end in ("路", "街", "巷", "大道") for _ in range(250)]
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        brand = random.choice(chars, (size, 4), p=weights)
        length = random.choice([2, 3, 4], size, p=[0.72, 0.2, 0.08])
        trade, road, district = (random.integers(len(each), size=size) for each in (TRADES, roads, DISTRICTS))
        form, number, unit = random.random(size), random.integers(1, 500, size), random.integers(101, 3200, size)
        ending = random.choice(ENDINGS, size, p=[0.72, 0.15, 0.02, 0.07, 0.04])
        lon, lat = random.uniform(108.951, 109.249, size), random.uniform(34.151, 34.389, size)
        days = np.datetime64("2026-10-31") - random.integers(1, 9000, size).astype("timedelta64[D]")
        names, addresses = [], []
        for i in range(size):
            mark = "".join(brand[i, : length[i]])
            place = DISTRICTS[district[i]]
            if form[i] < 0.3:
                names.append(f"{'陕西' if form[i] < 0.1 else '西安'}{mark}{TRADES[trade[i]]}{ending[i]}")
            elif form[i] < 0.4:
                names.append(f"{mark}（西安）{TRADES[trade[i]]}{ending[i]}")
            else:
                names.append(f"{'西安市' if form[i] < 0.7 else ''}{place}{mark}{TRADES[trade[i]]}")
            room = f"{unit[i] % 30 + 1}幢{unit[i]}室" if form[i] < 0.5 else ""
            addresses.append(f"陕西省西安市{place}{roads[road[i]]}{number[i]}号{room}")
        yield [
            names,
            codes(np.arange(start, start + size), individual=form >= 0.4),
            ["个体工商户" if each >= 0.4 else "有限责任公司" for each in form],
            [""] * size,
            ["在业"] * size,
            addresses,
            [f"{each:.6f}" for each in lon],
            [f"{each:.6f}" for each in lat],
            [str(day) for day in days],
            [SCOPE[: 20 + each % 40] for each in unit],
        ]


def codes(serial: NDArray[Any], *, individual: NDArray[Any]) -> list[str]:
    """Credit codes with valid check characters (GB 32100-2015), one per serial number."""
    digits = np.empty((len(serial), 17), dtype=np.int64)
    digits[:, 0] = 9
    digits[:, 1] = np.where(individual, 2, 1)
    digits[:, 2:8] = [6, 1, 0, 1, 1, 1]
    rest = serial.astype(np.int64) * 7919 % 31**6 * 31
    for place in range(16, 7, -1):
        rest, digits[:, place] = np.divmod(rest, 31)
    check = -(digits * [pow(3, place, 31) for place in range(17)]).sum(axis=1) % 31
    letters = np.array(list(ALPHABET))
    return ["".join(row) for row in letters[np.column_stack([digits, check])]]
