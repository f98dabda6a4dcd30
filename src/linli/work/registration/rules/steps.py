"""The course that the matters of registration take, and the answers that several of them ask."""
from collections.abc import Callable
from datetime import date
from functools import partial

from linli.kernel.text import Both
from linli.work.hall.registry import Answers, Body, Field, Kind, Level, Shape, Step

YES_NO = (("no", Both("No", "否")), ("yes", Both("Yes", "是")))


def steps(*, decide: str = "", level: Level = Level.COUNTY, visit: bool = False,
          deliver: bool = False, joint: tuple[Body, ...] = ()) -> tuple[Step, ...]:
    """Acceptance, review, perhaps a visit and opinions of other bodies, decision by a rule of the rulebook, delivery;
    at the registrar's desk."""
    found = [
        Step("acceptance", Both("Acceptance", "受理"), Kind.ACCEPTANCE, level),
        Step("review", Both("Review by the registrar", "登记管理机关审查"), Kind.REVIEW, level),
        Step("decision", Both("Decision", "决定"), Kind.DECISION, level, decide),
    ]
    if visit:
        found.insert(2, Step("visit", Both("Visit to the premises", "住所现场核查"), Kind.SITE_VISIT, level,
                             optional=True))
    if joint:
        found.insert(2, Step("opinions", Both("Opinions of the bodies concerned", "征求有关部门意见"), Kind.JOINT,
                             level, optional=True, bodies=joint))
    if deliver:
        found.append(Step("delivery", Both("Certificate", "制发证书"), Kind.DELIVERY, level))
    return tuple(found)


def chosen(key: str) -> Callable[[Answers], bool]:
    """Whether an item was chosen among `items`."""
    return partial(_chosen, key)


def _chosen(key: str, answers: Answers) -> bool:
    return key in (answers.get("items") or ())


def said_yes(key: str) -> Callable[[Answers], bool]:
    return partial(_is, key, "yes")


def _is(key: str, value: str, answers: Answers) -> bool:
    return answers.get(key) == value


def day(answers: Answers, key: str) -> date | None:
    """A day among the answers; None where none was given."""
    given = answers.get(key)
    return date.fromisoformat(given) if given else None


def register_fields(labels: dict[str, tuple[Both, Shape]]) -> tuple[Field, ...]:
    """One field for each registered item, asked where it was chosen, beginning with what the register holds now."""
    return tuple(Field(key, label, shape, when=chosen(key), starts_as=f"registered_{key}")
                 for key, (label, shape) in labels.items())


def choose_items(labels: dict[str, tuple[Both, Shape]], label: Both) -> Field:
    return Field("items", label, Shape.CHOICES, choices=tuple((key, text) for key, (text, _) in labels.items()))
