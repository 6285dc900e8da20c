"""What the law does not allow is refused, and what it allows keeps its order."""

import itertools
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shijian.discretion import shipped
from shijian.discretion.rules import (
    BrokenBenchmark,
    FactMissing,
    FactsContradict,
    FactUnusable,
    NoSuchTier,
    Tier,
    combine,
    compute,
    from_data,
    in_force,
)
from shijian.discretion.rules.circumstances import CIRCUMSTANCES, offered
from shijian.discretion.rules.kinds import Base, Effect, Gravity, Measure, Party, Subject
from shijian.discretion.rules.ranges import bounds, in_measure, line_for
from shijian.discretion.rules.violation import Band, Fine, Shares, Standard, Violation

from .support import facts, ruling, violation

# ---- facts


UNUSABLE = [
    ({"on": ""}, FactMissing, "违法行为发生日期"),
    ({"party": None}, FactMissing, "当事人类型"),
    ({"on": "2026-13-01"}, FactUnusable, "不是日期"),
    ({"party": "shop"}, FactUnusable, "个人"),
    ({"gravity": "bad"}, FactUnusable, "情节"),
    ({"value": "abc"}, FactUnusable, "不是金额"),
    ({"value": "-1"}, FactUnusable, "可用的金额"),
    ({"value": "NaN"}, FactUnusable, "可用的金额"),
    ({"value": "1.005"}, FactUnusable, "两位小数"),
    ({"value": True}, FactUnusable, "不是金额"),
    ({"value": "99999999999999"}, FactUnusable, "可用的金额"),
    ({"refused": "yes"}, FactUnusable, "true"),
    ({"circumstances": "undid_harm"}, FactUnusable, "列表"),
    ({"circumstances": ["nonsense"]}, FactUnusable, "没有代码"),
    ({"circumstances": ["innocent_seller"]}, FactUnusable, "不是这一违法行为的情节"),
    ({"circumstances": ["under_14"]}, FactsContradict, "单位"),
    ({"officers": -1}, FactUnusable, "人数"),
    ({"officers": True}, FactUnusable, "人数"),
    ({"officers": 2}, NoSuchTier, "责任人员"),
    ({"colour": "red"}, FactUnusable, "不认识的字段"),
    ({"found_on": "2026-04-01"}, FactMissing, "行为终了日期"),
    ({"ended_on": "2026-01-01", "found_on": "2026-04-01"}, FactsContradict, "早于违法行为发生日期"),
    ({"circumstances": ["too_late"]}, FactMissing, "推算"),
    ({"gravity": "grave"}, NoSuchTier, "没有区分"),
    ({"refused": True}, NoSuchTier, "拒不改正"),
    ({"value": ""}, FactMissing, "货值金额"),
    ({"tier": "light"}, NoSuchTier, "没有对应的情节"),
    ({"tier": "none"}, NoSuchTier, "不能选"),
]


@pytest.mark.parametrize(("change", "error", "said"), UNUSABLE)
def test_an_unusable_fact_is_refused_with_a_sentence(change, error, said):
    data = {**facts("2026-03-02", "unit", "value=8000"), **change}
    with pytest.raises(error, match=said):
        compute(violation("food-expired"), from_data(data))


@pytest.mark.parametrize(
    "pair",
    [
        "slight_corrected_harmless first_slight_corrected",
        "slight_corrected_harmless harmful",
        "first_slight_corrected repeated",
        "confessed obstructed",
        "no_fault checked_on_purchase",
    ],
)
def test_two_circumstances_that_cannot_both_be_true_are_refused(pair):
    with pytest.raises(FactsContradict, match="不能同时成立"):
        ruling("food-expired", f"value=100 {pair}")


def test_a_slight_act_is_neither_grave_nor_uncorrected():
    with pytest.raises(FactsContradict, match="情节严重"):
        ruling("food-expired", "value=100 gravity=serious slight_corrected_harmless")
    with pytest.raises(FactsContradict, match="拒不改正"):
        ruling("food-storage-transport", "refused=yes first_slight_corrected")


