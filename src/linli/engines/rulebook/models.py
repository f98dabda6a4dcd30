from django.db import models
from django.db.models import Q

from linli.engines.rulebook.states import LABELS, OWED, STOP_REASONS, WAIVE_REASONS, State
from linli.kernel.refs import new_ref
from linli.kernel.rows import Row


class Duties(models.QuerySet["Duty"]):
    def owed(self) -> "Duties":
        return self.filter(state__in=OWED)

    def inside(self, prefixes: tuple[str, ...]) -> "Duties":
        """Of these regions and everything below them."""
        where = Q(pk=None)
        for prefix in prefixes:
            where |= Q(region_code__startswith=prefix)
        return self.filter(where)

    def public(self) -> "Duties":
        """Owed by organisations and offices; what persons owe is nobody else's business."""
        return self.filter(Q(owner__startswith="organisation:") | Q(owner__startswith="region:"))


class Duty(Row):
    """Who owes what to whom by when, because of which rule."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    rule_id = models.CharField(max_length=80, db_comment="plain")
    owner = models.CharField(max_length=60, db_comment="pseudonym: scope of who owes it")
    owed_to = models.CharField(max_length=60, db_comment="pseudonym: scope of who is owed")
    about = models.UUIDField(db_comment="pseudonym: ref of the thing it is about")
    region_code = models.CharField(max_length=12, db_comment="plain")
    since = models.DateField(db_comment="plain")
    due_on = models.DateField(db_comment="plain")
    provisional = models.BooleanField(default=False, db_comment="plain")
    state = models.CharField(max_length=10, default=State.RUNNING, choices=[*LABELS.items()], db_comment="plain")
    extension = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    extended_at = models.DateTimeField(null=True, db_comment="plain")
    extended_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")
    raised_at = models.DateTimeField(db_comment="plain")
    raised_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    met_at = models.DateTimeField(null=True, db_comment="plain")
    met_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")
    met_on = models.DateField(null=True, db_comment="plain")
    waived_at = models.DateTimeField(null=True, db_comment="plain")
    waived_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")
    waived_for = models.CharField(max_length=20, default="", blank=True, choices=[*WAIVE_REASONS.items()],
                                  db_comment="plain")

    objects = Duties.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["about", "rule_id", "owner"], condition=Q(state__in=[*OWED]), name="duty_owed_once",
                violation_error_message="The same is owed once at a time.",
            ),
            models.CheckConstraint(
                condition=Q(extension=0, extended_at=None, extended_by=None)
                | Q(extension__gt=0, extended_at__isnull=False, extended_by__isnull=False),
                name="duty_extended_whole", violation_error_message="An extended limit has who extended it when.",
            ),
        )
        indexes = (
            models.Index(fields=["region_code", "due_on"], condition=Q(state__in=[*OWED]), name="duty_owed"),
            models.Index(fields=["owner", "due_on"], name="duty_of_owner"),
            models.Index(fields=["about"], name="duty_about"),
        )

    def __str__(self) -> str:
        return f"{self.rule_id} due {self.due_on}"


class ClockStop(Row):
    """A time when a duty's clock stood, and why; without `until_on` it still stands."""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="stops", db_comment="plain")
    reason = models.CharField(max_length=20, choices=[*STOP_REASONS.items()], db_comment="plain")
    from_on = models.DateField(db_comment="plain")
    until_on = models.DateField(null=True, db_comment="plain")
    stopped_at = models.DateTimeField(db_comment="plain")
    stopped_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    resumed_at = models.DateTimeField(null=True, db_comment="plain")
    resumed_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["duty"], condition=Q(until_on=None), name="one_stop_at_a_time",
                                    violation_error_message="A clock that stands cannot be stopped again."),
        )

    def __str__(self) -> str:
        return f"{self.reason} from {self.from_on}"
