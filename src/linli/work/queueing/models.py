from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.queueing.rules import Channel
from linli.work.queueing.states import LIVE, QueueState, State

SOMEBODY = "pseudonym: ref of the actor"


class Queue(Row):
    """One line of people for a service. Its row is the turn to change anything in it."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    service = models.OneToOneField(
        "directory.Service", models.PROTECT, to_field="ref", related_name="+", db_comment="plain")
    provider = models.UUIDField(db_index=True, db_comment="plain")
    name = models.CharField(max_length=40, db_comment="plain")
    prefix = models.CharField(max_length=1, db_comment="plain")
    counters = models.PositiveSmallIntegerField(db_comment="plain")
    planned_minutes = models.PositiveSmallIntegerField(db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    on = models.DateField(db_comment="plain")
    last_number = models.PositiveIntegerField(default=0, db_comment="plain")
    opened_at = models.DateTimeField(db_comment="plain")
    opened_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in QueueState]),
                                   name="queue_state_known",
                                   violation_error_message=_("A queue is open, paused or closed.")),
            models.CheckConstraint(condition=Q(counters__gte=1), name="queue_has_counters",
                                   violation_error_message=_("A queue has at least one counter.")),
        )

    def __str__(self) -> str:
        return f"queue {self.ref}"


class Ticket(Row):
    """A number of one day. `place` says whose turn it is: the earlier, the sooner."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one number")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets", db_comment="plain")
    on = models.DateField(db_comment="plain")
    number = models.PositiveIntegerField(db_comment="plain")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+", null=True,
                               db_comment="pseudonym: ref of the resident; none for a number from the counter")
    order = models.UUIDField(null=True, db_comment="pseudonym: ref of their booking")
    channel = models.CharField(max_length=10, db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    place = models.DateTimeField(db_comment="plain")
    said_low = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    said_high = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    taken_at = models.DateTimeField(db_comment="plain")
    taken_by = models.UUIDField(db_comment=SOMEBODY)
    called_at = models.DateTimeField(null=True, db_comment="plain")
    called_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    counter = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    began = models.DateTimeField(null=True, db_comment="plain")
    ended = models.DateTimeField(null=True, db_comment="plain")

    class Meta:
        indexes = (models.Index(fields=["queue", "on", "state", "place"], name="ticket_in_line"),)
        constraints = (
            models.UniqueConstraint(fields=["queue", "on", "number"], name="ticket_number_once",
                                    violation_error_message=_("A number is given once a day.")),
            models.UniqueConstraint(fields=["queue", "on", "person"], name="ticket_one_standing",
                                    condition=Q(state__in=[state.value for state in LIVE]),
                                    violation_error_message=_("A person has one number at a time.")),
            models.UniqueConstraint(fields=["order"], name="ticket_of_order_once", condition=Q(order__isnull=False),
                                    violation_error_message=_("A booking gives one number.")),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State],
                                               channel__in=[channel.value for channel in Channel]),
                                   name="ticket_state_known",
                                   violation_error_message=_("A number is in a known state.")),
            models.CheckConstraint(condition=Q(called_at=None, called_by=None, counter=None)
                                   | Q(called_at__isnull=False, called_by__isnull=False, counter__isnull=False),
                                   name="ticket_called_whole",
                                   violation_error_message=_("Who called a number is kept with when and where to.")),
        )

    def __str__(self) -> str:
        return f"ticket {self.ref}"