def test_a_minor_is_a_person_and_has_one_age():
    with pytest.raises(FactsContradict, match="不能同时成立"):
        ruling("business-unlicensed", "under_14 aged_14_to_18", party="person")


def test_what_was_found_in_time_is_not_too_late():
    with pytest.raises(FactsContradict, match="没有超过"):
        ruling("food-expired", "value=100 too_late ended_on=2026-03-02 found_on=2026-04-01")


def test_an_unknown_advertising_fee_has_no_sum():
    with pytest.raises(FactsContradict, match="只填一项"):
        ruling("ad-false", "ad_fee=100 fee_unknown=yes")
    with pytest.raises(FactMissing, match="请注明"):
        ruling("ad-false")


# ---- tiers, in the order of the law


def test_what_must_not_be_punished_goes_before_everything_else():
    found = ruling("food-expired", "value=90000 no_fault undid_harm emergency")
    assert found.tier is Tier.NONE
    assert any("第三十三条第二款" in citation for citation in found.citations)
    assert [each.name for each in found.others] == ["责令改正", "对当事人进行教育"]


def test_a_child_is_handed_to_his_guardian():
    found = ruling("business-unlicensed", "under_14", party="person")
    assert [each.name for each in found.others] == ["责令监护人加以管教或者看管"]


def test_an_exempted_food_dealer_still_loses_the_food():
    assert "没收不符合食品安全标准的食品" in [
        each.name for each in ruling("food-expired", "value=9 checked_on_purchase").others
    ]


def test_the_exemption_holds_until_somebody_declines_it_with_a_reason():
    assert ruling("food-expired", "value=9 first_slight_corrected exempt=yes").tier is Tier.NONE
    with pytest.raises(FactMissing, match="仍给予处罚的，请写明理由"):
        ruling("food-expired", "value=9 first_slight_corrected exempt=no")


def test_an_exemption_beside_an_aggravation_must_be_decided_and_explained():
    with pytest.raises(FactMissing, match="请明确"):
        ruling("food-expired", "value=9 first_slight_corrected vulnerable")
    with pytest.raises(FactMissing, match="请写明理由"):
        ruling("food-expired", "value=9 first_slight_corrected vulnerable exempt=yes")
    assert (
        ruling("food-expired", "value=9 first_slight_corrected vulnerable exempt=yes reason=已赔偿").tier is Tier.NONE
    )
    assert (
        ruling("food-expired", "value=9 first_slight_corrected vulnerable exempt=no reason=屡教不改").tier is Tier.HEAVY
    )


def test_what_must_be_eased_cannot_be_normal_or_heavy():
    for tier in ("normal", "heavy"):
        with pytest.raises(NoSuchTier, match="请选从轻或者减轻"):
            ruling("food-expired", f"value=100 undid_harm tier={tier}")
    with pytest.raises(NoSuchTier, match="不能从重"):
        ruling("food-expired", "value=100 undid_harm emergency tier=heavy reason=影响大")


def test_easing_and_aggravation_together_are_weighed_by_a_person():
    with pytest.raises(FactMissing, match="综合考虑"):
        ruling("food-expired", "value=100 undid_harm emergency")
    with pytest.raises(FactMissing, match="综合考虑"):
        ruling("food-expired", "value=100 undid_harm emergency tier=light")
    assert ruling("food-expired", "value=100 undid_harm emergency tier=light reason=已召回").tier is Tier.LIGHT


def test_what_may_be_eased_can_be_declined():
    with pytest.raises(FactMissing, match="不从轻或者减轻的"):
        ruling("quality-unsafe", "value=100 unknowing_seller ease=no")
    assert ruling("quality-unsafe", "value=100 unknowing_seller ease=no reason=多次提醒").tier is Tier.NORMAL
    assert ruling("quality-unsafe", "value=100 unknowing_seller half_capable", party="person").tier is Tier.LIGHT


