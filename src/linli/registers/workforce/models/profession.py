from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.workforce import states
from linli.registers.workforce.rules import Kind, Level, Study


def known(name: str, values: type[StrEnum], message: Any, field: str = "state") -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": [one.value for one in values]}),
        name=name, violation_error_message=message,
    )


class Registration(Row):
    """One application of somebody for one level, and the term that it gave."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: of one person's file")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of the person")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    level = models.CharField(max_length=10, db_comment="personal: what somebody is qualified for; on the passport")
    kind = models.CharField(max_length=10, db_comment="plain")
    certificate_sealed = models.BinaryField(db_comment="sealed: number of the certificate, under the person's key")
    certificate_key = models.CharField(
        max_length=64, blank=True, db_comment="pseudonym: keyed digest of the number, so that nobody uses another's")
    certified_on = models.DateField(db_comment="personal: when the certificate was given")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    from_on = models.DateField(null=True, db_comment="plain")
    until_on = models.DateField(null=True, db_index=True, db_comment="plain")
    applied_at = models.DateTimeField(db_comment="plain")
    applied_by = models.UUIDField(db_comment="pseudonym: ref of the account that applied")
    decided_at = models.DateTimeField(null=True, db_comment="plain")
    decided_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that decided")
    reasons_sealed = models.BinaryField(null=True, db_comment="sealed: why it was refused, under the person's key")
    announced_at = models.DateTimeField(null=True, db_comment="plain")
    announced_by = models.UUIDField(null=True, db_comment="pseudonym: ref of who told that it ends")

    class Meta:
        constraints = (
            known("registration_state_known", states.Registration, _("A registration is in one of its states.")),
            known("registration_level_known", Level, _("A level is one of the three."), "level"),
            known("registration_kind_known", Kind, _("An application is first, renewal or late."), "kind"),
            models.UniqueConstraint(
                fields=("person",), condition=Q(state=states.Registration.APPLIED), name="registration_one_at_a_time",
                violation_error_message=_("One application waits already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[states.Registration.REGISTERED, states.Registration.REVOKED],
                            from_on__isnull=False, until_on__gt=F("from_on"))
                | Q(~Q(state__in=[states.Registration.REGISTERED, states.Registration.REVOKED]), from_on=None,
                    until_on=None),
                name="registration_has_its_term", violation_error_message=_("Who is registered has a term."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.level} {self.ref}"


class Learning(Row):
    """Something that somebody learnt, as far as it may count for the term in which it ended."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: of one person's file")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of the person")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    study = models.CharField(max_length=12, db_comment="plain")
    subject_sealed = models.BinaryField(db_comment="sealed: what was learnt and from whom, under the person's key")
    certificate_sealed = models.BinaryField(null=True, db_comment="sealed: number of the certificate")
    certificate_key = models.CharField(
        max_length=64, blank=True, db_comment="pseudonym: keyed digest of the number, so that it counts once")
    first_on = models.DateField(db_comment="personal: when somebody learnt")
    last_on = models.DateField(db_comment="personal: when somebody learnt")
    minutes = models.PositiveIntegerField(db_comment="personal: how long somebody learnt")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    reported_at = models.DateTimeField(db_comment="plain")
    reported_by = models.UUIDField(db_comment="pseudonym: ref of the account that reported it")
    decided_at = models.DateTimeField(null=True, db_comment="plain")
    decided_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that checked it")
    reasons_sealed = models.BinaryField(null=True, db_comment="sealed: why it does not count, under the person's key")

    class Meta:
        constraints = (
            known("learning_state_known", states.Learning, _("What was learnt is in one of its states.")),
            known("learning_study_known", Study, _("A kind of learning is one of the list."), "study"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on"), minutes__gt=0), name="learning_has_its_days",
                                   violation_error_message=_("Learning ends after it begins, and takes time.")),
            models.UniqueConstraint(
                fields=("person",), name="learning_one_degree",
                condition=Q(study=Study.DEGREE, state__in=[states.Learning.REPORTED, states.Learning.CONFIRMED]),
                violation_error_message=_("A degree counts once."),
            ),
            models.UniqueConstraint(
                fields=("person", "certificate_key"), name="learning_certificate_once",
                condition=Q(state__in=[states.Learning.REPORTED, states.Learning.CONFIRMED])
                & ~Q(certificate_key=""),
                violation_error_message=_("A certificate counts once."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.study} {self.ref}"


class Station(Row):
    """A social-work station: premises that an organisation runs with people of its own."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    facility = models.ForeignKey("places.Facility", models.PROTECT, to_field="ref", related_name="+",
                                 db_comment="plain")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    opened_at = models.DateTimeField(db_comment="plain")
    opened_by = models.UUIDField(db_comment="pseudonym: ref of the account that set it up")
    closed_at = models.DateTimeField(null=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that closed it")

    class Meta:
        constraints = (
            known("station_state_known", states.Station, _("A station is open or shut.")),
            models.UniqueConstraint(fields=("facility",), condition=Q(state=states.Station.OPEN),
                                    name="station_once",
                                    violation_error_message=_("These premises are a station already.")),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Assignment(Row):
    """Somebody of the organisation's staff who works at its station."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    station = models.ForeignKey(Station, models.CASCADE, related_name="assignments", db_comment="plain")
    practitioner = models.ForeignKey("practitioners.Practitioner", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="pseudonym: a colleague")
    leads = models.BooleanField(default=False, db_comment="plain")
    from_on = models.DateField(db_comment="plain")
    assigned_at = models.DateTimeField(db_comment="plain")
    assigned_by = models.UUIDField(db_comment="pseudonym: ref of the account that assigned them")
    ended_at = models.DateTimeField(null=True, db_comment="plain")
    ended_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that ended it")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("practitioner",), condition=Q(ended_at=None), name="assignment_once",
                                    violation_error_message=_("Somebody works at one station at a time.")),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Vacancy(Row):
    """Posts that an organisation advertises, until the day before `closes_on`."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    title = models.CharField(max_length=60, db_comment="plain")
    description = models.TextField(db_comment="plain")
    level = models.CharField(max_length=10, blank=True, db_comment="plain")
    """The lowest level of registration that the post asks for; empty where it asks for none."""
    places = models.PositiveSmallIntegerField(db_comment="plain")
    pay_from_fen = models.PositiveIntegerField(null=True, db_comment="plain")
    pay_until_fen = models.PositiveIntegerField(null=True, db_comment="plain")
    closes_on = models.DateField(db_index=True, db_comment="plain")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    advertised_at = models.DateTimeField(db_comment="plain")
    advertised_by = models.UUIDField(db_comment="pseudonym: ref of the account that advertised it")

    class Meta:
        constraints = (
            known("vacancy_state_known", states.Vacancy, _("A vacancy is in one of its states.")),
            models.CheckConstraint(condition=Q(places__gt=0), name="vacancy_has_places",
                                   violation_error_message=_("A vacancy has at least one place.")),
        )

    def __str__(self) -> str:
        return self.title


class Candidacy(Row):
    """Somebody's application for a post."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: of one person's file")
    vacancy = models.ForeignKey(Vacancy, models.CASCADE, related_name="candidacies", db_comment="plain")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of the person")
    letter_sealed = models.BinaryField(db_comment="sealed: what they wrote, under the person's key")
    answer_sealed = models.BinaryField(null=True, db_comment="sealed: what was answered, under the person's key")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    sent_at = models.DateTimeField(db_comment="plain")
    sent_by = models.UUIDField(db_comment="pseudonym: ref of the account that sent it")
    settled_at = models.DateTimeField(null=True, db_comment="plain")
    settled_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that answered last")

    class Meta:
        constraints = (
            known("candidacy_state_known", states.Candidacy, _("An application is in one of its states.")),
            models.UniqueConstraint(
                fields=("vacancy", "person"), name="candidacy_once",
                condition=Q(state__in=[states.Candidacy.SENT, states.Candidacy.OFFERED, states.Candidacy.TAKEN]),
                violation_error_message=_("You have applied for this post already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Allowance(Row):
    """What somebody claims for one month at their registered level; the organisation confirms, the office pays."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: of one person's file")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of the person")
    practitioner = models.ForeignKey("practitioners.Practitioner", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="pseudonym: a colleague")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="plain")
    station = models.ForeignKey(Station, models.PROTECT, null=True, related_name="allowances", db_comment="plain")
    """Where they worked at the end of the month, if at a station."""
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    level = models.CharField(max_length=10, db_comment="personal: what somebody is qualified for; on the passport")
    month = models.DateField(db_comment="plain")
    amount_fen = models.PositiveIntegerField(db_comment="personal: what somebody is paid")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    claimed_at = models.DateTimeField(db_comment="plain")
    claimed_by = models.UUIDField(db_comment="pseudonym: ref of the account that claimed it")
    confirmed_at = models.DateTimeField(null=True, db_comment="plain")
    confirmed_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that confirmed the work")
    settled_at = models.DateTimeField(null=True, db_comment="plain")
    settled_by = models.UUIDField(null=True, db_comment="pseudonym: ref of who paid, refused or took it back")
    paid_on = models.DateField(null=True, db_comment="plain")
    voucher = models.CharField(max_length=40, blank=True, db_comment="plain")
    """The number by which the payment stands in the books."""
    reasons_sealed = models.BinaryField(null=True, db_comment="sealed: why it was refused, under the person's key")

    class Meta:
        constraints = (
            known("allowance_state_known", states.Allowance, _("An allowance is in one of its states.")),
            known("allowance_level_known", Level, _("A level is one of the three."), "level"),
            models.UniqueConstraint(
                fields=("person", "month"), name="allowance_once_a_month",
                condition=Q(state__in=[states.Allowance.CLAIMED, states.Allowance.CONFIRMED, states.Allowance.PAID]),
                violation_error_message=_("An allowance is claimed once for a month."),
            ),
            models.CheckConstraint(
                condition=Q(state=states.Allowance.PAID, paid_on__isnull=False) & ~Q(voucher="")
                | Q(~Q(state=states.Allowance.PAID), paid_on=None, voucher=""),
                name="allowance_paid_whole",
                violation_error_message=_("What was paid has its day and its number."),
            ),
        )

    def __str__(self) -> str:
        return str(self.ref)
