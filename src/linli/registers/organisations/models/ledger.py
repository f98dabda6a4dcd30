from typing import Any

from django.db import connections, models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.organisations.models.organisation import Organisation


class Filing(Row):
    """One entry of the ledger. Never changed and never deleted: the database refuses it (see `prepare`)."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="filings", db_comment="plain")
    kind = models.CharField(max_length=20, db_comment="plain")
    number = models.CharField(max_length=60, blank=True, default="", db_comment="plain")
    effective_on = models.DateField(db_comment="plain")
    filed_at = models.DateTimeField(db_comment="plain")
    filed_by = models.UUIDField(db_comment="pseudonym: ref of the account that filed")
    changes = models.JSONField(db_comment="plain: what the register says of an organisation and its officeholders")
    basis = models.CharField(max_length=300, blank=True, default="", db_comment="plain")
    cause = models.CharField(max_length=1000, blank=True, default="", db_comment="plain")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections", db_comment="plain")
    application = models.UUIDField(null=True, db_comment="pseudonym: ref of the application that led to it")

    class Meta:
        indexes = (
            models.Index(fields=["application"], condition=Q(application__isnull=False), name="filing_by_application"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["correction", "annulment"], corrects__isnull=False) & ~Q(cause="")
                | ~Q(kind__in=["correction", "annulment"]) & Q(corrects=None),
                name="filing_correction_whole",
                violation_error_message=_("A correction names what it corrects, and why."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.organisation_id}"


class FormerName(Row):
    """A name that an organisation no longer has. Made anew from its filings."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="former_names", db_comment="plain")
    name = models.CharField(max_length=100, db_index=True, db_comment="plain")
    until = models.DateField(db_comment="plain")
    revoked = models.BooleanField(default=False, db_comment="plain: the change to it was revoked on that day")

    def __str__(self) -> str:
        return f"{self.name} until {self.until}"


class Office(Row):
    """Who holds or held which post. Made anew from the organisation's filings."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="offices", db_comment="plain")
    key = models.CharField(max_length=120, db_comment="plain")
    name = models.CharField(max_length=60, db_index=True, db_comment="plain: public by law, as in the register")
    post = models.CharField(max_length=20, db_comment="plain")
    person = models.UUIDField(null=True, db_index=True, db_comment="pseudonym: ref of the person")
    since = models.DateField(db_comment="plain")
    until = models.DateField(null=True, db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                "organisation", "key", name="office_once",
                violation_error_message=_("A register tells of one post of one person once."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.post} of {self.organisation_id}"


def prepare(using: str = "default", **_more: Any) -> None:
    """After migrating: the database itself refuses to change or delete a filing."""
    if using != "default":
        return
    connection = connections[using]
    table = Filing._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE OR REPLACE FUNCTION linli_ledger_keeps() RETURNS trigger LANGUAGE plpgsql AS"
                           " $$ BEGIN RAISE EXCEPTION 'a filing is never changed'; END $$")
            cursor.execute(f"CREATE OR REPLACE TRIGGER ledger_keeps BEFORE UPDATE OR DELETE ON {table}"
                           " FOR EACH ROW EXECUTE FUNCTION linli_ledger_keeps()")
            return
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS ledger_keeps_{verb.lower()} BEFORE {verb} ON {table}"
                           " BEGIN SELECT RAISE(ABORT, 'a filing is never changed'); END")