def test_a_local_aggravation_may_be_left_out_with_a_reason_and_a_legal_one_may_not():
    assert ruling("food-expired", "value=100 repeated tier=normal reason=间隔已久").tier is Tier.NORMAL
    with pytest.raises(NoSuchTier, match="适用一般的"):
        ruling("food-expired", "value=100 repeated tier=normal")
    with pytest.raises(NoSuchTier, match="不能适用"):
        ruling("food-expired", "value=100 emergency tier=normal reason=随便")
    assert ruling("food-expired", "value=100 emergency tier=heavy").tier is Tier.HEAVY


def test_a_tier_chosen_where_it_holds_anyway_changes_nothing():
    assert ruling("food-expired", "value=100 tier=normal").tier is Tier.NORMAL
    assert ruling("food-expired", "value=100 undid_harm tier=light").tier is Tier.LIGHT


def test_without_a_statutory_minimum_nothing_lies_below_it():
    with pytest.raises(NoSuchTier, match="没有下限"):
        ruling("price-marking", "undid_harm tier=reduced")


def test_a_local_circumstance_says_that_no_article_commands_it():
    steps = [step.text for step in ruling("food-expired", "value=100 repeated").steps]
    assert any("⚠ 依据当地裁量基准" in text for text in steps)


def test_the_share_says_that_no_law_fixes_it_until_a_document_does():
    fines = (Fine(high=Decimal(100), low=Decimal(10)),)
    own = replace(
        violation("food-expired"), fines=fines, shares=Shares(Decimal("0.2"), Decimal("0.4"), "省局〔2026〕1号", True)
    )
    texts = [step.text for step in compute(own, from_data(facts("2026-03-02", "unit"))).steps]
    assert any("依据：省局〔2026〕1号" in text and "⚠" not in text for text in texts)
    assert any("⚠ 比例的依据" in step.text for step in ruling("food-expired", "value=100").steps)


# ---- lines of the article


def own(*fines: Fine, **more) -> Violation:
    return replace(violation("food-expired"), fines=fines, **more)


def test_two_lines_that_both_hold_are_a_fault_of_the_table():
    twice = own(Fine(high=Decimal(10)), Fine(high=Decimal(20)))
    with pytest.raises(BrokenBenchmark, match="同时适用"):
        compute(twice, from_data(facts("2026-03-02", "unit")))


def test_an_article_without_a_line_for_the_party_is_refused():
    with pytest.raises(NoSuchTier, match="没有对个人的罚款"):
        ruling("equipment-accident-ordinary", party="person")


def test_a_violation_without_fines_is_not_fined():
    found = compute(own(), from_data(facts("2026-03-02", "unit")))
    assert (found.low, found.high) == (0, 0)
    assert any("条文没有罚款" in step.text for step in found.steps)


def test_a_benchmark_of_the_region_replaces_the_formula():
    light = Standard(Tier.LIGHT, Decimal(10), Decimal(12), "货值不足三千元")
    mine = own(Fine(Decimal(100), Decimal(10), standards=(light, Standard(Tier.REDUCED, Decimal(3), Decimal(5)))))
    data = facts("2026-03-02", "unit", "undid_harm")
    assert compute(mine, from_data(data)).high == 12
    assert compute(mine, from_data({**data, "tier": "reduced"})).low == 3
    without = facts("2026-03-02", "unit", "tier=light")
    with pytest.raises(FactMissing, match="货值不足三千元"):
        compute(mine, from_data(without))
    assert compute(mine, from_data({**without, "reason": "货值二千元"})).tier is Tier.LIGHT
    times = own(
        Fine(
            Decimal(5),
            measure=Measure.TIMES,
            base=Base.GAINS,
            standards=(Standard(Tier.NORMAL, Decimal(2), Decimal(3)),),
        )
    )
    assert compute(times, from_data(facts("2026-03-02", "unit", "gains=1000"))).high == 3000


@pytest.mark.parametrize(
    "standard",
    [
        Standard(Tier.NONE, Decimal(10), Decimal(20)),
        Standard(Tier.LIGHT, Decimal(30), Decimal(20)),
        Standard(Tier.LIGHT, Decimal(5), Decimal(20)),
        Standard(Tier.HEAVY, Decimal(50), Decimal(101)),
        Standard(Tier.REDUCED, Decimal(1), Decimal(10)),
    ],
)
def test_a_standard_outside_the_statutory_range_is_refused(standard):
    with pytest.raises(BrokenBenchmark):
        Fine(Decimal(100), Decimal(10), standards=(standard,))


