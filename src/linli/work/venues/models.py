from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.venues.states import State, VenueState

SOMEBODY = "pseudonym: ref of the actor"


class Venue(Row):
    """A hall, court, room or playground that an organisation opens."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, to_field="ref", related_name="+", db_comment="plain")
    name = models.CharField(max_length=40, db_comment="plain")
    kind = models.CharField(max_length=20, db_comment="plain")
    about = models.TextField(max_length=500, blank=True, default="", db_comment="plain")
    address = models.CharField(max_length=100, db_comment="plain")
    region_code = models.CharField(max_length=12, db_comment="plain")
    capacity = models.PositiveSmallIntegerField(db_comment="plain")
    equipment = models.JSONField(default=list, db_comment="plain")
    house_rules = models.TextField(max_length=500, blank=True, default="", db_comment="plain")
    opened_by = models.CharField(max_length=100, db_comment="plain: which post opens the door, and its phone")
    price_fen = models.PositiveIntegerField(default=0, db_comment="plain")
    lead_hours = models.PositiveSmallIntegerField(default=2, db_comment="plain")
    cancel_hours = models.PositiveSmallIntegerField(default=12, db_comment="plain")
    most_hours = models.PositiveSmallIntegerField(default=3, db_comment="plain")
    horizon_days = models.PositiveSmallIntegerField(default=28, db_comment="plain")
    state = models.CharField(max_length=10, default=VenueState.OPEN.value, db_comment="plain")
    changed_at = models.DateTimeField(db_comment="plain")
    changed_by = models.UUIDField(db_comment=SOMEBODY)
    is_demo = models.BooleanField(default=False, db_comment="plain")

    class Meta:
        indexes = (models.Index(fields=["region_code", "state"], name="venue_of_region"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in VenueState]),
                                   name="venue_state_known",
                                   violation_error_message=_("A venue is open or closed.")),
            models.CheckConstraint(condition=Q(capacity__gte=1, most_hours__gte=1, horizon_days__gte=1),
                                   name="venue_bookable",
                                   violation_error_message=_("A venue holds somebody, for an hour at least.")),
            models.UniqueConstraint(fields=["organisation", "name"], name="venue_name_once",
                                    violation_error_message=_("You have a venue of this name already.")),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.ref}"


class VenueHours(Row):
    """A span of a weekday (0 is Monday), closing at 00:00 for the end of the day."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="hours", db_comment="plain")
    weekday = models.PositiveSmallIntegerField(db_comment="plain")
    opens = models.TimeField(db_comment="plain")
    closes = models.TimeField(db_comment="plain")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(closes__gt=F("opens")) | Q(closes="00:00"), name="venue_hours_forward",
                                   violation_error_message=_("Hours end after they begin.")),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="venue_hours_weekday",
                                   violation_error_message=_("A weekday is a number from 0 (Monday) to 6 (Sunday).")),
        )

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M} of {self.venue_id}"


class Booking(Row):
    """A period of a venue; without a person the organisation's own use. What it takes stands in `TakenHalf`."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one booking")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="bookings", db_comment="plain")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+", null=True,
                               db_comment="pseudonym: ref of the resident; none for the organisation's own use")
    begin = models.DateTimeField(db_comment="plain")
    until = models.DateTimeField(db_comment="plain")
    people = models.PositiveSmallIntegerField(default=1, db_comment="plain")
    purpose = models.CharField(max_length=20, db_comment="plain")
    price_fen = models.PositiveIntegerField(default=0, db_comment="plain")
    code = models.CharField(max_length=6, db_comment="pseudonym: what is said at the door")
    series = models.UUIDField(null=True, db_index=True, db_comment="pseudonym: ref of a weekly series")
    state = models.CharField(max_length=10, db_comment="plain")
    made_at = models.DateTimeField(db_comment="plain")
    made_by = models.UUIDField(db_comment=SOMEBODY)
    came_at = models.DateTimeField(null=True, db_comment="plain")
    came_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    closed_at = models.DateTimeField(null=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, db_comment=SOMEBODY)

    class Meta:
        indexes = (
            models.Index(fields=["venue", "begin"], name="booking_of_venue"),
            models.Index(fields=["person", "begin"], name="booking_of_person"),
            models.Index(fields=["state", "until"], name="booking_over"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="booking_state_known",
                                   violation_error_message=_("A booking is in one of the known states.")),
            models.CheckConstraint(condition=Q(until__gt=F("begin")), name="booking_forward",
                                   violation_error_message=_("A booking ends after it begins.")),
            models.CheckConstraint(
                condition=Q(came_at=None, came_by=None) | Q(came_at__isnull=False, came_by__isnull=False),
                name="booking_came_whole", violation_error_message=_("Who checked a booking in is kept with when.")),
            models.CheckConstraint(
                condition=Q(state__in=[State.CANCELLED, State.NO_SHOW, State.USED], closed_at__isnull=False,
                            closed_by__isnull=False)
                | Q(state__in=[State.BOOKED, State.IN_USE], closed_at=None, closed_by=None),
                name="booking_closed_whole",
                violation_error_message=_("A booking that is over, and no other, has who ended it when.")),
        )

    def __str__(self) -> str:
        return f"booking {self.ref}"


class TakenHalf(Row):
    """Half an hour of a venue that is taken: the database lets nobody else have it."""

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="taken", db_comment="plain")
    booking = models.ForeignKey(Booking, models.CASCADE, related_name="halves", db_comment="pseudonym: who has it")
    begin = models.DateTimeField(db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["venue", "begin"], name="half_once",
                                    violation_error_message=_("Half an hour of a venue is taken once.")),
        )

    def __str__(self) -> str:
        return f"{self.begin:%Y-%m-%d %H:%M} of {self.venue_id}"
