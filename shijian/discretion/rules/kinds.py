"""The closed lists of discretion; each member carries the words people read."""

from shijian.core.rules.kinds import Worded


class Tier(Worded):
    """裁量阶次, from the lightest to the heaviest. Source: 行政处罚法 (2021-01-22) art. 30 to 33; rules DIS-01."""

    NONE = "none", "不予处罚"
    REDUCED = "reduced", "减轻"
    LIGHT = "light", "从轻"
    NORMAL = "normal", "一般"
    HEAVY = "heavy", "从重"

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


class Effect(Worded):
    """What a circumstance leads to, in the order in which the law asks."""

    MUST_NOT = "must_not", "不予处罚"
    MAY_NOT = "may_not", "可以不予处罚"
    MUST_EASE = "must_ease", "应当从轻或者减轻"
    MAY_EASE = "may_ease", "可以从轻或者减轻"
    AGGRAVATE = "aggravate", "从重"


class Party(Worded):
    """Who committed the act."""

    PERSON = "person", "个人"
    UNIT = "unit", "单位"


class Subject(Worded):
    """Whom a line of the table fines. `OFFICER` is fined beside his unit: 直接负责的主管人员, 主要负责人."""

    ANY = "any", "经营者"
    PERSON = "person", "个人"
    UNIT = "unit", "单位"
    OFFICER = "officer", "责任人员"


class Gravity(Worded):
    """How grave the article itself says the act is; never the same as a tier."""

    ORDINARY = "ordinary", "一般情形"
    GRAVE = "grave", "情节较重"
    SERIOUS = "serious", "情节严重"


class Base(Worded):
    """The sum a fine is measured by, or a band is tested on."""

    VALUE = "value", "货值金额"
    GAINS = "gains", "违法所得"
    TURNOVER = "turnover", "违法经营额"
    AD_FEE = "ad_fee", "广告费用"
    CAPITAL = "capital", "虚报或者虚假出资金额"


class Measure(Worded):
    YUAN = "yuan", "元"
    TIMES = "times", "倍"


class Strength(Worded):
    """刚性 binds; 弹性 leaves it to the bureau (the article says 可以)."""

    RIGID = "rigid", "刚性"
    FLEXIBLE = "flexible", "弹性"