def test_a_broken_line_is_refused():
    for broken in (
        lambda: Fine(Decimal(5), Decimal(6)),
        lambda: Fine(Decimal(0)),
        lambda: Fine(Decimal(5), measure=Measure.TIMES),
        lambda: Fine(Decimal(5), base=Base.VALUE),
        lambda: Shares(Decimal("0.6")),
        lambda: Shares(Decimal("0.3"), Decimal(0)),
    ):
        with pytest.raises(BrokenBenchmark):
            broken()


def test_a_range_narrower_than_a_yuan_is_kept_to_the_cent():
    found = ruling("quality-adulterated", "value=0.55 undid_harm")  # 0.275 to 1.65 yuan; the lower 30 %: to 0.6875
    assert (found.low, found.high) == (Decimal("0.28"), Decimal("0.68"))
    found = ruling("registration-capital-false", "capital=0.01")  # from 0.00065 to 0.00135
    assert (found.low, found.high) == (Decimal("0.00"), Decimal("0.00"))
    reduced = ruling("quality-adulterated", "value=1 undid_harm tier=reduced")  # below half a yuan
    assert reduced.high < Decimal("0.5")
    assert reduced.as_json()["high"] == 0


def test_officers_are_fined_beside_their_unit():
    found = ruling("quality-false-report", "officers=2")
    assert found.officers is not None
    assert (found.officers.low, found.officers.high) == (22000, 38000)
    assert found.as_json()["officers"]["count"] == 2


def test_what_the_article_leaves_open_is_called_flexible():
    found = ruling("trademark-infringement", "turnover=60000")
    assert found.is_flexible
    assert any(each.strength == "flexible" for each in ruling("food-expired", "value=100").others)


def test_a_revocation_comes_with_the_gravity_and_a_stop_with_the_refusal():
    assert "吊销许可证" not in [each.name for each in ruling("food-expired", "value=100").others]
    assert "吊销许可证" in [each.name for each in ruling("food-expired", "value=100 gravity=serious").others]
    names = [each.name for each in ruling("food-storage-transport", "refused=yes").others]
    assert "责令停产停业" in names


def test_several_acts_are_added_and_one_act_under_two_norms_takes_the_higher_fine():
    parts = [ruling("food-expired", "value=100"), ruling("food-label", "value=100 undid_harm")]
    apart = combine(parts, same_act=False)
    assert (apart.low, apart.high, apart.tier) == (65000 + 5000, 85000 + 18500, Tier.NORMAL)
    one = combine(parts, same_act=True)
    assert (one.low, one.high) == (65000, 85000)
    assert any("第二十九条" in citation for citation in one.citations)
    assert one.as_json()["parts"][0]["violation"] == "food-expired"
    alone = combine(parts[:1], same_act=False)
    assert alone.low == 65000
    with_none = combine([ruling("food-expired", "value=1 no_fault"), parts[0]], same_act=True)
    assert with_none.low == 65000
    with pytest.raises(FactMissing, match=r"^请至少写一个违法行为。$"):
        combine([], same_act=False)
    heavy = ruling("food-expired", "value=100 repeated")
    assert combine([parts[0], heavy], same_act=False).tier == Tier.HEAVY  # by weight, not by the letters of its name


@pytest.mark.parametrize(
    ("fact", "party", "ordered"),
    [("under_14", "person", ["责令监护人加以管教或者看管"]), ("incapable", "person", ["责令监护人加以管教或者看管"]),
     ("no_fault", "unit", ["责令改正", "对当事人进行教育"])],
)  # fmt: skip
def test_who_is_not_punished_is_taught_or_given_to_his_guardian_处罚法_30_31_33(fact, party, ordered):
    found = ruling("food-expired", f"value=100 {fact}", party=party)
    assert (found.tier, found.low, found.high) == (Tier.NONE, 0, 0)
    assert [each.name for each in found.others] == ordered
    assert found.as_json()["violation"] == "food-expired"


