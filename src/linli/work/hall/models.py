from django.db import models
from django.db.models import Q

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.hall.rules import GRADES
from linli.work.hall.states import (
    AT_DESK,
    HEARING_LABELS,
    LABELS,
    OPINION_LABELS,
    PROMISE_LABELS,
    HearingState,
    PromiseState,
    State,
)

SOMEBODY = "pseudonym: ref of the actor"


class Application(Row):
    """One case of a matter. What was filled in is sealed under the applicant's key; days stand in the rulebook, too."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    number = models.CharField(max_length=20, default="", blank=True, db_comment="plain")
    matter = models.CharField(max_length=60, db_comment="plain")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: who applies")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, to_field="ref", related_name="+",
                                     null=True, db_comment="plain")
    region_code = models.CharField(max_length=12, db_comment="plain")
    desk_code = models.CharField(max_length=12, db_comment="plain")
    state = models.CharField(max_length=10, choices=[*LABELS.items()], db_comment="plain")
    version = models.PositiveIntegerField(default=1, db_comment="plain")
    content_sealed = models.BinaryField(null=True, db_comment="personal: sealed; what was filled in and was held")
    step = models.CharField(max_length=40, default="", blank=True, db_comment="plain")
    officer = models.UUIDField(null=True, db_comment="pseudonym: account that took it over")
    waits_on = models.DateField(null=True, db_comment="plain")
    provisional = models.BooleanField(default=False, db_comment="plain")
    begun_at = models.DateTimeField(db_comment="plain")
    begun_by = models.UUIDField(db_comment=SOMEBODY)
    saved_at = models.DateTimeField(db_comment="plain")
    saved_by = models.UUIDField(db_comment=SOMEBODY)
    submitted_at = models.DateTimeField(null=True, db_comment="plain")
    submitted_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    asked_at = models.DateTimeField(null=True, db_comment="plain")
    asked_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    asked_sealed = models.BinaryField(null=True, db_comment="personal: sealed; what has to be completed")
    accepted_at = models.DateTimeField(null=True, db_comment="plain")
    accepted_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    silent = models.BooleanField(default=False, db_comment="plain")
    extended_at = models.DateTimeField(null=True, db_comment="plain")
    extended_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    extended_sealed = models.BinaryField(null=True, db_comment="personal: sealed; why the limit was extended")
    closed_at = models.DateTimeField(null=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    ground = models.CharField(max_length=40, default="", blank=True, db_comment="plain")
    reasons_sealed = models.BinaryField(null=True, db_comment="personal: sealed; why it ended as it did")
    products = models.JSONField(default=list, db_comment="plain")
    tries = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    failure = models.CharField(max_length=80, default="", blank=True, db_comment="plain")
    package = models.UUIDField(null=True, db_comment="plain")
    pack_tries = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    pack_after = models.DateTimeField(null=True, db_comment="plain")
    grade = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    remark_sealed = models.BinaryField(null=True, db_comment="personal: sealed; the applicant's words")
    rated_at = models.DateTimeField(null=True, db_comment="plain")
    rated_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    answer_sealed = models.BinaryField(null=True, db_comment="personal: sealed; the office's answer to the rating")
    answered_at = models.DateTimeField(null=True, db_comment="plain")
    answered_by = models.UUIDField(null=True, db_comment=SOMEBODY)

    class Meta:
        indexes = (
            models.Index(fields=["waits_on", "id", "desk_code", "officer", "provisional", "matter"],
                         condition=Q(waits_on__isnull=False), name="application_queue"),
            models.Index(fields=["officer", "waits_on", "id"], condition=Q(waits_on__isnull=False),
                         name="application_of_officer"),
            models.Index(fields=["organisation"], condition=Q(organisation__isnull=False),
                         name="application_of_organisation"),
            models.Index(fields=["state"], condition=Q(state="granted"), name="application_to_deliver"),
            models.Index(fields=["closed_at"], condition=Q(package=None, closed_at__isnull=False),
                         name="application_to_pack"),
        )
        constraints = (
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="application_number_once",
                                    violation_error_message="A number belongs to one application."),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="application_state_known",
                                   violation_error_message="An application is in a known state."),
            models.CheckConstraint(condition=Q(grade=None) | Q(grade__in=GRADES), name="application_grade_known",
                                   violation_error_message="A grade is a whole number from 1 to 5."),
            models.CheckConstraint(
                condition=Q(waits_on=None) | Q(state__in=AT_DESK), name="application_waits_at_a_desk",
                violation_error_message="Only what lies at a desk waits for it.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.matter} {self.number or self.ref}"


class DeskLoad(Row):
    """How many applications lie at a desk with an officer by a day. Rows of the same place add up: each move writes
    what it changes, so that nobody waits for anybody, and they are folded into one from time to time."""

    desk_code = models.CharField(max_length=12, db_comment="plain")
    officer = models.UUIDField(null=True, db_comment="pseudonym: account that took them over")
    waits_on = models.DateField(db_comment="plain")
    provisional = models.BooleanField(db_comment="plain")
    count = models.IntegerField(db_comment="plain")

    class Meta:
        indexes = (models.Index(fields=["desk_code", "officer", "waits_on", "provisional", "count"],
                                name="desk_load_summed"),)

    def __str__(self) -> str:
        return f"{self.count} at {self.desk_code} by {self.waits_on}"


class Stage(Row):
    """One step of an application that was begun, and what came of it; or a decision against the applicant that was
    proposed (a refusal, or not to accept it) and its second reading."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="stages", db_comment="plain")
    step = models.CharField(max_length=40, db_comment="plain")
    desk_code = models.CharField(max_length=12, db_comment="plain")
    reading = models.BooleanField(default=False, db_comment="plain")
    stops = models.BooleanField(default=False, db_comment="plain")
    ground = models.CharField(max_length=40, default="", blank=True, db_comment="plain")
    due_on = models.DateField(null=True, db_comment="plain")
    begun_at = models.DateTimeField(db_comment="plain")
    begun_by = models.UUIDField(db_comment=SOMEBODY)
    finished_at = models.DateTimeField(null=True, db_comment="plain")
    finished_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    favourable = models.BooleanField(null=True, db_comment="plain")
    finding_sealed = models.BinaryField(null=True, db_comment="personal: sealed; what was found, or why to refuse")
    remark_sealed = models.BinaryField(null=True, db_comment="personal: sealed; why a proposal was sent back")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["application", "step"], condition=Q(reading=False), name="stage_once",
                                    violation_error_message="A step is taken once."),
            models.UniqueConstraint(fields=["application"], condition=Q(reading=True, finished_at=None),
                                    name="reading_one_open",
                                    violation_error_message="One proposal at a time is read."),
            models.CheckConstraint(
                condition=Q(reading=False) | Q(finished_by=None) | ~Q(finished_by=models.F("begun_by")),
                name="reading_by_another",
                violation_error_message="Somebody else reads a decision against the applicant a second time.",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, finished_by=None)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
                name="stage_finished_whole", violation_error_message="A finished step has who finished it when.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.step} of {self.application_id}"


