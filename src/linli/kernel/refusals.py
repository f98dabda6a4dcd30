"""Reasons to say no that a person should read. The doors turn them into form errors, 4xx answers or exit codes."""
from dataclasses import dataclass

from linli.kernel.text import Text


class Refusal(Exception):
    """Anticipated. Carries a sentence and its values apart, so that the door can translate both.

    `field` names the input at fault where there is one; `rule` the rule that says no.
    """

    def __init__(self, message: Text, *, rule: str | None = None, field: str | None = None, **values: object) -> None:
        super().__init__(message, values)
        self.message, self.rule, self.field, self.values = message, rule, field, values

    def __str__(self) -> str:
        return self.message.format(**self.values)


class NotFound(Refusal):
    """Absent, or hidden from this actor: both read the same."""


class NotAllowed(Refusal):
    """Known to this actor, who lacks the permission."""


class Conflict(Refusal):
    """Allowed, but the thing has moved on: a closed state, a slot taken, a key already used."""


class RuleBroken(Refusal):
    """Allowed and open, but not lawful or not well formed; `rule` names the rule, `field` the input."""


@dataclass(frozen=True)
class RowError:
    """One row of a file that was refused: which, in which column, and why."""

    row: int
    column: str
    why: Refusal


class FileRefused(RuleBroken):
    """A file of rows, refused whole: nothing of it was kept. `rows` says which rows and why."""

    def __init__(self, message: Text, *, rows: tuple[RowError, ...], rule: str | None = None, field: str | None = None,
                 **values: object) -> None:
        super().__init__(message, rule=rule, field=field, **values)
        self.rows = rows


class Several(RuleBroken):
    """Several things at once, each with its own sentence, field and rule, so that all can be put right in one go."""

    def __init__(self, message: Text, *, whys: tuple[Refusal, ...], rule: str | None = None, field: str | None = None,
                 **values: object) -> None:
        super().__init__(message, rule=rule, field=field, **values)
        self.whys = whys
