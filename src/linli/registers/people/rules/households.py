"""Who lives together, and how each stands to the head of the household."""
from enum import StrEnum, auto

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text

GBT4761 = "GB/T 4761-2008"


class Relation(StrEnum):
    """How a member stands to the head."""

    HEAD = auto()
    SPOUSE = auto()
    SON = auto()
    DAUGHTER = auto()
    GRANDCHILD = auto()
    PARENT = auto()
    GRANDPARENT = auto()
    SIBLING = auto()
    RELATIVE = auto()
    UNRELATED = auto()


RELATIONS: dict[Relation, tuple[str, Text]] = {  # with the two digits of GB/T 4761-2008
    Relation.HEAD: ("02", N_("head of the household")),
    Relation.SPOUSE: ("10", N_("husband or wife")),
    Relation.SON: ("20", N_("son or son-in-law")),
    Relation.DAUGHTER: ("30", N_("daughter or daughter-in-law")),
    Relation.GRANDCHILD: ("40", N_("grandchild")),
    Relation.PARENT: ("50", N_("parent or parent-in-law")),
    Relation.GRANDPARENT: ("60", N_("grandparent")),
    Relation.SIBLING: ("70", N_("brother or sister")),
    Relation.RELATIVE: ("97", N_("other relative")),
    Relation.UNRELATED: ("99", N_("not related")),
}
_CHILDREN = {Relation.SON, Relation.DAUGHTER}
_ANEW: dict[tuple[Relation, Relation], Relation] = {  # as (the heir, another member) stood, so the other stands to them
    (Relation.SPOUSE, Relation.SON): Relation.SON, (Relation.SPOUSE, Relation.DAUGHTER): Relation.DAUGHTER,
    (Relation.SPOUSE, Relation.GRANDCHILD): Relation.GRANDCHILD, (Relation.SPOUSE, Relation.PARENT): Relation.PARENT,
    (Relation.SIBLING, Relation.SIBLING): Relation.SIBLING,
    **{(Relation.PARENT, one): Relation.GRANDCHILD for one in _CHILDREN},
    **{(one, Relation.SPOUSE): Relation.PARENT for one in _CHILDREN},
    **{(one, Relation.PARENT): Relation.GRANDPARENT for one in _CHILDREN},
    **{(one, other): Relation.SIBLING for one in _CHILDREN for other in _CHILDREN},
}


def relation(word: str) -> Relation:
    """How somebody stands to the head. Refuses: RuleBroken (none of the list; nobody is made a second head)."""
    if word not in list(Relation) or word == Relation.HEAD:
        raise RuleBroken(N_("Choose from the list how they stand to the head of the household."), field="relation",
                         rule=GBT4761)
    return Relation(word)


def stands_anew(other: Relation, *, heir: Relation) -> Relation:
    """How a member stands to the new head, by how both stood to the one who left; where that does not say, a relative
    stays one until it is noted better."""
    if Relation.UNRELATED in (other, heir):
        return Relation.UNRELATED
    return _ANEW.get((heir, other), Relation.RELATIVE)
