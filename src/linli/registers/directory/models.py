from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.directory.states import BundleState, State

SOMEBODY = "pseudonym: ref of the actor"

# what a ring of cells is read from, without a look at the rows themselves
NEARNESS = ("cell", "state", "provider_open", "open_hours", "special_until", "open_on_holidays", "lon", "lat")


class Service(Row):
    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    provider = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, to_field="ref", related_name="+", db_comment="plain"
    )
    site = models.UUIDField(null=True, db_index=True, db_comment="plain")
    category = models.CharField(max_length=40, db_comment="plain")
    name = models.CharField(max_length=60, db_comment="plain")
    summary = models.TextField(max_length=500, db_comment="plain")
    on_site = models.BooleanField(default=False, db_comment="plain")
    home = models.BooleanField(default=False, db_comment="plain")
    remote = models.BooleanField(default=False, db_comment="plain")
    lon = models.FloatField(null=True, db_comment="plain")
    lat = models.FloatField(null=True, db_comment="plain")
    cell = models.BigIntegerField(null=True, db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    languages = models.JSONField(default=list, db_comment="plain")
    accessibility = models.JSONField(default=list, db_comment="plain")
    price_fen = models.PositiveBigIntegerField(default=0, db_comment="plain")
    price_unit = models.CharField(max_length=10, default="visit", db_comment="plain")
    subsidy_fen = models.PositiveBigIntegerField(default=0, db_comment="plain")
    subsidy_min_age = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    subsidy_groups = models.JSONField(default=list, db_comment="plain")
    min_age = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    max_age = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    groups = models.JSONField(default=list, db_comment="plain")
    gender = models.CharField(max_length=10, blank=True, default="", db_comment="plain")
    duration_minutes = models.PositiveSmallIntegerField(default=60, db_comment="plain")
    buffer_minutes = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    setup_minutes = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    capacity = models.PositiveSmallIntegerField(default=1, db_comment="plain")
    wave = models.BooleanField(default=False, db_comment="plain")
    lead_minutes = models.PositiveIntegerField(default=120, db_comment="plain")
    horizon_days = models.PositiveSmallIntegerField(default=28, db_comment="plain")
    open_on_holidays = models.BooleanField(default=False, db_comment="plain")
    open_hours = models.BigIntegerField(default=0, db_comment="plain")  # rules.hours.clock_hours of its weekly hours
    special_until = models.DateField(null=True, db_comment="plain")  # the last of its exceptional days
    state = models.CharField(max_length=10, default=State.DRAFT.value, db_comment="plain")
    provider_open = models.BooleanField(default=True, db_comment="plain")
    assured_on = models.DateField(null=True, db_comment="plain")
    assured_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    checked_on = models.DateField(null=True, db_comment="plain")
    checked_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the officer's account")
    source = models.CharField(max_length=100, null=True, db_comment="plain")
    changed_at = models.DateTimeField(null=True, db_comment="plain")
    changed_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    is_demo = models.BooleanField(default=False, db_comment="plain")

    class Meta:
        indexes = (
            models.Index(fields=["category", *NEARNESS], name="service_near"),
            models.Index(fields=[*NEARNESS], name="service_around"),
            models.Index(fields=["provider", "state"], name="service_of_provider"),
            models.Index(fields=["changed_at"], name="service_changed"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="service_state_known",
                violation_error_message=_("A service is in one of the known states."),
            ),
            models.CheckConstraint(
                condition=Q(on_site=True) | Q(home=True) | Q(remote=True), name="service_has_a_mode",
                violation_error_message=_("A service is given in at least one way: at the site, at home or remotely."),
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None, cell=None)
                | Q(lon__range=(-180, 180), lat__range=(-90, 90), cell__isnull=False),
                name="service_on_earth",
                violation_error_message=_("A service has a longitude, a latitude and their cell, or none of them."),
            ),
            models.CheckConstraint(
                condition=Q(price_fen__gte=0, subsidy_fen__gte=0) & Q(subsidy_fen__lte=F("price_fen")),
                name="service_price_whole",
                violation_error_message=_("A price is not negative, and a subsidy is at most the price."),
            ),
            models.CheckConstraint(
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
                name="service_ages_in_order",
                violation_error_message=_("The highest age is not below the lowest."),
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=5, capacity__gte=1, horizon_days__gte=1), name="service_bookable",
                violation_error_message=_("A service takes at least 5 minutes and has a place for somebody."),
            ),
            models.CheckConstraint(
                condition=Q(wave=False) | Q(capacity__gte=2), name="service_wave_of_several",
                violation_error_message=_("One after another are called two people or more."),
            ),
            models.CheckConstraint(
                condition=Q(assured_on=None, assured_by=None) | Q(assured_on__isnull=False, assured_by__isnull=False),
                name="service_assured_by_somebody",
                violation_error_message=_("Who assured a listing is kept with when."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.ref}"


class ServiceArea(Row):
    """A region served, with everything in it."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="areas", db_comment="plain")
    region_code = models.CharField(max_length=12, db_comment="plain")

    class Meta:
        indexes = (models.Index(fields=["region_code", "service"], name="area_by_region"),)
        constraints = (
            models.UniqueConstraint(
                fields=("service", "region_code"), name="area_once",
                violation_error_message=_("A service names a region once."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.region_code} by {self.service_id}"


class OpeningHours(Row):
    """A span of a weekday (0 is Monday), closing at 00:00 for the end of the day."""

    service = models.ForeignKey(
        Service, models.CASCADE, related_name="hours", db_index=False, db_comment="plain"
    )
    weekday = models.PositiveSmallIntegerField(db_comment="plain")
    opens = models.TimeField(db_comment="plain")
    closes = models.TimeField(db_comment="plain")
    since = models.DateField(null=True, db_comment="plain")
    until = models.DateField(null=True, db_comment="plain")

    class Meta:
        # whether a service is open is read from the index alone
        indexes = (models.Index(fields=["service", "weekday", "opens", "closes", "since", "until"],
                                name="hours_of_day"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="hours_weekday_known",
                violation_error_message=_("A weekday is a number from 0 (Monday) to 6 (Sunday)."),
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")) | Q(closes="00:00"), name="hours_forward",
                violation_error_message=_("Hours end after they begin."),
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gt=F("since")), name="hours_period_forward",
                violation_error_message=_("Hours are valid until after they begin to be."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M} of {self.service_id}"


class OpeningException(Row):
    """One day that differs; closed where it has no hours."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="exceptions", db_comment="plain")
    on = models.DateField(db_comment="plain")
    opens = models.TimeField(null=True, db_comment="plain")
    closes = models.TimeField(null=True, db_comment="plain")
    reason = models.CharField(max_length=100, blank=True, db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("service", "on"), name="exception_once",
                violation_error_message=_("A day has one exception."),
            ),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(closes__gt=F("opens"))
                | Q(opens__isnull=False, closes="00:00"),
                name="exception_forward",
                violation_error_message=_("An exceptional day has both its times, in order, or neither."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.on} of {self.service_id}"


class Slot(Row):
    """A time that can be booked. `book_until` is the last moment to do so: its beginning less the lead time.

    One that was ever taken is never deleted: somebody's order may point to it. It gets no places instead.
    """

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    service = models.ForeignKey(Service, models.PROTECT, related_name="slots", db_comment="plain")
    begin = models.DateTimeField(db_comment="plain")
    until = models.DateTimeField(db_comment="plain")
    book_until = models.DateTimeField(db_comment="plain")
    capacity = models.PositiveSmallIntegerField(db_comment="plain")
    taken = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    ever_taken = models.BooleanField(default=False, db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("service", "begin"), condition=Q(capacity__gt=0), name="slot_once",
                violation_error_message=_("A service has one slot at a time."),
            ),
            models.CheckConstraint(
                condition=Q(taken__gte=0) & Q(taken__lte=F("capacity")), name="slot_not_overfull",
                violation_error_message=_("A slot is taken at most as often as it has places."),
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("begin")) & Q(book_until__lte=F("begin")), name="slot_forward",
                violation_error_message=_("A slot ends after it begins, and booking closes before."),
            ),
        )

    def __str__(self) -> str:
        return f"slot {self.ref}"


