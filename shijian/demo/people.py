"""The demo's organisation: units, and the people who hold its posts. All names are invented."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from shijian.accounts.choices import UnitKind, UserKind

from .places import Town

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜"
    "范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚"
)
GIVEN = (
    "安柏策澄川丹帆芳峰歌光桂海涵浩禾恒弘华慧佳嘉建洁晋静君凯康可兰岚乐磊立莉连林琳龙露鹭梅敏明宁鹏平琪清"
    "秋然荣蓉瑞珊森爽思松涛婷桐薇文希霞贤晓欣星雪雅妍洋野怡颖雨源月云泽哲珍真芝舟竹"
)


@dataclass(frozen=True, slots=True)
class UnitPlan:
    code: str
    name: str
    kind: str
    parent: str | None
    area_code: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """`grants` are (role, area prefix) over the whole bureau's units or the own station; `duties` are (node, duty)."""

    employee_no: str
    name: str
    kind: str
    post: str
    unit: str
    grants: tuple[tuple[str, str], ...] = ()
    duties: tuple[tuple[str, str], ...] = ()
    certified: bool = False
    account: str = field(default="", compare=False)  # what the newcomer is told about this account


@dataclass(frozen=True, slots=True)
class Plan:
    """A bureau to be filled: its units from the top down, the posts of its offices, how many serve in each grid.

    `posts`: number, post, unit, role, node headed, certified, told as. `copies` is how many of each kind of helper a
    grid has, `clerks` how many officers a station has besides.
    """

    bureau: str
    units: list[UnitPlan]
    posts: list[tuple[str, str, str, str, str, bool, str]]
    copies: int
    clerks: int


def district_plan(town: Town, *, copies: int, clerks: int) -> Plan:
    bureau = "610111"
    offices = _offices(bureau, "灞桥区市场监督管理局（演示）", "05")
    posts = [("J001", "局长", bureau, "area_chief", "05", True, "片区长（局长）"), *_posts(bureau)]
    return Plan(bureau, [*offices, *_stations(town, bureau)], posts, copies, clerks)


def city_plan(town: Town) -> Plan:
    """The city bureau with a branch per area; about 10,000 people."""
    bureau = "610100"
    offices = _offices(bureau, "西安市市场监督管理局（演示）", "")
    areas = [area for area in town.areas if area.level == "area"]
    branches = [
        UnitPlan(f"A{each.code}", f"{each.district}分局", UnitKind.DIVISION, bureau, each.code) for each in areas
    ]
    heads = [
        (
            f"P{each.code}",
            "分局长",
            f"A{each.code}",
            "area_chief",
            each.code,
            True,
            "片区长" if each.code == "05" else "",
        )
        for each in areas
    ]
    posts = [("J001", "局长", bureau, "leader", "", True, "局领导"), *_posts(bureau), *heads]
    return Plan(bureau, [*offices, *branches, *_stations(town, bureau, branched=True)], posts, copies=2, clerks=20)


def _offices(bureau: str, name: str, area_code: str) -> list[UnitPlan]:
    return [
        UnitPlan(bureau, name, UnitKind.BUREAU, None, area_code),
        UnitPlan("GRID", "网格化管理办公室", UnitKind.DIVISION, bureau),
        UnitPlan("COMMAND", "网格化综合指挥中心", UnitKind.DIVISION, bureau),
        UnitPlan("LEGAL", "法规科", UnitKind.DIVISION, bureau),
        UnitPlan("CREDIT", "信用监管科", UnitKind.DIVISION, bureau),
        UnitPlan("IT", "信息中心", UnitKind.DIVISION, bureau),
        UnitPlan("BRIGADE", "综合执法大队", UnitKind.BRIGADE, bureau),
    ]


def _stations(town: Town, bureau: str, *, branched: bool = False) -> list[UnitPlan]:
    return [
        UnitPlan(
            code, name.replace("市场监管所", "市场监督管理所"), UnitKind.STATION,
            f"A{code[:2]}" if branched else bureau, code,
        )
        for code, name in town.stations.items()
    ]  # fmt: skip


