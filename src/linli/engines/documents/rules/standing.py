from datetime import date

from linli.engines.documents.rules.states import Standing, State


def standing(state: State, *, valid_from: date, valid_until: date | None, on: date) -> Standing:
    """How a document stands on a day. What was taken back stays so; the last day of `valid_until` is excluded."""
    if state is not State.VALID:
        return Standing(state)
    if on < valid_from:
        return Standing.EARLY
    return Standing.VALID if valid_until is None or on < valid_until else Standing.EXPIRED