class Opinion(Row):
    """What one body is asked in a joint step, and what it answered."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    application = models.ForeignKey(Application, models.CASCADE, related_name="opinions", db_comment="plain")
    step = models.CharField(max_length=40, db_comment="plain")
    body = models.CharField(max_length=40, db_comment="plain")
    desk_code = models.CharField(max_length=12, db_comment="plain")
    state = models.CharField(max_length=6, choices=[*OPINION_LABELS.items()], db_comment="plain")
    due_on = models.DateField(db_comment="plain")
    provisional = models.BooleanField(default=False, db_comment="plain")
    asked_at = models.DateTimeField(db_comment="plain")
    asked_by = models.UUIDField(db_comment=SOMEBODY)
    given_at = models.DateTimeField(null=True, db_comment="plain")
    given_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    favourable = models.BooleanField(null=True, db_comment="plain")
    finding_sealed = models.BinaryField(null=True, db_comment="personal: sealed; what the body answered")

    class Meta:
        indexes = (models.Index(fields=["due_on", "id", "desk_code"], condition=Q(state="asked"),
                                name="opinion_still_out"),)
        constraints = (
            models.UniqueConstraint(fields=["application", "step", "body"], name="opinion_once",
                                    violation_error_message="A body is asked once in a step."),
            models.CheckConstraint(
                condition=Q(state="asked", given_at=None, favourable=None)
                | ~Q(state="asked") & Q(given_at__isnull=False, favourable__isnull=False),
                name="opinion_given_whole", violation_error_message="An opinion that was given says what and when.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.body} on {self.application_id}"


class Promise(Row):
    """A promise that stood in place of a paper when it was granted: its check, and what came of it. What was promised
    stands in the application's content."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="promises", db_comment="plain")
    material = models.CharField(max_length=40, db_comment="plain")
    desk_code = models.CharField(max_length=12, db_comment="plain")
    state = models.CharField(max_length=8, choices=[*PROMISE_LABELS.items()], db_comment="plain")
    due_on = models.DateField(db_comment="plain")
    provisional = models.BooleanField(default=False, db_comment="plain")
    owed_at = models.DateTimeField(db_comment="plain")
    owed_by = models.UUIDField(db_comment=SOMEBODY)
    checked_at = models.DateTimeField(null=True, db_comment="plain")
    checked_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    finding_sealed = models.BinaryField(null=True, db_comment="personal: sealed; what the check found")
    answered_at = models.DateTimeField(null=True, db_comment="plain")
    answered_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    answer_sealed = models.BinaryField(null=True, db_comment="personal: sealed; what the applicant mended")
    mended_at = models.DateTimeField(null=True, db_comment="plain")
    mended_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    proposed_at = models.DateTimeField(null=True, db_comment="plain")
    proposed_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    reasons_sealed = models.BinaryField(null=True, db_comment="personal: sealed; why to revoke, with the evidence")
    read_at = models.DateTimeField(null=True, db_comment="plain")
    read_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    remark_sealed = models.BinaryField(null=True, db_comment="personal: sealed; why it was sent back")
    barred_until = models.DateField(null=True, db_comment="plain")

    class Meta:
        indexes = (models.Index(fields=["state", "desk_code", "due_on"], name="promise_to_check"),)
        constraints = (
            models.UniqueConstraint(fields=["application", "material"], name="promise_once",
                                    violation_error_message="A paper is promised once in an application."),
            models.CheckConstraint(condition=Q(state__in=list(PromiseState)), name="promise_state_known",
                                   violation_error_message="A promise is in a known state."),
            models.CheckConstraint(
                condition=Q(read_by=None) | Q(proposed_by__isnull=False) & ~Q(read_by=models.F("proposed_by")),
                name="promise_read_by_another",
                violation_error_message="Somebody else reads a decision against the applicant a second time."),
            models.CheckConstraint(
                condition=Q(state="broken", read_by__isnull=False, barred_until__isnull=False)
                | ~Q(state="broken") & Q(barred_until=None), name="promise_broken_whole",
                violation_error_message="A promise that was found broken was read twice, and says how long none is"
                                        " taken."),
        )

    def __str__(self) -> str:
        return f"{self.material} of {self.application_id}"


