from django.db import models
from django.db.models import F, Q

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.registration.rules import KINDS
from linli.work.registration.states import LABELS, State

SOMEBODY = "pseudonym: ref of the actor"


class FailedCheck(Row):
    """A failed check of a yearly report that was proposed, and its second reading. It names no persons."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="plain")
    year = models.PositiveSmallIntegerField(db_comment="plain")
    faults = models.JSONField(default=list, db_comment="plain")
    reasons = models.TextField(max_length=500, db_comment="plain")
    state = models.CharField(max_length=10, choices=[*LABELS.items()], db_comment="plain")
    proposed_at = models.DateTimeField(db_comment="plain")
    proposed_by = models.UUIDField(db_comment=SOMEBODY)
    read_at = models.DateTimeField(null=True, db_comment="plain")
    read_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    remark = models.TextField(max_length=500, default="", blank=True, db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "year"], condition=Q(state="proposed"),
                                    name="failed_check_one_open",
                                    violation_error_message="One proposal of a year at a time is read."),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="failed_check_state_known",
                                   violation_error_message="A proposed failure is in a known state."),
            models.CheckConstraint(
                condition=Q(state="proposed", read_at=None, read_by=None)
                | ~Q(state="proposed") & Q(read_at__isnull=False, read_by__isnull=False),
                name="failed_check_read_whole",
                violation_error_message="A failure that was read says when and by whom."),
            models.CheckConstraint(
                condition=Q(read_by=None) | ~Q(read_by=F("proposed_by")), name="failed_check_by_another",
                violation_error_message="Somebody else reads a decision against an organisation a second time."),
        )

    def __str__(self) -> str:
        return f"{self.year} of {self.organisation_id}"


class PublishedReport(Row):
    """What an organisation reported of a year, as it was handed in, for everybody to read.

    A copy of the answers that are public, so that it stays readable when who handed it in has their data erased. Added
    to and never changed: a report handed in anew stands beside the one before.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="plain")
    year = models.PositiveSmallIntegerField(db_comment="plain")
    filing = models.UUIDField(unique=True, db_comment="plain: the filing by which the register knows of it")
    said = models.JSONField(db_comment="plain: what the organisation says of itself to everybody, without persons")
    filed_on = models.DateField(db_comment="plain")
    published_at = models.DateTimeField(db_comment="plain")
    published_by = models.UUIDField(db_comment=SOMEBODY)

    def __str__(self) -> str:
        return f"report on {self.year} of {self.organisation_id}"


class WantedName(Row):
    """The name that an open application holds with a registrar; gone when the application has ended."""

    application = models.OneToOneField("hall.Application", models.CASCADE, to_field="ref", related_name="+",
                                       db_comment="pseudonym: whose application it is")
    name = models.CharField(max_length=100, db_comment="plain")
    kind = models.CharField(max_length=10, choices=[*KINDS.items()], db_comment="plain")
    office = models.CharField(max_length=12, db_comment="plain")
    wanted_at = models.DateTimeField(db_comment="plain")
    wanted_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        indexes = (models.Index(fields=["office"], name="wanted_name_of_office"),)

    def __str__(self) -> str:
        return f"{self.name} at {self.office}"
