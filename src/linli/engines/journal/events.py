from dataclasses import dataclass
from enum import StrEnum, auto
from typing import ClassVar


class Visibility(StrEnum):
    PUBLIC = auto()  # for the open log
    SHARED = auto()  # for nodes and offices with a grant
    PRIVATE = auto()  # for audit


class Sealed(str):
    """Personal data sealed under its person's own key (hex). Destroying the key makes it unreadable for ever."""


@dataclass(frozen=True)
class Fact:
    """Something that happened: refs, figures and words from closed lists. No personal data stands here in clear."""

    visibility: ClassVar[Visibility]
    shred: ClassVar[tuple[str, ...]] = ()
    """The fields that become unreadable when their person is erased; every `Sealed` field is one."""
    committed: ClassVar[tuple[str, ...]] = ()
    """Of a public fact: the fields, or `about`, that lead to a person. The open log shows them only as commitments.

    What was published once stays so: a fact that wants other fields sealed is another fact.
    """

    def __init_subclass__(cls) -> None:
        if "visibility" not in vars(cls):
            raise TypeError(f"{cls.__name__} does not say who may see it")

    @classmethod
    def label(cls) -> str:
        """`context.Name`, as the journal keeps it."""
        return f"{cls.__module__.split('.')[2]}.{cls.__name__}"
