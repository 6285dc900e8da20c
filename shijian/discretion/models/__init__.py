from .benchmark import Benchmark
from .standard import LocalStandard, StandardClause
from .worksheet import Worksheet

__all__ = ["Benchmark", "LocalStandard", "StandardClause", "Worksheet"]
