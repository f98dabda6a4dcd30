"""Numbers by which people are known, as a desk reads them until it opens them with a reason."""
from collections.abc import Mapping
from typing import Any

from linli.kernel.cjk import mask_middle
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text
from linli.work.hall.registry import Field, Matter, Shape

OPENINGS: dict[str, Text] = {
    "compare": N_("to compare them with the original papers"),
    "check": N_("to check them in another register"),
    "call": N_("to reach the people named in it"),
}
"""Why a desk opens the numbers; who applied reads it."""
_ENDS = {Shape.IDENTITY: (0, 4), Shape.PHONE: (3, 4)}


def opening(why: str) -> str:
    """Refuses: RuleBroken for a reason that is not listed; 个人信息保护法 Art. 6."""
    if why not in OPENINGS:
        raise RuleBroken(N_("Say for what the numbers are needed: choose one of the reasons. Who applied reads it."),
                         field="why", rule="hall.open_numbers")
    return why


def hides(matter: Matter, answers: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    """Whether anything that is read in it is masked; what was not asked is not read."""
    whole = {**held, **answers}
    return any(_masked(field, value) != value for field in matter.fields() if not field.when or field.when(whole)
               for value in [held.get(field.key) or answers.get(field.key)])


def masked(matter: Matter, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The same answers, identity numbers and telephone numbers but for their ends."""
    fields = {field.key: field for field in (*matter.fields(), *matter.questions)}
    return {key: _masked(fields[key], value) if key in fields else value for key, value in answers.items()}


def _masked(field: Field, value: Any) -> Any:
    if field.shape is Shape.ROWS and isinstance(value, list):
        columns = {column.key: column for column in field.columns}
        return [{key: _masked(columns[key], said) if key in columns else said for key, said in row.items()}
                if isinstance(row, dict) else row for row in value]
    if field.shape in _ENDS and isinstance(value, str):
        start, end = _ENDS[field.shape]
        return mask_middle(value, keep_start=start, keep_end=end)
    return value
