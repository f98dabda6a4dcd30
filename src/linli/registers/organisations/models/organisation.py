from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.organisations.rules import BEGINNINGS
from linli.registers.organisations.states import ClaimState, State

models.CharField.register_lookup(Length)
CODED = ~Q(state=State.REFUSED) & ~Q(uscc="")
"""Whose code is nobody else's. Whoever looks for a code says so in these words: it is the condition of the index of
codes, and without it the whole table is read."""


class Organisation(Row):
    """What is true today: of those with filings, what these add up to. Rewritten by `actions.rebuild` alone."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    kind = models.CharField(max_length=20, db_comment="plain")
    name = models.CharField(max_length=100, db_comment="plain")
    short_name = models.CharField(max_length=40, blank=True, db_comment="plain")
    english_name = models.CharField(max_length=200, blank=True, db_comment="plain")
    uscc = models.CharField(max_length=18, db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    address = models.CharField(max_length=200, db_comment="plain")
    phone = models.CharField(max_length=30, db_comment="plain")
    introduction = models.TextField(max_length=2000, blank=True, db_comment="plain")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    applicant = models.UUIDField(null=True, db_index=True, db_comment="pseudonym: ref of the person who applied")
    applied_at = models.DateTimeField(db_comment="plain")
    applied_by = models.UUIDField(db_comment="pseudonym: ref of the account that applied")
    is_demo = models.BooleanField(default=False, db_comment="plain")
    status = models.CharField(max_length=12, blank=True, default="", db_comment="plain")
    registrar = models.CharField(max_length=200, blank=True, default="", db_comment="plain")
    supervising_unit = models.CharField(max_length=200, blank=True, default="", db_comment="plain")
    legal_representative = models.CharField(
        max_length=60, blank=True, default="", db_comment="plain: public by law, as on the certificate")
    established_on = models.DateField(null=True, db_index=True, db_comment="plain")
    ended_on = models.DateField(null=True, db_comment="plain")
    registered_funds = models.BigIntegerField(null=True, db_comment="plain")
    certificate_number = models.CharField(max_length=60, blank=True, default="", db_comment="plain")
    grade = models.CharField(max_length=2, blank=True, default="", db_comment="plain")
    marks = models.CharField(max_length=60, blank=True, default="", db_comment="plain")
    words = models.CharField(max_length=1500, blank=True, default="", db_comment="plain")
    turns_on = models.DateField(null=True, db_comment="plain")

    class Meta:
        indexes = (
            models.Index(fields=["name"], name="organisation_by_name"),
            models.Index(fields=["turns_on"], condition=Q(turns_on__isnull=False), name="organisation_turning"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("uscc",), condition=CODED, name="organisation_once",
                violation_error_message=_("An organisation with this code is registered or has applied."),
            ),
            models.UniqueConstraint(
                fields=("region_code", "name"), condition=Q(state=State.LISTED), name="organisation_listed_once",
                violation_error_message=_("A public list names an organisation of a region once."),
            ),
            models.CheckConstraint(
                condition=Q(uscc__length=18) | Q(uscc="", state=State.LISTED), name="organisation_uscc_whole",
                violation_error_message=_("A unified social credit code has 18 characters."),
            ),
            models.CheckConstraint(
                condition=Q.create([Q(kind=kind, uscc__startswith=begin) for kind, begin in BEGINNINGS.items()], Q.OR)
                | Q(kind="unknown", uscc="", state=State.LISTED),
                name="organisation_kind_fits_code",
                violation_error_message=_("The beginning of the code says what kind of organisation it is."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="organisation_state_known",
                violation_error_message=_("An organisation is in one of the known states."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(region_code=""), name="organisation_named",
                violation_error_message=_("An organisation has a name and a region."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.uscc}"


class Decision(Row):
    """What an officer decided and why; never changed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="decisions", db_comment="plain")
    move = models.CharField(max_length=20, db_comment="plain")
    reasons = models.TextField(max_length=1000, blank=True, db_comment="plain")
    decided_at = models.DateTimeField(db_comment="plain")
    decided_by = models.UUIDField(db_comment="pseudonym: ref of the officer's account")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(move__in=["approve", "restore"]) | ~Q(reasons=""), name="decision_has_reasons",
                violation_error_message=_("A decision against somebody gives its reasons."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.move} of {self.organisation_id}"


class Site(Row):
    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites", db_comment="plain")
    name = models.CharField(max_length=100, db_comment="plain")
    address = models.CharField(max_length=200, db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    lon = models.FloatField(null=True, db_comment="plain")
    lat = models.FloatField(null=True, db_comment="plain")
    phone = models.CharField(max_length=30, blank=True, db_comment="plain")
    accessibility = models.JSONField(default=list, db_comment="plain")
    closed_at = models.DateTimeField(null=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that closed it")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(lon=None, lat=None)
                | Q(lon__isnull=False, lat__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
                name="site_on_earth",
                violation_error_message=_("A site has a longitude and a latitude, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="site_closed_by_somebody", violation_error_message=_("Who closed a site is kept with when."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(region_code=""), name="site_named",
                violation_error_message=_("A site has a name and a region."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} of {self.organisation_id}"


class Claim(Row):
    """Somebody says that an organisation of a public list is theirs."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="claims", db_comment="plain")
    claimant = models.UUIDField(db_index=True, db_comment="pseudonym: ref of the person who claims")
    kind = models.CharField(max_length=20, db_comment="plain")
    uscc = models.CharField(max_length=18, db_comment="plain")
    phone = models.CharField(max_length=30, db_comment="plain")
    statement = models.TextField(max_length=1000, db_comment="personal: in the claimant's words, for the office")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    reasons = models.TextField(max_length=1000, blank=True, default="", db_comment="plain")
    claimed_at = models.DateTimeField(db_comment="plain")
    claimed_by = models.UUIDField(db_comment="pseudonym: ref of the account that claimed")
    decided_at = models.DateTimeField(null=True, db_comment="plain")
    decided_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the officer's account")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "claimant"), condition=Q(state=ClaimState.OPEN), name="claim_once",
                violation_error_message=_("One person claims an organisation once at a time."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ClaimState]), name="claim_state_known",
                violation_error_message=_("A claim is in one of the known states."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.REFUSED) | ~Q(reasons=""), name="claim_refused_with_reasons",
                violation_error_message=_("A decision against somebody gives its reasons."),
            ),
        )

    def __str__(self) -> str:
        return f"claim {self.ref}"
