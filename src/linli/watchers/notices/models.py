from django.db import models
from django.db.models import Q

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.watchers.notices.rules.topics import Kind


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


class Channel(Row):
    """A way to reach an account outside the app. The address is sealed under the row's own key and goes with it."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    account = models.UUIDField(db_index=True, db_comment="pseudonym: ref of the account")
    person = models.UUIDField(null=True, db_index=True, db_comment="pseudonym: who is reached, where a person is")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in Kind], db_comment="plain")
    key = models.BinaryField(db_comment="plain: wrapped key of this row")
    sealed = models.BinaryField(db_comment="personal: sealed; address, number, or where a browser takes messages")
    index = models.CharField(max_length=64, db_comment="pseudonym: keyed digest of the address")
    shown = models.CharField(max_length=80, db_comment="personal: masked, for its owner to know it again")
    topics = models.JSONField(default=list, db_comment="plain")
    language = models.CharField(max_length=10, db_comment="plain")
    code = models.CharField(max_length=64, default="", blank=True, db_comment="pseudonym: keyed digest of a code")
    tries = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    confirmed = models.BooleanField(default=False, db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "kind", "index"], name="channel_once",
                                    violation_error_message="An account is reached once at an address."),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Letter(Row):
    """What is to be sent over a channel, once. Sent letters stay for a while, so that nothing is sent again."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="letters", db_comment="pseudonym: to whom")
    position = models.PositiveBigIntegerField(db_comment="plain")
    fact = models.CharField(max_length=100, db_comment="plain")
    values = models.JSONField(db_comment="pseudonym: refs and figures that the text names; or a code until it is sent")
    url = models.CharField(max_length=400, default="", blank=True, db_comment="pseudonym: page that shows it")
    urgent = models.BooleanField(default=False, db_comment="plain")
    due = models.DateTimeField(null=True, db_index=True, db_comment="plain")
    tries = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    failure = models.CharField(max_length=200, default="", blank=True, db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["channel", "position"], condition=Q(position__gt=0), name="sent_once",
                                    violation_error_message="A thing is sent over a channel once."),
        )

    def __str__(self) -> str:
        return f"letter {self.ref}"
