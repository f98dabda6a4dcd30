from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.orders.rules import (
    Channel,
    Grade,
    Method,
    PartyKind,
)
from linli.work.orders.states import PLANNED, VISITED, Coming, State

SOMEBODY = "pseudonym: ref of the actor"


class Order(Row):
    """One visit at one time. `begin` and `until` are the slot's, copied: they stay when the slot does not."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one visit")
    number = models.CharField(
        max_length=24, unique=True, null=True, db_comment="pseudonym: what people read out, such as HF-2611-004182")
    need = models.UUIDField(null=True, db_index=True, db_comment="pseudonym: ref of what is asked for")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, to_field="ref", related_name="+", db_comment="pseudonym: ref of the resident")
    channel = models.CharField(max_length=10, db_comment="plain")
    service = models.ForeignKey(
        "directory.Service", models.PROTECT, to_field="ref", related_name="+", db_comment="plain")
    service_name = models.CharField(max_length=60, db_comment="plain")
    category = models.CharField(max_length=40, db_comment="plain")
    provider = models.UUIDField(db_comment="plain")
    slot = models.UUIDField(db_index=True, db_comment="plain")
    begin = models.DateTimeField(db_comment="plain")
    until = models.DateTimeField(db_comment="plain")
    practitioner = models.UUIDField(null=True, db_comment="pseudonym: ref of who goes")
    state = models.CharField(max_length=12, db_comment="plain")
    hold_until = models.DateTimeField(null=True, db_comment="plain")
    price_fen = models.PositiveBigIntegerField(db_comment="plain")
    subsidy_fen = models.PositiveBigIntegerField(default=0, db_comment="plain")
    reduced_fen = models.PositiveBigIntegerField(default=0, db_comment="plain")
    party = models.CharField(max_length=10, blank=True, default="", db_comment="plain")
    places = models.PositiveSmallIntegerField(default=1, db_comment="plain")
    unit = models.UUIDField(null=True, db_comment="plain")
    mode = models.CharField(max_length=10, db_comment="plain")
    region_code = models.CharField(max_length=12, db_comment="personal: the village or township of the visit")
    address_sealed = models.BinaryField(
        null=True, db_comment="sealed: where to come; shown to the provider from acceptance until the visit is over")
    point_sealed = models.BinaryField(null=True, db_comment="sealed: the place of the visit, to measure check-ins")
    cell = models.BigIntegerField(null=True, db_comment="pseudonym: H3 cell of about 200 m round the place")
    series = models.UUIDField(null=True, db_index=True, db_comment="pseudonym: ref of a weekly series")
    series_no = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    series_of = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    created_at = models.DateTimeField(db_comment="plain")
    created_by = models.UUIDField(db_comment=SOMEBODY)
    booked_at = models.DateTimeField(null=True, db_comment="plain")
    booked_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    accepted_at = models.DateTimeField(null=True, db_comment="plain")
    accepted_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    closed_at = models.DateTimeField(null=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    reason = models.CharField(max_length=20, blank=True, default="", db_comment="plain")
    cancelled_late = models.BooleanField(default=False, db_comment="plain")
    confirmed_at = models.DateTimeField(null=True, db_comment="plain")
    confirmed_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    reminded_on = models.DateField(null=True, db_comment="plain")
    grade = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    comment_sealed = models.BinaryField(
        null=True, db_comment="sealed: what the resident wrote, for both sides of the visit")
    rated_at = models.DateTimeField(null=True, db_comment="plain")
    rated_by = models.UUIDField(null=True, db_comment=SOMEBODY)

    class Meta:
        indexes = (
            models.Index(fields=["person", "state", "begin"], name="order_of_person"),
            models.Index(fields=["provider", "state", "begin"], name="order_of_provider"),
            models.Index(fields=["practitioner", "begin"], name="order_of_practitioner"),
            models.Index(fields=["region_code", "state"], name="order_of_region"),
            models.Index(fields=["state", "hold_until"], name="order_held_until"),
            models.Index(fields=["provider", "created_at"], name="order_counted"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="order_state_known",
                violation_error_message=_("An order is in one of the known states."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]), name="order_channel_known",
                violation_error_message=_("An order is placed by oneself, by family or by an agent."),
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("begin")), name="order_forward",
                violation_error_message=_("A visit ends after it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(state=State.HELD) | Q(hold_until__isnull=False), name="order_held_has_an_end",
                violation_error_message=_("A held time has an end."),
            ),
            models.CheckConstraint(
                condition=Q(booked_at=None, booked_by=None) & Q(state__in=[State.HELD, State.LAPSED, State.CANCELLED])
                | Q(booked_at__isnull=False, booked_by__isnull=False, need__isnull=False),
                name="order_booked_whole",
                violation_error_message=_("A booked order has its need, and who booked it when."),
            ),
            models.CheckConstraint(
                condition=Q(practitioner=None)
                | Q(state__in=[*PLANNED, *VISITED, State.CANCELLED, State.NO_SHOW, State.STRUCK]),
                name="order_practitioner_from_accepted",
                violation_error_message=_("A practitioner is chosen once the order is accepted."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[state.value for state in VISITED]) | Q(practitioner__isnull=False),
                name="order_visited_by_somebody",
                violation_error_message=_("A visit under way or over has its practitioner."),
            ),
            models.CheckConstraint(
                condition=Q(party="", places=1, unit=None)
                | Q(party__in=[kind.value for kind in PartyKind], places__gte=1), name="order_party_whole",
                violation_error_message=_("Several places are booked for a group, and a group has at least one."),
            ),
            models.CheckConstraint(
                condition=Q(subsidy_fen__lte=F("price_fen")), name="order_subsidy_within_price",
                violation_error_message=_("A subsidy is at most the price."),
            ),
            models.CheckConstraint(
                condition=Q(price_fen__gte=F("subsidy_fen") + F("reduced_fen")), name="order_reduced_within_price",
                violation_error_message=_("A price is reduced at most to nothing."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.RATED, grade__isnull=False, grade__range=(1, 5), rated_at__isnull=False,
                            rated_by__isnull=False)
                | ~Q(state=State.RATED) & Q(grade=None, rated_at=None, rated_by=None, comment_sealed=None),
                name="order_rated_whole",
                violation_error_message=_("A rated order, and no other, has its grade and who gave it when."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declined", "cancelled", "no_show", "lapsed"], closed_at__isnull=False,
                            closed_by__isnull=False)
                | ~Q(state__in=["declined", "cancelled", "no_show", "lapsed"]) & Q(closed_at=None, closed_by=None),
                name="order_closed_whole",
                violation_error_message=_("An order that ended without a visit, and no other, has who ended it when."),
            ),
            models.CheckConstraint(
                condition=Q(series=None, series_no=None, series_of=None)
                | Q(series__isnull=False, series_no__isnull=False, series_of__isnull=False, series_no__gte=1,
                    series_of__gte=F("series_no")),
                name="order_series_whole",
                violation_error_message=_("A visit of a series has its number in it."),
            ),
        )

    def __str__(self) -> str:
        return f"order {self.number or self.ref}"


class Participant(Row):
    """One place of a party: for somebody known here, for a name given with consent, or for nobody in particular."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="participants", db_comment="pseudonym: the visit")
    no = models.PositiveSmallIntegerField(db_comment="plain")
    person = models.UUIDField(null=True, db_comment="pseudonym: ref of who takes part")
    name_sealed = models.BinaryField(null=True, db_comment="sealed: what they are called, under who booked's key")
    price_fen = models.PositiveBigIntegerField(db_comment="plain")
    subsidy_fen = models.PositiveBigIntegerField(default=0, db_comment="plain")
    state = models.CharField(max_length=10, default=Coming.COMING.value, db_comment="plain")
    withdrawn_at = models.DateTimeField(null=True, db_comment="plain")
    withdrawn_by = models.UUIDField(null=True, db_comment=SOMEBODY)

    class Meta:
        indexes = (models.Index(fields=["person"], condition=Q(person__isnull=False), name="participant_of_person"),)
        constraints = (
            models.UniqueConstraint(fields=["order", "no"], name="participant_once",
                                    violation_error_message=_("A place of a group has its own number.")),
            models.UniqueConstraint(fields=["order", "person"], condition=Q(person__isnull=False),
                                    name="participant_person_once",
                                    violation_error_message=_("Somebody takes part in a group once.")),
            models.CheckConstraint(
                condition=Q(state=Coming.COMING, withdrawn_at=None, withdrawn_by=None)
                | Q(state=Coming.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="participant_withdrawn_whole",
                violation_error_message=_("Who took somebody off a group is kept with when."),
            ),
        )

    def __str__(self) -> str:
        return f"place {self.no} of {self.order_id}"


class Bundled(Row):
    """An order that is one visit of a bundle booked as a whole. Its price is its share of the bundle's; what it costs
    alone is kept beside it."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="bundled", db_comment="pseudonym: the visit")
    booking = models.UUIDField(db_index=True, db_comment="pseudonym: ref of what was booked in one act")
    bundle = models.ForeignKey(
        "directory.Bundle", models.PROTECT, to_field="ref", related_name="+", db_comment="plain")
    name = models.CharField(max_length=60, db_comment="plain")
    no = models.PositiveSmallIntegerField(db_comment="plain")
    of = models.PositiveSmallIntegerField(db_comment="plain")
    alone_fen = models.PositiveBigIntegerField(db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["booking", "no"], name="bundled_once",
                                    violation_error_message=_("A bundle booked as a whole has each visit once.")),
            models.CheckConstraint(condition=Q(no__gte=1, of__gte=F("no")), name="bundled_counted",
                                   violation_error_message=_("A visit of a bundle has its number in it.")),
        )

    def __str__(self) -> str:
        return f"visit {self.no} of {self.booking}"


class Proof(Row):
    """What was given, to whom, on which day, where, by whom, from when to when: the six elements, by themselves.

    `began` and `ended` say when the visit was; `check_in_at` and `check_out_at` when that was written down.
    """

    order = models.OneToOneField(Order, models.PROTECT, related_name="proof", db_comment="pseudonym: the visit")
    service = models.UUIDField(db_comment="plain")
    person = models.UUIDField(db_comment="pseudonym: ref of the resident")
    on = models.DateField(db_comment="plain")
    region_code = models.CharField(max_length=12, db_comment="personal: the village or township of the visit")
    practitioner = models.UUIDField(db_comment="pseudonym: ref of who came")
    began = models.DateTimeField(db_comment="plain")
    ended = models.DateTimeField(null=True, db_comment="plain")
    minutes = models.PositiveIntegerField(null=True, db_comment="plain")
    capped = models.BooleanField(default=False, db_comment="plain")
    came = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    check_in_at = models.DateTimeField(db_comment="plain")
    check_in_by = models.UUIDField(db_comment=SOMEBODY)
    check_in_method = models.CharField(max_length=10, db_comment="plain")
    check_in_metres = models.PositiveIntegerField(null=True, db_comment="plain")
    check_in_reason = models.CharField(max_length=20, blank=True, default="", db_comment="plain")
    check_out_at = models.DateTimeField(null=True, db_comment="plain")
    check_out_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    check_out_method = models.CharField(max_length=10, blank=True, default="", db_comment="plain")
    check_out_metres = models.PositiveIntegerField(null=True, db_comment="plain")
    check_out_reason = models.CharField(max_length=20, blank=True, default="", db_comment="plain")
    resident_confirmed_at = models.DateTimeField(null=True, db_comment="plain")
    resident_confirmed_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    worth = models.CharField(max_length=1, blank=True, default="", db_comment="plain")

    class Meta:
        indexes = (models.Index(fields=["check_out_at"], name="proof_ended"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(check_in_method__in=[method.value for method in Method])
                & Q(check_out_method__in=["", *(method.value for method in Method)]),
                name="proof_method_known",
                violation_error_message=_("A check-in and a check-out say how they came about."),
            ),
            models.CheckConstraint(
                condition=Q(check_out_at=None, check_out_by=None, ended=None, minutes=None, worth="")
                | Q(check_out_at__isnull=False, check_out_by__isnull=False, ended__isnull=False,
                    ended__gte=F("began"), minutes__isnull=False, worth__in=[grade.value for grade in Grade]),
                name="proof_ended_whole",
                violation_error_message=_("A finished proof has its end, its minutes and what it is worth."),
            ),
            models.CheckConstraint(
                condition=Q(resident_confirmed_at=None, resident_confirmed_by=None)
                | Q(resident_confirmed_at__isnull=False, resident_confirmed_by__isnull=False),
                name="proof_confirmed_whole",
                violation_error_message=_("Who confirmed a visit is kept with when."),
            ),
        )

    def __str__(self) -> str:
        return f"proof of {self.order_id}"


class Diary(Row):
    """One row a practitioner: its lock is the turn to plan a visit for them, so that two never overlap."""

    practitioner = models.UUIDField(unique=True, db_comment="pseudonym: ref of somebody at work")

    def __str__(self) -> str:
        return f"diary {self.practitioner}"
