"""The law of discretion as plain functions: no database, clock or settings."""

from .compute import Combined, Ruling, combine, compute
from .facts import Facts, from_data
from .kinds import Base, Gravity, Party, Tier
from .law_in_time import in_force, lighter
from .refusals import BrokenBenchmark, FactMissing, FactsContradict, FactUnusable, NoSuchTier
from .table import Entry, Fault
from .violation import Violation

__all__ = [
    "Base",
    "BrokenBenchmark",
    "Combined",
    "Entry",
    "FactMissing",
    "FactUnusable",
    "Facts",
    "FactsContradict",
    "Fault",
    "Gravity",
    "NoSuchTier",
    "Party",
    "Ruling",
    "Tier",
    "Violation",
    "combine",
    "compute",
    "from_data",
    "in_force",
    "lighter",
]
