"""Who was erased; in the database, and in the list beside it that no backup holds back."""
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from linli.registers.people.models import Person


def erased(*, since: datetime | None = None) -> list[UUID]:
    """Who was erased, all of them or since then."""
    rows = Person.objects.filter(erased_at__isnull=False) if since is None else Person.objects.filter(
        erased_at__gte=since)
    return list(rows.order_by("erased_at", "pk").values_list("ref", flat=True))


def erased_file() -> Path:
    """Refs of who was erased, one a line, in the node's folder. It says nothing of anybody."""
    return Path(settings.DATA) / "erased"


def erased_listed() -> list[UUID]:
    file = erased_file()
    return [UUID(line) for line in file.read_text().split()] if file.exists() else []