class Capacity(Row):
    """How many a service can take, and how many places are free, for one group of people in one unit."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="capacities", db_comment="plain")
    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    unit = models.CharField(max_length=10, db_comment="plain")
    group = models.CharField(max_length=20, blank=True, default="", db_comment="plain")
    maximum = models.PositiveIntegerField(db_comment="plain")
    available = models.PositiveIntegerField(db_comment="plain")
    funded_percent = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    waiting_list = models.BooleanField(default=False, db_comment="plain")
    updated_at = models.DateTimeField(db_comment="plain")
    updated_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("service", "unit", "group"), name="capacity_once",
                violation_error_message=_("A service says once how many of a group it can take."),
            ),
            models.CheckConstraint(
                condition=Q(available__lte=F("maximum")), name="capacity_not_overfull",
                violation_error_message=_("At most as many places are free as there are."),
            ),
            models.CheckConstraint(
                condition=Q(funded_percent__lte=100), name="capacity_funded_share",
                violation_error_message=_("The funded share is between 0 and 100 percent."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.available}/{self.maximum} {self.unit} of {self.service_id}"


class Resource(Row):
    """What a service works with or consists of: equipment, a room, something digital, a guided or immersive offer."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="resources", db_comment="plain")
    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    kind = models.CharField(max_length=10, db_comment="plain")
    name = models.CharField(max_length=60, db_comment="plain")
    quantity = models.PositiveSmallIntegerField(default=1, db_comment="plain")
    url = models.CharField(max_length=300, blank=True, default="", db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("service", "kind", "name"), name="resource_once",
                violation_error_message=_("A service names a resource once."),
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="resource_there",
                violation_error_message=_("There is at least one of a resource."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} {self.kind} of {self.service_id}"


class Bundle(Row):
    """Services of several fields as one offer, led by one provider."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    provider = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, to_field="ref", related_name="+", db_comment="plain"
    )
    kind = models.CharField(max_length=20, db_comment="plain")
    name = models.CharField(max_length=60, db_comment="plain")
    summary = models.TextField(max_length=500, db_comment="plain")
    price_fen = models.PositiveBigIntegerField(null=True, db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    state = models.CharField(max_length=10, default=BundleState.DRAFT.value, db_comment="plain")
    is_demo = models.BooleanField(default=False, db_comment="plain")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in BundleState]), name="bundle_state_known",
                violation_error_message=_("A bundle is in one of the known states."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.ref}"


class BundlePart(Row):
    """One service of a bundle. A partner's service counts once the partner has agreed."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="parts", db_comment="plain")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+", db_comment="plain")
    place = models.PositiveSmallIntegerField(db_comment="plain")
    role = models.CharField(max_length=10, default="main", db_comment="plain")
    times = models.PositiveSmallIntegerField(default=1, db_comment="plain")
    agreed_at = models.DateTimeField(null=True, db_comment="plain")
    agreed_by = models.UUIDField(null=True, db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("bundle", "service"), name="bundle_part_once",
                violation_error_message=_("A bundle holds a service once."),
            ),
            models.CheckConstraint(
                condition=Q(times__gte=1), name="bundle_part_given",
                violation_error_message=_("A service of a bundle is given at least once."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="bundle_part_agreed_by_somebody",
                violation_error_message=_("Who agreed to be part of a bundle is kept with when."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.service_id} in {self.bundle_id}"
