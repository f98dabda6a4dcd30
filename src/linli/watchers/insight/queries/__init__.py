"""Every read: what a region has and lacks, what grows old, and whom nobody reached."""
from linli.watchers.insight.queries.coverage import (
    Asked,
    Line,
    NeedLine,
    Table,
    asked,
    coverage,
    groups,
    heads_of,
    needs,
    sentence,
    services,
)
from linli.watchers.insight.queries.freshness import Freshness, Stand, facilities, freshness
from linli.watchers.insight.queries.unreached import Unreached, UnreachedPeople, UnreachedTable, people, unreached

__all__ = [
    "Asked", "Freshness", "Line", "NeedLine", "Stand", "Table", "Unreached", "UnreachedPeople", "UnreachedTable",
    "asked", "coverage", "facilities", "freshness", "groups", "heads_of", "needs", "people", "sentence", "services",
    "unreached",
]
