"""What a mean of few ratings is worth, and which grade calls for a rectification."""
from collections.abc import Mapping
from typing import Any

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

GRADES = (1, 2, 3, 4, 5)
BAD = 2  # 不满意 and 非常不满意 of the five grades; 国办发〔2019〕51号
RULE = "service.rectify_bad_rating"
LONGEST = 1000


def is_bad(grade: int) -> bool:
    """Whether this grade has to be rectified."""
    return grade <= BAD


def mean(total: int, count: int) -> float | None:
    """The plain mean; None without ratings."""
    return total / count if count else None


def shrunk(total: int, count: int, *, prior: float, weight: float) -> float:
    """The mean drawn towards `prior` as if `weight` orders had been rated so: few ratings move it little.

    Refuses: ValueError where it could not be computed, or would leave the grades.
    """
    if weight <= 0 or not GRADES[0] <= prior <= GRADES[-1]:
        raise ValueError("a prior is a grade, and its weight above 0")
    return (prior * weight + total) / (weight + count)


def prior_of(params: Mapping[str, Any]) -> tuple[float, float]:
    """Mean and weight as the rulebook's `quality.prior` says."""
    return float(params["mean"]), float(params["weight"])


def words(text: str, *, field: str) -> str:
    """What somebody wrote, without blanks around it. Refuses: RuleBroken for nothing, or more than 1,000 characters."""
    said = text.strip()
    if not said:
        raise RuleBroken(N_("Say in a sentence or two what was done or what is still wrong."), field=field,
                         rule="quality.words")
    if len(said) > LONGEST:
        raise RuleBroken(N_("This is {count} characters long; at most {most} are kept. Say it shorter."), field=field,
                         rule="quality.words", count=len(said), most=LONGEST)
    return said