def test_whole_yuan_are_whole_numbers_in_the_file():
    assert repr(ruling("food-expired", "value=100").as_json()["low"]) == "65000"


def test_a_day_without_a_version_names_those_there_are():
    entries = [each for each in shipped.entries() if each.violation.code == "food-expired"]
    with pytest.raises(FactMissing, match="2021-04-29 至 2025-11-30"):
        in_force(entries, date(2020, 1, 1))


def test_a_form_offers_what_may_be_ticked():
    for_person = {each.code for each in offered(("innocent_seller",), Party.PERSON)}
    assert {"under_14", "innocent_seller", "repeated"} <= for_person
    assert "under_14" not in {each.code for each in offered((), Party.UNIT)}
    assert "under_14" in {each.code for each in offered(())}


def test_every_line_says_when_it_holds():
    band = Band(Base.VALUE, Decimal(10_000))
    assert band.words == "货值金额 1 万元以上"
    assert Band(Base.VALUE, None, Decimal(500)).words == "货值金额不足 500 元"
    assert Band(Base.AD_FEE).words == "广告费用可以计算"
    assert Band(Base.AD_FEE, known=False).words == "广告费用无法计算或者明显偏低"
    assert Band(Base.GAINS, nothing=True).words == "没有违法所得"
    assert Band().words == ""
    full = Fine(
        Decimal("0.5"),
        measure=Measure.TIMES,
        base=Base.VALUE,
        gravity=Gravity.SERIOUS,
        subject=Subject.UNIT,
        after_refusal=True,
        band=band,
    )
    assert full.when == "情节严重，对单位，拒不改正（逾期未改正），货值金额 1 万元以上"
    assert full.words == "货值金额 0.5 倍以下"
    other = violation("food-storage-transport").others[-2]
    assert (other.name, other.when) == ("责令停产停业", "拒不改正（逾期未改正）")
    assert violation("food-expired").others[-1].when == "情节严重"
    assert violation("ad-carrier").bases() == (Base.GAINS,)
    assert from_data({"on": date(2026, 3, 2), "party": "个人"}).party is Party.PERSON
    assert Fine(Decimal("1234.5")).words == "1,234.50 元以下"
    assert Fine(Decimal(1234)).words == "1,234 元以下"
    assert Fine(Decimal(3), Decimal(1), Measure.TIMES, Base.GAINS).words == "违法所得 1 倍以上 3 倍以下"


# ---- what holds for every violation


ALL = shipped.entries()
TIERS = [Tier.REDUCED, Tier.LIGHT, Tier.NORMAL, Tier.HEAVY]
sums = st.integers(min_value=100, max_value=10**9).map(lambda cents: Decimal(cents) / 100)


def facts_of(entry, amount, tier, draw_refused=True):
    party = "person" if not any(f.subject in (Subject.ANY, Subject.UNIT) for f in entry.violation.fines) else "unit"
    told = {Tier.REDUCED: ["undid_harm"], Tier.LIGHT: ["undid_harm"], Tier.NORMAL: [], Tier.HEAVY: ["emergency"]}[tier]
    data = {"on": entry.valid_from.isoformat(), "party": party, "circumstances": told, **dict.fromkeys(Base, amount)}
    if tier is Tier.REDUCED:
        data["tier"] = "reduced"
    return from_data({**data, "refused": draw_refused and entry.violation.knows_refusal})


@given(st.sampled_from(ALL), sums)
def test_a_heavier_tier_is_never_cheaper_and_stays_inside_the_law(entry, amount):
    found = []
    for tier in TIERS:
        given_facts = facts_of(entry, amount, tier)
        line = line_for(
            entry.violation, given_facts, Subject.PERSON if given_facts.party is Party.PERSON else Subject.UNIT
        )
        if tier is Tier.REDUCED and (line is None or not line.low):
            continue
        made = compute(entry.violation, given_facts)
        if line is not None:
            low, high = bounds(line, given_facts)
            if tier is Tier.REDUCED:
                assert 0 <= made.low <= made.high < low
            else:
                assert low <= made.low <= made.high <= high
        found.append(made)
    for lighter_, heavier_ in itertools.pairwise(found):
        assert lighter_.low <= heavier_.low
        assert lighter_.high <= heavier_.high


