from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, Sum

from linli.engines.archive.models import File, Fixity
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_


@dataclass(frozen=True)
class Packed:
    """A package: its own ref, and the ref of the file that it is. `until` is the first day on which it need not be kept
    any more; None: for ever. `fault` is empty while it is what was packed."""

    ref: UUID
    file: UUID
    sha256: str
    size: int
    files: int
    packed_at: datetime
    until: date | None
    fault: str
    checked_at: datetime


def package(ref: UUID) -> Packed:
    """Refuses: NotFound."""
    row = Fixity.objects.select_related("package__file").filter(package__ref=ref).first()
    if row is None:
        raise NotFound(N_("There is no such package."))
    made = row.package
    return Packed(made.ref, made.file.ref, made.sha256, made.file.size, made.files, made.packed_at, made.until_on,
                  row.fault, row.checked_at)


def to_check(*, before: datetime, most: int = 50) -> list[UUID]:
    """The packages that nobody has looked at since then, longest ago first."""
    rows = Fixity.objects.filter(checked_at__lt=before).order_by("checked_at", "pk")
    return list(rows.values_list("package__ref", flat=True)[:most])


@dataclass(frozen=True)
class Held:
    """How much lies in the archive. `damaged` names the packages that are no longer what they were; `over` counts those
    whose time is over."""

    files: int
    bytes: int
    packages: int
    damaged: tuple[tuple[UUID, str], ...]
    over: int


def held(*, on: date) -> Held:
    """For whoever runs the node."""
    made = Fixity.objects.aggregate(
        all=Count("pk"), over=Count("pk", filter=Q(package__until_on__lte=on)), bad=Count("pk", filter=~Q(fault="")))
    here = File.objects.filter(cleared_at=None).aggregate(files=Count("pk"), bytes=Sum("size"))
    damaged = Fixity.objects.exclude(fault="").order_by("pk").values_list("package__ref", "fault")
    return Held(here["files"], here["bytes"] or 0, made["all"], tuple(damaged) if made["bad"] else (), made["over"])
