from django.db import models
from django.db.models import F, Q

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.quality.rules import BAD, GRADES
from linli.work.quality.states import CLOSED, LABELS, State

SOMEBODY = "pseudonym: ref of the actor"


class Rating(Row):
    """One rated order, as the journal tells of it; made anew from there at any time."""

    order = models.UUIDField(unique=True, db_comment="pseudonym: the order that was rated")
    service = models.UUIDField(db_index=True, db_comment="plain")
    provider = models.UUIDField(db_comment="plain")
    grade = models.PositiveSmallIntegerField(db_comment="plain")
    rated_at = models.DateTimeField(db_comment="plain")
    rated_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        indexes = (models.Index(fields=["provider", "-rated_at"], name="rating_of_provider"),)
        constraints = (
            models.CheckConstraint(condition=Q(grade__in=GRADES), name="rating_grade_known",
                                   violation_error_message="A grade is a whole number from 1 to 5."),
        )

    def __str__(self) -> str:
        return f"{self.grade} for {self.service}"


class Score(Row):
    """The ratings of one service, added up."""

    service = models.UUIDField(unique=True, db_comment="plain")
    provider = models.UUIDField(db_index=True, db_comment="plain")
    count = models.PositiveIntegerField(db_comment="plain")
    total = models.PositiveIntegerField(db_comment="plain")
    ones = models.PositiveIntegerField(default=0, db_comment="plain")
    twos = models.PositiveIntegerField(default=0, db_comment="plain")
    threes = models.PositiveIntegerField(default=0, db_comment="plain")
    fours = models.PositiveIntegerField(default=0, db_comment="plain")
    fives = models.PositiveIntegerField(default=0, db_comment="plain")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(count=F("ones") + F("twos") + F("threes") + F("fours") + F("fives")),
                name="score_counts_each_once",
                violation_error_message="A score counts every rating under one grade.",
            ),
            models.CheckConstraint(
                condition=Q(total=F("ones") + 2 * F("twos") + 3 * F("threes") + 4 * F("fours") + 5 * F("fives")),
                name="score_adds_up",
                violation_error_message="The sum of a score is the sum of its grades.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.total}/{self.count} for {self.service}"


class Rectification(Row):
    """What a provider owes after a bad rating. The day it is due stands in the rulebook's duty about the order."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    order = models.UUIDField(unique=True, db_comment="pseudonym: the order that was rated")
    service = models.UUIDField(db_comment="plain")
    provider = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, to_field="ref", related_name="+", db_comment="plain"
    )
    person = models.ForeignKey(
        "people.Person", models.PROTECT, to_field="ref", related_name="+", db_comment="pseudonym: who rated"
    )
    region_code = models.CharField(max_length=12, db_comment="plain")
    grade = models.PositiveSmallIntegerField(db_comment="plain")
    state = models.CharField(max_length=10, default=State.OPEN, choices=[*LABELS.items()], db_comment="plain")
    raised_at = models.DateTimeField(db_comment="plain")
    raised_by = models.UUIDField(db_comment=SOMEBODY)
    closed_at = models.DateTimeField(null=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, db_comment=SOMEBODY)

    class Meta:
        indexes = (
            models.Index(fields=["region_code"], condition=~Q(state__in=CLOSED), name="rectification_running"),
            models.Index(fields=["provider", "state"], name="rectification_of_provider"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(state__in=list(State)), name="rectification_state_known",
                                   violation_error_message="A rectification is in a known state."),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=BAD), name="rectification_of_bad_grade",
                                   violation_error_message="Only the two lowest grades are rectified."),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(state__in=CLOSED) & Q(closed_at=None, closed_by=None),
                name="rectification_closed_whole",
                violation_error_message="A closed rectification, and no other, has who closed it when.",
            ),
        )

    def __str__(self) -> str:
        return f"rectification {self.ref}"


class Answer(Row):
    """One round: what the provider says was done, and what the resident says to it. Sealed under the resident's key."""

    rectification = models.ForeignKey(Rectification, models.CASCADE, related_name="answers", db_comment="plain")
    text_sealed = models.BinaryField(null=True, db_comment="personal: sealed; may tell about the resident")
    answered_at = models.DateTimeField(db_comment="plain")
    answered_by = models.UUIDField(db_comment=SOMEBODY)
    objection_sealed = models.BinaryField(null=True, db_comment="personal: sealed; the resident's words")
    rejected_at = models.DateTimeField(null=True, db_comment="plain")
    rejected_by = models.UUIDField(null=True, db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["rectification"], condition=Q(rejected_at=None), name="answer_one_standing",
                                    violation_error_message="A new answer follows when the last one was rejected."),
            models.CheckConstraint(
                condition=Q(objection_sealed=None, rejected_at=None, rejected_by=None)
                | Q(rejected_at__isnull=False, rejected_by__isnull=False),
                name="answer_rejected_whole",
                violation_error_message="A rejected answer has who rejected it when.",
            ),
        )

    def __str__(self) -> str:
        return f"answer to {self.rectification_id}"
