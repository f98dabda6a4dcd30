from django.db import models
from django.db.models import F, Q

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.places.rules.facilities import GROUPS, KINDS, Tier
from linli.registers.places.rules.history import CHINESE
from linli.registers.places.rules.regions import Issuer, Level


class Region(Row):
    """One division in one issuer's register, from one day until another."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    issuer = models.CharField(max_length=10, default=Issuer.STATS, db_comment="plain")
    level = models.CharField(max_length=10, db_comment="plain")
    code = models.CharField(max_length=12, db_comment="plain")
    name = models.CharField(max_length=60, db_comment="plain")
    parent_code = models.CharField(max_length=12, default="", blank=True, db_comment="plain")
    since = models.DateField(db_comment="plain")
    until = models.DateField(null=True, db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    lon = models.FloatField(null=True, db_comment="plain")
    lat = models.FloatField(null=True, db_comment="plain")
    placed_at = models.DateTimeField(null=True, db_comment="plain")
    placed_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (
            models.Index(fields=["code"], name="region_by_code"),
            models.Index(fields=["parent_code", "code"], name="region_by_parent"),
            models.Index(fields=["name"], name="region_by_name"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "level", "code", "since"), name="region_once",
                violation_error_message="An issuer gives a code once for a level and a period.",
            ),
            models.UniqueConstraint(
                fields=("issuer", "level", "code"), condition=Q(until=None), name="region_one_in_force",
                violation_error_message="One region of an issuer bears a code at a time on a level.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=list(Level)), name="region_level_known",
                violation_error_message="A region is of a known level.",
            ),
            models.CheckConstraint(
                condition=Q(issuer__in=list(Issuer)), name="region_issuer_known",
                violation_error_message="A region comes from a known issuer.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="region_period_forward",
                violation_error_message="A region ends after it begins.",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None, placed_at=None, placed_by=None)
                | Q(lon__isnull=False, lat__isnull=False, placed_at__isnull=False, placed_by__isnull=False),
                name="region_point_whole",
                violation_error_message="A region's point has its longitude, its latitude, and who placed it when.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Edition(Row):
    """A table that an issuer put out, as of a day."""

    issuer = models.CharField(max_length=10, db_comment="plain")
    on = models.DateField(db_comment="plain")
    rows = models.PositiveIntegerField(db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "on"), name="edition_once",
                violation_error_message="An issuer puts out one table for a day.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.issuer} {self.on}"


class Change(Row):
    """A division that was founded, renamed, given another code or abolished in a year."""

    year = models.PositiveSmallIntegerField(db_comment="plain")
    kind = models.CharField(max_length=8, db_comment="plain")
    level = models.PositiveSmallIntegerField(db_comment="plain")
    old_code = models.CharField(max_length=12, blank=True, db_comment="plain")
    old_name = models.CharField(max_length=60, blank=True, db_comment="plain")
    new_code = models.CharField(max_length=12, blank=True, db_comment="plain")
    new_name = models.CharField(max_length=60, blank=True, db_comment="plain")
    document = models.CharField(max_length=40, blank=True, db_comment="plain")
    source = models.CharField(max_length=200, blank=True, db_comment="plain")
    note = models.CharField(max_length=500, blank=True, db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (
            models.Index(fields=["old_code"], name="change_by_old_code"),
            models.Index(fields=["new_code"], name="change_by_new_code"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("year", "kind", "old_code", "old_name", "new_code", "new_name"), name="change_once",
                violation_error_message="A change is kept once.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(CHINESE)), name="change_kind_known",
                violation_error_message="A change is of a known kind.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.kind} {self.old_name} {self.new_name}"


class Facility(Row):
    """A building or room of the public: a centre, a station, a canteen, a playing field; or premises that lie idle."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    kind = models.CharField(max_length=20, db_comment="plain")
    tier = models.CharField(max_length=10, db_comment="plain")
    name = models.CharField(max_length=100, db_comment="plain")
    region_code = models.CharField(max_length=12, db_comment="plain")
    address = models.CharField(max_length=200, blank=True, db_comment="plain")
    lon = models.FloatField(null=True, db_comment="plain")
    lat = models.FloatField(null=True, db_comment="plain")
    given_crs = models.CharField(max_length=5, default="wgs84", db_comment="plain")
    cell = models.BigIntegerField(null=True, db_comment="plain")
    capacity = models.PositiveIntegerField(null=True, db_comment="plain")
    area_m2 = models.PositiveIntegerField(null=True, db_comment="plain")
    phone = models.CharField(max_length=30, blank=True, db_comment="plain")
    opened_on = models.DateField(null=True, db_comment="plain")
    closed_on = models.DateField(null=True, db_comment="plain")
    is_demo = models.BooleanField(default=False, db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    changed_at = models.DateTimeField(db_comment="plain")
    changed_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (
            models.Index(fields=["kind", "cell"], name="facility_by_kind_cell"),
            models.Index(fields=["cell"], name="facility_by_cell"),
            models.Index(fields=["region_code", "kind"], name="facility_by_region"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("region_code", "kind", "name"), condition=Q(closed_on=None), name="facility_once",
                violation_error_message="A facility of this kind and name is in this region already.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(KINDS)), name="facility_kind_known",
                violation_error_message="A facility is of a known kind.",
            ),
            models.CheckConstraint(
                condition=Q(tier__in=list(Tier)), name="facility_tier_known",
                violation_error_message="A facility serves a city, a district, a street or a community.",
            ),
            models.CheckConstraint(
                condition=Q(lon=None, lat=None, cell=None)
                | Q(lon__isnull=False, lat__isnull=False, cell__isnull=False),
                name="facility_point_whole", violation_error_message="A facility's point is whole.",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="facility_period_forward", violation_error_message="A facility closes after it opens.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class GridCell(Row):
    """A part of a community that one officer walks: some hundred households."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    code = models.CharField(max_length=20, db_comment="plain")
    name = models.CharField(max_length=60, db_comment="plain")
    region_code = models.CharField(max_length=12, db_comment="plain")
    households = models.PositiveIntegerField(null=True, db_comment="plain")
    boundary = models.JSONField(null=True, db_comment="plain")
    closed_on = models.DateField(null=True, db_comment="plain")
    is_demo = models.BooleanField(default=False, db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (models.Index(fields=["region_code"], name="gridcell_by_region"),)
        constraints = (
            models.UniqueConstraint(
                fields=("code",), condition=Q(closed_on=None), name="gridcell_once",
                violation_error_message="A grid cell's code is given once.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class GridPost(Row):
    """Who walks a cell, from one day until another. Who has left is named no more."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    cell = models.ForeignKey(GridCell, models.CASCADE, related_name="posts", db_comment="plain")
    called = models.CharField(max_length=40, blank=True,
                              db_comment="personal: the officer's name, published while on duty, then blanked")
    phone = models.CharField(max_length=30, blank=True, db_comment="personal: the duty phone, blanked with the name")
    from_on = models.DateField(db_comment="plain")
    until_on = models.DateField(null=True, db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("cell",), condition=Q(until_on=None), name="gridpost_one_at_a_time",
                violation_error_message="A grid cell has one officer at a time.",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="gridpost_period_forward",
                violation_error_message="A post ends after it begins.",
            ),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Population(Row):
    """How many people of an age group live in a region, as counted on a day."""

    region_code = models.CharField(max_length=12, db_comment="plain")
    group = models.CharField(max_length=12, db_comment="plain")
    people = models.PositiveIntegerField(db_comment="plain")
    counted_on = models.DateField(db_comment="plain")
    is_demo = models.BooleanField(default=False, db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("region_code", "group"), name="population_once",
                violation_error_message="An age group of a region has one figure.",
            ),
            models.CheckConstraint(
                condition=Q(group__in=list(GROUPS)), name="population_group_known",
                violation_error_message="An age group is a known one.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.region_code} {self.group}"


class Street(Row):
    """A stretch of street that one can walk, both ways, between two points."""

    from_lon = models.FloatField(db_comment="plain")
    from_lat = models.FloatField(db_comment="plain")
    to_lon = models.FloatField(db_comment="plain")
    to_lat = models.FloatField(db_comment="plain")
    metres = models.FloatField(db_comment="plain")
    cell = models.BigIntegerField(db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (models.Index(fields=["cell"], name="street_by_cell"),)
        constraints = (
            models.UniqueConstraint(
                fields=("from_lon", "from_lat", "to_lon", "to_lat"), name="street_once",
                violation_error_message="A stretch of street is kept once.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_lon},{self.from_lat} {self.to_lon},{self.to_lat}"