def _posts(bureau: str) -> list[tuple[str, str, str, str, str, bool, str]]:
    return [
        ("J002", "副局长", bureau, "leader", "", True, "局领导"),
        ("B001", "网格办副主任", "GRID", "grid_office", "", True, "网格办"),
        ("B002", "网格办科员", "GRID", "grid_office", "", True, ""),
        ("Z001", "指挥长", "COMMAND", "dispatcher", "", True, "指挥中心"),
        ("Z002", "值班员", "COMMAND", "dispatcher", "", False, ""),
        ("D001", "信用科科员", "CREDIT", "registry_clerk", "", False, "主体数据员"),
        ("SYS1", "系统管理员", "IT", "sysadmin", "", False, "系统管理员"),
        ("SEC1", "安全管理员", "IT", "secadmin", "", False, "安全管理员"),
        ("AUD1", "审计管理员", "LEGAL", "auditor", "", False, "审计管理员"),
        ("Y001", "办公室科员", bureau, "seal_keeper", "", False, "印章管理员"),
    ]


def people(plan: Plan, town: Town, *, seed: int) -> Iterator[Person]:
    """Everybody of the bureau in the order of their numbers."""
    names = _names(np.random.default_rng([seed, 7]))
    for number, post, unit, role, node, certified, told in plan.posts:
        duties = ((node, "chief"),) if node else ()
        grants = ((role, node if role == "area_chief" and plan.units[0].area_code != node else ""),)
        yield Person(
            number, next(names), UserKind.OFFICER, post, unit, grants, duties, certified=certified, account=told
        )
    for station in town.stations:
        first = station == "0501"
        yield Person(
            f"S{station}", next(names), UserKind.OFFICER, "所长", station, (("station_head", station),),
            ((station, "chief"),), certified=True, account="单元长（所长）" if first else "",
        )  # fmt: skip
    for grid in town.grids:
        station, first = grid.code[:4], grid.code == "050101"
        yield Person(
            f"W{grid.code}", next(names), UserKind.OFFICER, "监管人员", station, (), ((grid.code, "chief"),),
            certified=True, account="网格长" if first else "",
        )  # fmt: skip
        for copy in range(1, plan.copies + 1):
            yield from _members(grid.code, station, copy, names, told=first and copy == 1)
    sizes = Counter(grid.code[:4] for grid in town.grids)
    for station in town.stations:
        for place in range(1, plan.clerks + 1):
            yield Person(
                f"K{station}{place:02d}", next(names), UserKind.OFFICER, "科员", station, (),
                ((f"{station}{place % sizes[station] + 1:02d}", "manager"),), certified=place % 2 == 0,
            )  # fmt: skip


def _members(grid: str, station: str, copy: int, names: Iterator[str], *, told: bool) -> Iterator[Person]:
    for letter, post, kind, duty in [
        ("G", "协管员", UserKind.AUXILIARY, "manager"),
        ("X", "协管员", UserKind.AUXILIARY, "informant"),
        ("D", "社区干部", UserKind.EXTERNAL, "monitor"),
    ]:
        label = {"manager": "管理员", "informant": "信息员", "monitor": "监督员"}[duty] if told else ""
        number = f"{letter}{grid}{'' if copy == 1 else copy}"
        yield Person(number, next(names), kind, post, station, (), ((grid, duty),), account=label)


def _names(rng: np.random.Generator) -> Iterator[str]:
    """Invented names, none twice."""
    used: set[str] = set()
    while True:
        surname, first, second = (int(rng.integers(len(chars))) for chars in (SURNAMES, GIVEN, GIVEN))
        name = SURNAMES[surname] + GIVEN[first] + (GIVEN[second] if second != first else "")
        if name not in used:
            used.add(name)
            yield name
