from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.orders.models.visits import SOMEBODY, Order
from linli.work.orders.rules import EVIDENCE, Claim, Outcome, Side
from linli.work.orders.states import PENDING, DisputeState


class Dispute(Row):
    """What one side of a visit says is written down wrongly, until it is decided; a decision is final."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one dispute")
    order = models.ForeignKey(Order, models.PROTECT, related_name="disputes", db_comment="pseudonym: the visit")
    side = models.CharField(max_length=10, db_comment="plain")
    claim = models.CharField(max_length=20, db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    raised_at = models.DateTimeField(db_comment="plain")
    raised_by = models.UUIDField(db_comment=SOMEBODY)
    answer_until = models.DateTimeField(db_comment="plain")
    closed_at = models.DateTimeField(null=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, db_comment=SOMEBODY)
    outcome = models.CharField(max_length=20, blank=True, default="", db_comment="plain")
    minutes = models.PositiveIntegerField(null=True, db_comment="plain")
    minutes_before = models.PositiveIntegerField(null=True, db_comment="plain")
    reduced_fen = models.PositiveBigIntegerField(default=0, db_comment="plain")
    reasons_sealed = models.BinaryField(null=True, db_comment="sealed: the officer's reasons, for both sides")

    class Meta:
        indexes = (models.Index(fields=["state", "raised_at"], name="dispute_pending"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in DisputeState], claim__in=[one.value for one in Claim],
                            side__in=[side.value for side in Side]), name="dispute_words_known",
                violation_error_message=_("A dispute has a known state, side and claim."),
            ),
            models.UniqueConstraint(
                fields=["order"], condition=~Q(state=DisputeState.WITHDRAWN), name="dispute_once",
                violation_error_message=_("A visit is disputed once; what was decided stays decided."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in PENDING], closed_at=None, closed_by=None)
                | Q(state__in=[DisputeState.DECIDED, DisputeState.WITHDRAWN], closed_at__isnull=False,
                    closed_by__isnull=False), name="dispute_closed_whole",
                violation_error_message=_("A closed dispute, and no other, has who closed it when."),
            ),
            models.CheckConstraint(
                condition=Q(state=DisputeState.DECIDED, outcome__in=[one.value for one in Outcome])
                | ~Q(state=DisputeState.DECIDED) & Q(outcome=""), name="dispute_outcome_known",
                violation_error_message=_("A decided dispute, and no other, has its outcome."),
            ),
        )

    def __str__(self) -> str:
        return f"dispute {self.ref}"


class Statement(Row):
    """What a side says, with a picture or paper if there is one. Sealed under the resident's key, read by both sides
    and who decides; what was said stays said."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one statement")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="statements", db_comment="plain")
    side = models.CharField(max_length=10, db_comment="plain")
    text_sealed = models.BinaryField(null=True, db_comment="sealed: a side's own words")
    file = models.UUIDField(null=True, db_comment="pseudonym: ref of a picture or paper in the archive")
    file_kind = models.CharField(max_length=5, blank=True, default="", db_comment="plain")
    file_bytes = models.PositiveIntegerField(default=0, db_comment="plain")
    said_at = models.DateTimeField(db_comment="plain")
    said_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(file_kind="", file=None, file_bytes=0)
                | Q(file_kind__in=EVIDENCE, file__isnull=False, file_bytes__gte=1),
                name="statement_file_whole",
                violation_error_message=_("A file is kept with its kind and its size."),
            ),
        )

    def __str__(self) -> str:
        return f"statement {self.ref}"
