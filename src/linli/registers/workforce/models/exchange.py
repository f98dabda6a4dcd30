from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.workforce import states
from linli.registers.workforce.models.profession import known


class News(Row):
    """A notice of the profession, for its audience from a first day until the day before `until_on`."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    trades = models.JSONField(default=list, db_comment="plain")
    levels = models.JSONField(default=list, db_comment="plain")
    """Whom it is addressed to besides; empty for every trade, every level."""
    title = models.CharField(max_length=80, db_comment="plain")
    body = models.TextField(db_comment="plain")
    from_on = models.DateField(db_comment="plain")
    until_on = models.DateField(db_index=True, db_comment="plain")
    pinned = models.BooleanField(default=False, db_comment="plain")
    state = models.CharField(max_length=10, db_index=True, db_comment="plain")
    published_at = models.DateTimeField(db_comment="plain")
    published_by = models.UUIDField(db_comment="pseudonym: ref of the account that published it")
    withdrawn_at = models.DateTimeField(null=True, db_comment="plain")
    withdrawn_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that withdrew it")
    withdrawn_for = models.CharField(max_length=200, blank=True, db_comment="plain")

    class Meta:
        constraints = (
            known("news_state_known", states.News, _("A notice is published or withdrawn.")),
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="news_ends_after_it_begins",
                                   violation_error_message=_("A notice ends after it begins.")),
            models.CheckConstraint(
                condition=Q(state=states.News.PUBLISHED, withdrawn_at=None, withdrawn_by=None, withdrawn_for="")
                | Q(state=states.News.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_for=""),
                name="news_withdrawn_whole",
                violation_error_message=_("Who withdrew a notice is kept with when and why."),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Reading(Row):
    """Somebody has read a notice."""

    news = models.ForeignKey(News, models.CASCADE, related_name="readings", db_comment="plain")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of the reader")
    read_at = models.DateTimeField(db_comment="plain")
    read_by = models.UUIDField(db_comment="pseudonym: ref of the reader's account")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("news", "person"), name="reading_once",
                                    violation_error_message=_("A notice is read once.")),
        )

    def __str__(self) -> str:
        return str(self.news_id)


class Contribution(Row):
    """What a practitioner wrote under a notice: a question, or an answer to one."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    news = models.ForeignKey(News, models.CASCADE, related_name="contributions", db_comment="plain")
    question = models.ForeignKey("self", models.CASCADE, null=True, related_name="answers", db_comment="plain")
    """The question that it answers; none where it is one itself."""
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of who wrote it")
    practitioner = models.ForeignKey("practitioners.Practitioner", models.PROTECT, to_field="ref", related_name="+",
                                     db_comment="pseudonym: under whose passport's name")
    words_sealed = models.BinaryField(db_comment="sealed: what was written, under the person's key")
    state = models.CharField(max_length=12, db_index=True, db_comment="plain")
    said_at = models.DateTimeField(db_comment="plain")
    said_by = models.UUIDField(db_comment="pseudonym: ref of the account that wrote it")
    settled_at = models.DateTimeField(null=True, db_comment="plain")
    settled_by = models.UUIDField(null=True, db_comment="pseudonym: ref of who took it back, hid or showed it")
    reasons_sealed = models.BinaryField(null=True, db_comment="sealed: why it was hidden, under the writer's key")

    class Meta:
        constraints = (
            known("contribution_state_known", states.Contribution, _("What was written is in one of its states.")),
        )

    def __str__(self) -> str:
        return str(self.ref)


class Report(Row):
    """Somebody says that what another wrote should not stand."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="reports", db_comment="plain")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: ref of who reports it")
    words_sealed = models.BinaryField(db_comment="sealed: why, under the reporting person's key")
    reported_at = models.DateTimeField(db_comment="plain")
    reported_by = models.UUIDField(db_comment="pseudonym: ref of the account that reported it")
    settled_at = models.DateTimeField(null=True, db_index=True, db_comment="plain")
    settled_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that looked into it")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("contribution", "person"), name="report_once",
                                    violation_error_message=_("You have reported this already.")),
        )

    def __str__(self) -> str:
        return str(self.contribution_id)
