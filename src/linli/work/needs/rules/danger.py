"""Whom to call, in which order, by what triage saw."""
from collections.abc import Collection

from linli.work.needs.rules.triage import Flag

ALARMING = frozenset({Flag.LIFE_RISK, Flag.MEDICAL_EMERGENCY, Flag.ABUSE, Flag.MISSING_PERSON})
"""What a person is told to call for at once, before anything else on the page."""
AMBULANCE, POLICE, FIRE, CRISIS = "120", "110", "119", "12356"
_FIRST: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("fire", (FIRE, AMBULANCE)), ("medical", (AMBULANCE,)), ("unclear", (AMBULANCE,)),
    ("violence", (POLICE, AMBULANCE)), ("abuse", (POLICE,)), ("child", (POLICE,)), ("missing", (POLICE,)),
    ("cry", (POLICE, AMBULANCE)), ("self_harm", (CRISIS, AMBULANCE, POLICE)),
)


def numbers(flags: Collection[Flag], codes: Collection[str]) -> tuple[str, ...]:
    """The numbers to call, the most fitting first; none where nothing alarming was read.

    `codes` are those of triage's reasons. Ambulance, police and fire brigade always stand there; the line for a mind
    in crisis only where somebody thinks of dying, and after the ambulance once they have acted.
    """
    if not ALARMING & set(flags):
        return ()
    order = [AMBULANCE] if Flag.MEDICAL_EMERGENCY in flags and "fire" not in codes else []
    for code, numbers in _FIRST:
        order += numbers if code in codes else ()
    order += [POLICE] if Flag.MISSING_PERSON in flags or Flag.ABUSE in flags else []
    return tuple(dict.fromkeys((*order, AMBULANCE, POLICE, FIRE)))
