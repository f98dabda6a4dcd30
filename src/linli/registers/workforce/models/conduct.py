from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.workforce import states
from linli.registers.workforce.models.profession import known
from linli.registers.workforce.rules.conduct import Ground, Penalty


class Honour(Row):
    """An award that somebody got, with who gave it and by which document."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: of one person's file")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of the person")
    practitioner = models.ForeignKey("practitioners.Practitioner", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="pseudonym: whose passport was named")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    award = models.CharField(max_length=60, db_comment="personal: on the passport; emptied on erasure")
    giver = models.CharField(max_length=100, db_comment="personal: who gave it; emptied on erasure")
    basis = models.CharField(max_length=120, db_comment="personal: document of the award; emptied on erasure")
    awarded_on = models.DateField(db_comment="personal: when somebody was honoured")
    shown = models.BooleanField(default=True, db_comment="plain")
    """Whether it stands on the passport; the person chooses."""
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the account that recorded it")
    withdrawn_at = models.DateTimeField(null=True, db_comment="plain")
    withdrawn_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that withdrew it")
    reasons_sealed = models.BinaryField(null=True, db_comment="sealed: why it was withdrawn, under the person's key")

    class Meta:
        constraints = (
            known("honour_state_known", states.Honour, _("An honour stands or was withdrawn.")),
            models.UniqueConstraint(
                fields=("person", "award", "awarded_on"), condition=Q(state=states.Honour.STANDING) & ~Q(award=""),
                name="honour_once", violation_error_message=_("This honour is recorded already."),
            ),
            models.CheckConstraint(
                condition=Q(state=states.Honour.STANDING, withdrawn_at=None, withdrawn_by=None)
                | Q(state=states.Honour.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="honour_withdrawn_by_somebody",
                violation_error_message=_("Who withdrew an honour is kept with when."),
            ),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Sanction(Row):
    """What an office proposes against somebody, and decides once they were heard. What was done stands in its steps."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: of one person's file")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of the person")
    practitioner = models.ForeignKey("practitioners.Practitioner", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="pseudonym: whose passport was named")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    penalty = models.CharField(max_length=10, db_comment="personal: on the passport while it forbids the work")
    ground = models.CharField(max_length=12, db_comment="personal: word of a closed list, on the passport likewise")
    months = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    """How long it is to last; none for a bar without end."""
    answer_by_on = models.DateField(db_comment="plain")
    """The last day on which the person may speak before it is decided."""
    from_on = models.DateField(null=True, db_comment="plain")
    until_on = models.DateField(null=True, db_index=True, db_comment="plain")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")

    class Meta:
        constraints = (
            known("sanction_state_known", states.Sanction, _("A sanction is in one of its states.")),
            known("sanction_penalty_known", Penalty, _("A sanction is a warning, a suspension or a bar."), "penalty"),
            known("sanction_ground_known", Ground, _("A ground is one of the list."), "ground"),
            models.UniqueConstraint(
                fields=("person", "ground"), condition=Q(state=states.Sanction.PROPOSED), name="sanction_proposed_once",
                violation_error_message=_("A sanction on this ground is proposed already."),
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="sanction_ends_after_it_begins",
                violation_error_message=_("A sanction ends after it begins."),
            ),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Step(Row):
    """Something that was done about a sanction, with its words. Rows are only added."""

    sanction = models.ForeignKey(Sanction, models.CASCADE, related_name="steps", db_comment="plain")
    move = models.CharField(max_length=20, db_comment="plain")
    words_sealed = models.BinaryField(null=True, db_comment="sealed: what was said, under the person's key")
    taken_at = models.DateTimeField(db_comment="plain")
    taken_by = models.UUIDField(db_comment="pseudonym: ref of the account that did it")

    def __str__(self) -> str:
        return f"{self.move} of {self.sanction_id}"
