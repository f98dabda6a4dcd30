"""Special groups: who is meant, who may see that somebody belongs to one, and until when an entry holds."""
from dataclasses import dataclass
from enum import StrEnum, auto

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text


class Circle(StrEnum):
    """Who may see an entry, from the widest to the narrowest; the person and their guardian always may."""

    CARE = auto()
    AID = auto()
    PROTECTED = auto()


@dataclass(frozen=True)
class Ring:
    permission: str
    seen_by: Text


RINGS: dict[Circle, Ring] = {
    Circle.CARE: Ring("people.see_care_groups",
                      N_("Officers and hotline agents of your region, so that help suits you")),
    Circle.AID: Ring("people.see_aid_groups", N_("Officers of your region who decide on aid; not the hotline")),
    Circle.PROTECTED: Ring("people.see_protected_groups",
                           N_("Only the protection officers of your region; no other officer")),
}


class Group(StrEnum):
    LIVING_ALONE = auto()
    DISABLED = auto()
    NEEDS_CARE = auto()
    LEFT_BEHIND_CHILD = auto()
    VETERAN = auto()
    MIGRANT = auto()
    LOW_INCOME = auto()
    EXTREME_POVERTY = auto()
    LOST_ONLY_CHILD = auto()
    CHILD_AT_RISK = auto()
    MENTAL_ILLNESS = auto()
    VIOLENCE = auto()
    RESETTLED = auto()


@dataclass(frozen=True)
class Meant:
    name: Text
    circle: Circle


GROUPS: dict[Group, Meant] = {
    Group.LIVING_ALONE: Meant(N_("older people who live alone"), Circle.CARE),
    Group.DISABLED: Meant(N_("disabled people"), Circle.CARE),
    Group.NEEDS_CARE: Meant(N_("older people who need daily care"), Circle.CARE),
    Group.LEFT_BEHIND_CHILD: Meant(N_("children left behind"), Circle.CARE),
    Group.VETERAN: Meant(N_("veterans and their families"), Circle.CARE),
    Group.MIGRANT: Meant(N_("people from elsewhere"), Circle.CARE),
    Group.LOW_INCOME: Meant(N_("households on the minimum living allowance"), Circle.AID),
    Group.EXTREME_POVERTY: Meant(N_("people in extreme hardship"), Circle.AID),
    Group.LOST_ONLY_CHILD: Meant(N_("families who lost their only child"), Circle.AID),
    Group.CHILD_AT_RISK: Meant(N_("children in danger or without a guardian"), Circle.PROTECTED),
    Group.MENTAL_ILLNESS: Meant(N_("people with a severe mental illness"), Circle.PROTECTED),
    Group.VIOLENCE: Meant(N_("people who suffered violence at home"), Circle.PROTECTED),
    Group.RESETTLED: Meant(N_("people back from prison or under community correction"), Circle.PROTECTED),
}


def group(word: str) -> Group:
    """Refuses: RuleBroken."""
    if word not in list(Group):
        raise RuleBroken(N_("There is no such group. Choose one from the list."), rule="people.group", field="group")
    return Group(word)


def ring(one: Group) -> Ring:
    """Who may see that somebody belongs to this group."""
    return RINGS[GROUPS[one].circle]


def seen_with(permissions: frozenset[str]) -> tuple[Group, ...]:
    """The groups that somebody with these permissions may see."""
    return tuple(one for one in Group if ring(one).permission in permissions)
