from django.db import models
from django.db.models import F, Q

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.places.rules import Issuer, Level


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
        )
        constraints = (
            models.UniqueConstraint(
                fields=("issuer", "level", "code", "since"), name="region_once",
                violation_error_message="An issuer gives a code once for a level and a period.",
            ),
            models.UniqueConstraint(
                fields=("issuer", "code"), condition=Q(until=None), name="region_one_in_force",
                violation_error_message="One region of an issuer bears a code at a time.",
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