class Hearing(Row):
    """The right to a hearing of which the applicant was told, and what came of it: asked for, called, held."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="hearings", db_comment="plain")
    state = models.CharField(max_length=10, choices=[*HEARING_LABELS.items()], db_comment="plain")
    told_at = models.DateTimeField(db_comment="plain")
    told_by = models.UUIDField(db_comment=SOMEBODY)
    told_sealed = models.BinaryField(null=True, db_comment="personal: sealed; what the office means to decide, and why")
    ask_until = models.DateField(db_comment="plain")
    asked_at = models.DateTimeField(null=True, db_comment="plain")
    asked_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    asked_sealed = models.BinaryField(null=True, db_comment="personal: sealed; why it was asked for")
    called_at = models.DateTimeField(null=True, db_comment="plain")
    called_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    sits_from = models.DateTimeField(null=True, db_comment="plain")
    place = models.CharField(max_length=200, default="", blank=True, db_comment="plain")
    ended_at = models.DateTimeField(null=True, db_comment="plain")
    ended_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    record_sealed = models.BinaryField(null=True, db_comment="personal: sealed; the record of the hearing")

    class Meta:
        indexes = (models.Index(fields=["ask_until"], condition=Q(state="offered"), name="hearing_to_lapse"),)
        constraints = (
            models.UniqueConstraint(fields=["application"], name="hearing_once",
                                    violation_error_message="An application has one hearing."),
            models.CheckConstraint(condition=Q(state__in=list(HearingState)), name="hearing_state_known",
                                   violation_error_message="A hearing is in a known state."),
            models.CheckConstraint(
                condition=~Q(state__in=("called", "held")) | Q(sits_from__isnull=False) & ~Q(place=""),
                name="hearing_has_its_day", violation_error_message="A hearing that was called has its day and place.",
            ),
        )

    def __str__(self) -> str:
        return f"hearing of {self.application_id}"
