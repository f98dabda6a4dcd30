from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.orders.rules import Channel, Claim, FileKind, Grade, Method, Outcome, Part, Side, TurnEnd
from linli.work.orders.states import PENDING, PLANNED, STANDING, VISITED, DisputeState, FeedState, State, WaitState

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


class Dispute(Row):
    """What one side of a visit says is written down wrongly, until it is decided; a decision is final."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one dispute")
    order = models.ForeignKey(Order, models.PROTECT, related_name="disputes", db_comment="pseudonym: the visit")
    side = models.CharField(max_length=10, db_comment="plain")
    claim = models.CharField(max_length=20, db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    raised_at = models.DateTimeField(db_comment="plain")
    raised_by = models.UUIDField(db_comment=SOMEBODY)
    answer_until = models.DateTimeField(db_comment="plain")
    closed_at = models.DateTimeField(null=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    outcome = models.CharField(max_length=20, blank=True, default="", db_comment="plain")
    minutes = models.PositiveIntegerField(null=True, db_comment="plain")
    minutes_before = models.PositiveIntegerField(null=True, db_comment="plain")
    reduced_fen = models.PositiveBigIntegerField(default=0, db_comment="plain")
    reasons_sealed = models.BinaryField(null=True, db_comment="sealed: the officer's reasons, for both sides")

    class Meta:
        indexes = (models.Index(fields=["state", "raised_at"], name="dispute_pending"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DisputeState], claim__in=[one.value for one in Claim],
                            side__in=[side.value for side in Side]), name="dispute_words_known",
                violation_error_message=_("A dispute has a known state, side and claim."),
            ),
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state=DisputeState.WITHDRAWN), name="dispute_once",
                violation_error_message=_("A visit is disputed once; what was decided stays decided."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in PENDING], closed_at=None, closed_by=None)
                | Q(state__in=[DisputeState.DECIDED, DisputeState.WITHDRAWN], closed_at__isnull=False,
                    closed_by__isnull=False), name="dispute_closed_whole",
                violation_error_message=_("A closed dispute, and no other, has who closed it when."),
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.DECIDED, outcome__in=[one.value for one in Outcome])
                | ~Q(state=DisputeState.DECIDED) & Q(outcome=""), name="dispute_outcome_known",
                violation_error_message=_("A decided dispute, and no other, has its outcome."),
            ),
        )

    def __str__(self) -> str:
        return f"dispute {self.ref}"


class Statement(Row):
    """What a side says, with a picture or paper if there is one. Sealed under the resident's key, read by both sides
    and who decides; what was said stays said."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one statement")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="statements", db_comment="plain")
    side = models.CharField(max_length=10, db_comment="plain")
    text_sealed = models.BinaryField(null=True, db_comment="sealed: a side's own words")
    file_sealed = models.BinaryField(null=True, db_comment="sealed: a picture or paper, in base 64")
    file_kind = models.CharField(max_length=5, blank=True, default="", db_comment="plain")
    file_bytes = models.PositiveIntegerField(default=0, db_comment="plain")
    said_at = models.DateTimeField(db_comment="plain")
    said_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(file_kind="", file_sealed=None, file_bytes=0)
                | Q(file_kind__in=[kind.value for kind in FileKind], file_sealed__isnull=False, file_bytes__gte=1),
                name="statement_file_whole",
                violation_error_message=_("A file is kept with its kind and its size."),
            ),
        )

    def __str__(self) -> str:
        return f"statement {self.ref}"


class Feed(Row):
    """A calendar that somebody's own programs read at a secret address, made from the generation and the node's key."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one feed")
    account = models.UUIDField(db_comment="pseudonym: whose rights it has")
    scope = models.CharField(max_length=60, db_comment="pseudonym: own, or a practitioner or site by its ref")
    language = models.CharField(max_length=10, db_comment="plain")
    generation = models.PositiveIntegerField(default=1, db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    made_at = models.DateTimeField(db_comment="plain")
    made_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "scope"], name="feed_once",
                                    violation_error_message=_("There is one calendar of a kind for an account.")),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in FeedState]), name="feed_state_known",
                                   violation_error_message=_("A calendar is open or stopped.")),
        )

    def __str__(self) -> str:
        return f"feed {self.ref}"
