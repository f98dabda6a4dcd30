from django.db import models
from django.db.models import Q

from linli.kernel.rows import Row
from linli.watchers.openlog.rules.leaves import Reason


class Head(Row):
    """One row: how far the log has grown. Its lock is the turn to append."""

    size = models.PositiveBigIntegerField(default=0, db_comment="plain")
    signed = models.PositiveBigIntegerField(default=0, db_comment="plain")
    position = models.PositiveBigIntegerField(default=0, db_comment="plain")
    peaks = models.BinaryField(default=b"", db_comment="plain")
    numbers = models.TextField(default="{}", db_comment="plain")
    keys = models.TextField(default="[]", db_comment="plain")

    def __str__(self) -> str:
        return f"{self.size} leaves"


class Leaf(Row):
    """One public fact at its place in the log. `payload` is empty where it is withheld."""

    index = models.PositiveBigIntegerField(primary_key=True, db_comment="plain")
    position = models.PositiveBigIntegerField(unique=True, db_comment="plain")
    about = models.UUIDField(db_index=True, db_comment="pseudonym: ref of the thing; shown to nobody who has it not")
    series = models.CharField(max_length=40, db_comment="plain")
    number = models.PositiveBigIntegerField(db_comment="plain")
    day = models.DateField(db_comment="plain")
    entry = models.TextField(db_comment="plain")
    payload = models.TextField(db_comment="plain")
    hash = models.BinaryField(db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["series", "number"], name="leaf_number_once",
                                    violation_error_message="A series counts without doubles."),
        )
        indexes = (models.Index(fields=["day", "index"], name="leaf_day"),)

    def __str__(self) -> str:
        return f"{self.index} {self.series} {self.number}"


class Tile(Row):
    """A full row of 256 hashes, and the hash over it. What is not full yet stands in the leaves and the tiles below."""

    level = models.PositiveSmallIntegerField(db_comment="plain")
    number = models.PositiveBigIntegerField(db_comment="plain")
    hashes = models.BinaryField(db_comment="plain")
    root = models.BinaryField(db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["level", "number"], name="tile_once",
                                    violation_error_message="A tile stands once."),
        )

    def __str__(self) -> str:
        return f"tile {self.level}/{self.number}"


class Day(Row):
    """How many leaves a series has of one day (in Shanghai)."""

    day = models.DateField(db_comment="plain")
    series = models.CharField(max_length=40, db_comment="plain")
    leaves = models.PositiveBigIntegerField(db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "series"], name="day_series_once",
                                    violation_error_message="A day is counted once for each series."),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.series}: {self.leaves}"


class Checkpoint(Row):
    """What the log has signed; never changed, never taken back. Only witnesses' lines are put under it."""

    size = models.PositiveBigIntegerField(primary_key=True, db_comment="plain")
    root = models.BinaryField(db_comment="plain")
    peaks = models.BinaryField(db_comment="plain")
    note = models.TextField(db_comment="plain")
    cosignatures = models.TextField(default="", blank=True, db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (models.Index(fields=["size"], condition=~Q(cosignatures=""), name="checkpoint_cosigned"),)

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class LogKey(Row):
    """A key that signs our checkpoints, and from when until when. The secret part is in no table."""

    ref = models.UUIDField(unique=True, db_comment="plain")
    number = models.PositiveIntegerField(unique=True, db_comment="plain")
    verifier = models.CharField(max_length=400, db_comment="plain")
    since = models.DateTimeField(db_comment="plain")
    until = models.DateTimeField(null=True, db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    def __str__(self) -> str:
        return self.verifier


class Witness(Row):
    """Who is asked to cosign our checkpoints, and how far they have."""

    ref = models.UUIDField(unique=True, db_comment="plain")
    origin = models.CharField(max_length=200, unique=True, db_comment="plain")
    verifier = models.CharField(max_length=400, db_comment="plain")
    url = models.CharField(max_length=400, db_comment="plain")
    size = models.PositiveBigIntegerField(default=0, db_comment="plain")
    failure = models.CharField(max_length=200, default="", blank=True, db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    def __str__(self) -> str:
        return self.origin


class Trusted(Row):
    """Another log that we witness: its keys, and the last checkpoint of it that we cosigned (`size` 0: none yet)."""

    ref = models.UUIDField(unique=True, db_comment="plain")
    origin = models.CharField(max_length=200, unique=True, db_comment="plain")
    digest = models.CharField(max_length=64, unique=True, db_comment="plain")
    verifiers = models.JSONField(db_comment="plain")
    size = models.PositiveBigIntegerField(default=0, db_comment="plain")
    root = models.BinaryField(default=b"", db_comment="plain")
    note = models.TextField(default="", blank=True, db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    def __str__(self) -> str:
        return self.origin


class Withheld(Row):
    """A leaf whose payload is not shown, and by what reason. Kept when the log is made again."""

    leaf = models.PositiveBigIntegerField(unique=True, db_comment="plain")
    reason = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Reason], db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    def __str__(self) -> str:
        return f"{self.leaf} {self.reason}"