@given(st.sampled_from(ALL), sums, st.sampled_from(TIERS[1:]))
def test_the_same_facts_give_the_same_working(entry, amount, tier):
    given_facts = facts_of(entry, amount, tier)
    assert compute(entry.violation, given_facts) == compute(entry.violation, given_facts)


@given(st.sampled_from(ALL), sums)
def test_a_grave_act_is_never_fined_less_than_an_ordinary_one(entry, amount):
    ranges = []
    for gravity in entry.violation.gravities():
        made = compute(entry.violation, replace(facts_of(entry, amount, Tier.NORMAL), gravity=gravity))
        ranges.append((made.low, made.high))
    assert ranges == sorted(ranges)


def test_every_circumstance_with_an_article_is_law_and_the_rest_only_aggravate():
    assert all(each.is_law or each.effect is Effect.AGGRAVATE for each in CIRCUMSTANCES.values())


# ---- the range of every tier, as a page shows it


def test_a_page_shows_every_tier_by_its_formula_or_its_published_standard():
    fine = Fine(
        Decimal(100_000), Decimal(10_000), standards=(Standard(Tier.LIGHT, Decimal(10_000), Decimal(20_000), "首次"),)
    )
    shown = [(each.tier, each.words, each.condition, each.is_published) for each in in_measure(fine, Shares())]
    assert shown == [
        (Tier.REDUCED, "不足 10,000 元", "", False),
        (Tier.LIGHT, "10,000 元 至 20,000 元", "首次", True),
        (Tier.NORMAL, "37,000 元 至 73,000 元", "", False),
        (Tier.HEAVY, "73,000 元 至 100,000 元", "", False),
    ]


def test_without_a_minimum_nothing_lies_below_the_range():
    shown = in_measure(Fine(Decimal(30_000)), Shares())
    assert [(each.tier, each.low, each.high) for each in shown] == [
        (Tier.LIGHT, 0, 9_000), (Tier.NORMAL, 9_000, 21_000), (Tier.HEAVY, 21_000, 30_000)
    ]  # fmt: skip


def test_multiples_are_shown_as_multiples_and_a_published_reduced_tier_as_it_stands():
    fine = Fine(
        Decimal(20), Decimal(10), Measure.TIMES, Base.VALUE, standards=(Standard(Tier.REDUCED, Decimal(5), Decimal(9)),)
    )
    shown = in_measure(fine, Shares())
    assert [each.words for each in shown] == ["5 至 9 倍", "10 至 13 倍", "13 至 17 倍", "17 至 20 倍"]
    plain = in_measure(replace(fine, standards=()), Shares())
    assert plain[0].words == "不足 10 倍"


@pytest.mark.parametrize(
    ("light", "heavy"), [("0", "0.3"), ("0.3", "0"), ("0.51", "0.3"), ("0.3", "0.51"), ("-0.1", "0.3")]
)
def test_shares_of_a_range_lie_above_nothing_and_reach_half_at_most(light, heavy):
    assert Shares(Decimal("0.5"), Decimal("0.5")).heavy_percent == "50%"
    with pytest.raises(BrokenBenchmark, match=r"^从轻、从重所占的比例须大于 0，不超过 50%。$"):
        Shares(Decimal(light), Decimal(heavy))


def test_a_fine_of_one_sum_and_a_standard_of_one_sum_are_ranges_too():
    one = Decimal(100)
    assert Fine(one, one, standards=(Standard(Tier.NORMAL, one, one),)).amount_words.startswith("100")
    assert Fine(one, standards=(Standard(Tier.LIGHT, Decimal(0), one),)).low is None
    with pytest.raises(BrokenBenchmark, match=r"^“一般”的标准 60 至 50 不成立。$"):
        Fine(one, standards=(Standard(Tier.NORMAL, Decimal(60), Decimal(50)),))
