from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.organisations.models.ledger import Filing
from linli.registers.organisations.models.organisation import Organisation


class Intake(Row):
    """A file that was brought in: what came of it, and how good it was. Never changed."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    source = models.CharField(max_length=200, db_comment="plain")
    on = models.DateField(db_comment="plain")
    rows = models.PositiveIntegerField(db_comment="plain")
    counts = models.JSONField(db_comment="plain: how many rows were new, changed, the same, renamed, repaired, aside")
    quality = models.JSONField(db_comment="plain: so many of so many, by property")
    ignored = models.JSONField(default=list, db_comment="plain: columns that nobody read")
    header = models.JSONField(default=list, db_comment="plain: the columns of the file")
    brought_at = models.DateTimeField(db_comment="plain")
    brought_by = models.UUIDField(db_comment="pseudonym: ref of the account that brought it in")

    def __str__(self) -> str:
        return f"{self.source} of {self.on}"


class Doubt(Row):
    """A row of a file that was put aside, or came in with something doubtful: on the work list until it is settled."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    intake = models.ForeignKey(Intake, models.PROTECT, related_name="doubts", db_comment="plain")
    row = models.PositiveIntegerField(db_comment="plain")
    aside = models.BooleanField(db_comment="plain")
    name = models.CharField(max_length=100, db_comment="plain")
    uscc = models.CharField(max_length=18, db_index=True, db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    findings = models.JSONField(db_comment="plain: by column what is wrong, and what may be meant")
    cells = models.JSONField(db_comment="personal: the row as it stood, for the office")
    settled_at = models.DateTimeField(null=True, db_comment="plain")
    settled_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the account that settled it")
    settled_how = models.CharField(max_length=300, blank=True, default="", db_comment="plain")

    class Meta:
        indexes = (
            models.Index(fields=["region_code", "id"], condition=Q(settled_at=None), name="doubt_open"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="doubt_settled_by_somebody", violation_error_message=_("Who settled a doubt is kept with when."),
            ),
        )

    def __str__(self) -> str:
        return f"row {self.row} of {self.intake_id}"


class Streamed(models.Model):
    """The place of a filing in the stream of changes: that of its fact in the journal, the same for ever."""

    position = models.PositiveBigIntegerField(primary_key=True, db_comment="plain")
    filing = models.ForeignKey(Filing, models.PROTECT, related_name="+", db_index=False, db_comment="plain")

    def __str__(self) -> str:
        return f"{self.position}"


class WatchList(Row):
    """Organisations whose changes somebody wants to be told of."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    person = models.UUIDField(db_index=True, db_comment="pseudonym: ref of the person who watches")
    name = models.CharField(max_length=60, db_comment="personal: in the words of who watches")
    made_at = models.DateTimeField(db_comment="plain")
    made_by = models.UUIDField(db_comment="pseudonym: ref of the account that made it")

    class Meta:
        constraints = (
            models.UniqueConstraint("person", "name", name="watch_list_once",
                                    violation_error_message=_("You have a list of this name already.")),
        )

    def __str__(self) -> str:
        return f"list {self.ref}"


class Reading(Row):
    """That somebody who is signed in read an entry: kept for a time, to tell them when it is corrected."""

    person = models.UUIDField(db_comment="pseudonym: ref of the person who read")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="readings", db_comment="plain")
    since = models.DateTimeField(db_comment="plain")
    latest = models.DateTimeField(db_index=True, db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint("person", "organisation", name="entry_read_once",
                                    violation_error_message=_("Who read an entry is kept once.")),
        )

    def __str__(self) -> str:
        return f"reading of {self.organisation_id}"


class Watched(Row):
    """An organisation on a list."""

    list = models.ForeignKey(WatchList, models.CASCADE, related_name="watched", db_comment="plain")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="watchers", db_comment="plain")
    added_at = models.DateTimeField(db_comment="plain")
    added_by = models.UUIDField(db_comment="pseudonym: ref of the account that added it")

    class Meta:
        constraints = (
            models.UniqueConstraint("list", "organisation", name="watched_once",
                                    violation_error_message=_("A list names an organisation once.")),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} on {self.list_id}"
