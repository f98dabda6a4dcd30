from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.practitioners.rules import Withdrawal
from linli.registers.practitioners.states import State


class Practitioner(Row):
    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: a colleague")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, to_field="ref", related_name="+", db_comment="pseudonym: ref of the person"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, to_field="ref", related_name="+", db_comment="plain"
    )
    number = models.CharField(max_length=11, unique=True, db_comment="pseudonym: passport number, shown at the door")
    title = models.CharField(max_length=60, db_comment="plain")
    public_name = models.CharField(
        max_length=60, blank=True,
        db_comment="personal: shown on the passport, so that residents know who comes; by consent, emptied on erasure",
    )
    gender = models.CharField(max_length=6, blank=True, db_comment="personal: residents may ask for a woman or a man")
    languages = models.JSONField(default=list, db_comment="personal: residents may ask for a language")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    bars = models.JSONField(default=list, db_comment="personal: when an office forbids this work; the passport is red")
    """Pairs of first day and end; kept by `actions.show_bars`."""
    joined_on = models.DateField(db_comment="plain")
    added_at = models.DateTimeField(db_comment="plain")
    added_by = models.UUIDField(db_comment="pseudonym: ref of the account that added them")
    left_at = models.DateTimeField(null=True, db_comment="plain")
    left_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that noted it")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person", "organisation"), name="practitioner_once",
                violation_error_message=_("This person is on the staff already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="practitioner_state_known",
                violation_error_message=_("A practitioner works here or has left."),
            ),
            models.CheckConstraint(
                condition=Q(state=State.ACTIVE, left_at=None, left_by=None)
                | Q(state=State.LEFT, left_at__isnull=False, left_by__isnull=False),
                name="practitioner_left_by_somebody",
                violation_error_message=_("Who noted that somebody left is kept with when."),
            ),
            models.CheckConstraint(
                condition=Q(gender__in=["", "female", "male"]), name="practitioner_gender_known",
                violation_error_message=_("A gender is female, male or not given."),
            ),
        )

    def __str__(self) -> str:
        return self.number


class Credential(Row):
    """A paper that somebody holds, valid from `valid_from` until the day before `valid_until`."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="credentials", db_comment="plain")
    kind = models.CharField(max_length=30, db_comment="personal: what somebody is qualified for; shown on the passport")
    level = models.CharField(max_length=10, blank=True, default="", db_comment="personal: how far qualified")
    registered = models.BooleanField(default=False, db_comment="plain")
    """It comes from a register, which alone strikes it off again."""
    number_sealed = models.BinaryField(null=True, db_comment="sealed: number on the paper, under the person's key")
    issuer = models.CharField(max_length=100, blank=True, db_comment="plain")
    valid_from = models.DateField(db_comment="plain")
    valid_until = models.DateField(null=True, db_index=True, db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the account that recorded it")
    withdrawn_at = models.DateTimeField(null=True, db_comment="plain")
    withdrawn_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that withdrew it")
    withdrawn_for = models.CharField(max_length=10, blank=True, db_comment="plain")
    announced_at = models.DateTimeField(null=True, db_comment="plain")
    announced_by = models.UUIDField(null=True, db_comment="pseudonym: ref of who told that it lapses")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="credential_has_a_period",
                violation_error_message=_("A credential ends after it begins."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_for="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False,
                    withdrawn_for__in=[why.value for why in Withdrawal]),
                name="credential_withdrawn_whole",
                violation_error_message=_("Who withdrew a credential is kept with when and why."),
            ),
            models.CheckConstraint(
                condition=Q(announced_at=None, announced_by=None)
                | Q(announced_at__isnull=False, announced_by__isnull=False),
                name="credential_announced_by_somebody",
                violation_error_message=_("Who announced a lapse is kept with when."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.practitioner_id}"
