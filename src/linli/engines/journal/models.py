from django.db import models
from django.db.models import Q

from linli.engines.journal.events import Visibility
from linli.kernel.rows import Row


class Head(Row):
    """One row: the last position given out; its lock is the turn to give out positions."""

    last = models.PositiveBigIntegerField(default=0, db_comment="plain")

    def __str__(self) -> str:
        return f"head at {self.last}"


class Entry(Row):
    """Never changed once written, but for the position, given once (see `actions.sequence`)."""

    position = models.PositiveBigIntegerField(unique=True, null=True, db_comment="plain")
    fact = models.CharField(max_length=100, db_comment="plain")
    visibility = models.CharField(max_length=10, choices=[(v, v) for v in Visibility], db_comment="plain")
    about = models.UUIDField(db_index=True, db_comment="pseudonym: ref of the thing")
    payload = models.JSONField(db_comment="pseudonym: refs and figures; personal data only sealed")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    at = models.DateTimeField(db_comment="plain")

    class Meta:
        indexes = (models.Index(fields=["id"], condition=Q(position=None), name="entry_without_position"),)

    def __str__(self) -> str:
        return f"{self.position} {self.fact}"


class Key(Row):
    """What a client's idempotency key led to."""

    key = models.CharField(max_length=100, db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    at = models.DateTimeField(db_comment="plain")
    digest = models.CharField(max_length=64, db_comment="pseudonym: keyed digest of the body")
    outcome = models.UUIDField(null=True, db_comment="pseudonym: ref of what came out")

    class Meta:
        constraints = (
            models.UniqueConstraint("by", "key", name="key_once", violation_error_message="An actor uses a key once."),
        )

    def __str__(self) -> str:
        return self.key


class Reader(Row):
    """How far a watcher has read, and what stopped it if something did."""

    name = models.CharField(max_length=60, unique=True, db_comment="plain")
    last = models.PositiveBigIntegerField(default=0, db_comment="plain")
    failure = models.CharField(max_length=200, default="", blank=True, db_comment="plain")

    def __str__(self) -> str:
        return f"{self.name} at {self.last}"
