from django.db import models
from django.db.models import Q

from linli.kernel.rows import Row


class Addressed(models.QuerySet["Notice"]):
    def to(self, scopes: tuple[str, ...], prefixes: tuple[str, ...]) -> "Addressed":
        """Addressed to one of these scopes, or to a region of one of these subtrees."""
        where = Q(scope__in=scopes)
        for prefix in prefixes:
            where |= Q(scope__startswith=prefix)
        return self.filter(where)


class Notice(Row):
    """One fact told to one scope: `person:REF`, `organisation:REF`, `practitioner:REF` or `region:CODE`."""

    position = models.PositiveBigIntegerField(db_comment="plain")
    scope = models.CharField(max_length=60, db_comment="pseudonym: who is told")
    fact = models.CharField(max_length=100, db_comment="plain")
    values = models.JSONField(db_comment="pseudonym: refs and figures that the text names")
    url = models.CharField(max_length=400, default="", blank=True, db_comment="pseudonym: page that shows it")
    urgent = models.BooleanField(default=False, db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    objects = Addressed.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["scope", "position"], name="told_once",
                                    violation_error_message="Somebody is told a thing once."),
        )

    def __str__(self) -> str:
        return f"{self.position} {self.fact}"


class Mark(Row):
    """How far an account has read: everything up to this position of the journal."""

    account = models.UUIDField(unique=True, db_comment="pseudonym: ref of the account")
    up_to = models.PositiveBigIntegerField(db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    def __str__(self) -> str:
        return f"read up to {self.up_to}"
