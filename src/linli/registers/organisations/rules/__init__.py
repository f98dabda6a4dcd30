"""What a register may hold, what follows from its filings, and what names, codes, numbers and places look like."""
from linli.registers.organisations.rules import filing, items
from linli.registers.organisations.rules.describing import (
    ACCESSIBILITY,
    BEGINNINGS,
    CODE,
    KIND_LABELS,
    KINDS,
    Kind,
    accessibility,
    code,
    compose,
    kind_of,
    line,
    organisation_check,
    phone,
    tidy,
)

__all__ = [
    "ACCESSIBILITY", "BEGINNINGS", "CODE", "KINDS", "KIND_LABELS", "Kind", "accessibility", "code", "compose", "filing",
    "items", "kind_of", "line", "organisation_check", "phone", "tidy",
]
