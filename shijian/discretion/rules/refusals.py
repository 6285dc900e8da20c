"""Why a range is not worked out: each refusal says which fact is missing or which two cannot both be true."""

from shijian.core.errors import Refused


class FactMissing(Refused):
    code = "discretion.fact_missing"


class FactsContradict(Refused):
    code = "discretion.facts_contradict"


class FactUnusable(Refused):
    code = "discretion.fact_unusable"


class NoSuchTier(Refused):
    code = "discretion.no_such_tier"


class BrokenBenchmark(Refused):
    code = "discretion.broken_benchmark"
