from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.orders.models.visits import SOMEBODY, Order
from linli.work.orders.rules import Part, TurnEnd
from linli.work.orders.states import STANDING, WaitState


class Wait(Row):
    """Somebody in line for a time of a service between two days (the last not included), in a part of the day."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one wait")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, to_field="ref", related_name="+", db_comment="pseudonym: ref of the resident")
    service = models.ForeignKey(
        "directory.Service", models.PROTECT, to_field="ref", related_name="+", db_comment="plain")
    need = models.UUIDField(null=True, db_comment="pseudonym: ref of what is asked for")
    channel = models.CharField(max_length=10, db_comment="plain")
    mode = models.CharField(max_length=10, db_comment="plain")
    region_code = models.CharField(max_length=12, db_comment="personal: the village or township of the visit")
    address_sealed = models.BinaryField(null=True, db_comment="sealed: where to come")
    point_sealed = models.BinaryField(null=True, db_comment="sealed: the place of the visit")
    from_on = models.DateField(db_comment="plain")
    until_on = models.DateField(db_comment="plain")
    part = models.CharField(max_length=10, db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    joined_at = models.DateTimeField(db_comment="plain")
    joined_by = models.UUIDField(db_comment=SOMEBODY)
    ended_at = models.DateTimeField(null=True, db_comment="plain")
    ended_by = models.UUIDField(null=True, db_comment=SOMEBODY)

    class Meta:
        indexes = (
            models.Index(fields=["service", "state", "joined_at"], name="wait_in_line"),
            models.Index(fields=["person", "state"], name="wait_of_person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in WaitState]), name="wait_state_known",
                violation_error_message=_("A wait is in one of the known states."),
            ),
            models.CheckConstraint(
                condition=Q(part__in=[part.value for part in Part]), name="wait_part_known",
                violation_error_message=_("A wait is for the whole day, the morning or the afternoon."),
            ),
            models.CheckConstraint(
                condition=Q(until_on__gt=F("from_on")), name="wait_forward",
                violation_error_message=_("A wait ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["person", "service"], condition=Q(state__in=[state.value for state in STANDING]),
                name="wait_once", violation_error_message=_("A person stands in line once for a service."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in STANDING], ended_at=None, ended_by=None)
                | ~Q(state__in=[state.value for state in STANDING]) & Q(ended_at__isnull=False, ended_by__isnull=False),
                name="wait_ended_whole",
                violation_error_message=_("A wait that is over, and no other, has who ended it when."),
            ),
        )

    def __str__(self) -> str:
        return f"wait {self.ref}"


class Turn(Row):
    """A time that was kept for who was next in line: by a held order of theirs. No time is kept for somebody twice."""

    wait = models.ForeignKey(Wait, models.PROTECT, related_name="turns", db_comment="pseudonym: whose turn")
    slot = models.UUIDField(db_comment="plain")
    order = models.OneToOneField(Order, models.PROTECT, related_name="turn", db_comment="pseudonym: the held order")
    given_at = models.DateTimeField(db_comment="plain")
    given_by = models.UUIDField(db_comment=SOMEBODY)
    outcome = models.CharField(max_length=10, blank=True, default="", db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["wait", "slot"], name="turn_once",
                violation_error_message=_("A time is kept for somebody in line once."),
            ),
            models.UniqueConstraint(
                fields=["wait"], condition=Q(outcome=""), name="turn_one_standing",
                violation_error_message=_("One time is kept for somebody in line, not two."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *(end.value for end in TurnEnd)]), name="turn_outcome_known",
                violation_error_message=_("A turn was taken, passed on or missed."),
            ),
        )

    def __str__(self) -> str:
        return f"turn {self.order_id}"
