"""Who read an entry of the register, signed in: kept to tell them when it is corrected, and for nothing else."""
from datetime import datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from linli.engines.rulebook import queries as rulebook
from linli.kernel.text import N_, Text
from linli.registers.organisations.models import Office, Reading
from linli.registers.organisations.rules import items

READERS_TOLD = "register.readers_told"


def readings_kept(at: datetime) -> int:
    """For how many months it is kept who read an entry."""
    return int(rulebook.rule(READERS_TOLD, on=timezone.localdate(at)).amount)


def readings_kept_since(at: datetime) -> datetime:
    return at - relativedelta(months=readings_kept(at))


def last_read(organisation: UUID, *, person: UUID) -> datetime | None:
    """When this person read this entry last, as far as it is kept; one query."""
    rows = Reading.objects.filter(person=person, organisation__ref=organisation)
    return rows.values_list("latest", flat=True).first()


def readings_held(person: UUID) -> list[dict[str, Any]]:
    """The entries that somebody read, for the copy that they take."""
    rows = Reading.objects.filter(person=person).select_related("organisation").order_by("-latest", "pk")
    return [{N_("organisation"): row.organisation.name, N_("first read"): row.since, N_("last read"): row.latest}
            for row in rows]


def posts_held(person: UUID) -> list[dict[str, Any]]:
    """The posts that somebody holds or held by the register, for the copy that they take."""
    rows = Office.objects.filter(person=person).select_related("organisation").order_by("-since", "pk")
    return [{N_("organisation"): row.organisation.name, N_("Post held"): items.POSTS.get(row.post, Text(row.post)),
             N_("began"): row.since, N_("ends"): row.until} for row in rows]
