from .benchmark import Benchmark
from .worksheet import Worksheet

__all__ = ["Benchmark", "Worksheet"]
