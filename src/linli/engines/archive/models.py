from typing import Any

from django.db import connections, models
from django.db.models import Q

from linli.engines.archive.rules import FAULTS, KINDS, NO_FAULT
from linli.kernel.refs import new_ref
from linli.kernel.rows import Row


class OwnerKey(Row):
    """The key of an owner for whom no other context keeps one. Deleting the row is what erasing means."""

    owner = models.CharField(max_length=60, unique=True, db_comment="pseudonym: scope of whose key it is")
    wrapped = models.BinaryField(db_comment="plain: wrapped key, opened by the node's master key only")
    made_at = models.DateTimeField(db_comment="plain")
    made_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    def __str__(self) -> str:
        return f"key of {self.owner}"


class File(Row):
    """A file as it was sent. Its bytes lie sealed in the archive's folder, under its ref."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    owner = models.CharField(max_length=60, db_comment="pseudonym: scope of whose key seals it")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in KINDS], db_comment="plain")
    size = models.PositiveBigIntegerField(db_comment="plain")
    sha256 = models.CharField(max_length=64, blank=True, db_comment="pseudonym: digest of what was sent")
    name_sealed = models.BinaryField(null=True, db_comment="sealed: the name it came with")
    kept_at = models.DateTimeField(db_comment="plain")
    kept_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    cleared_at = models.DateTimeField(null=True, db_comment="plain")
    cleared_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(cleared_at=None, name_sealed__isnull=False) & ~Q(sha256="")
                | Q(cleared_at__isnull=False, name_sealed=None, sha256=""),
                name="file_whole_or_cleared",
                violation_error_message="Of a file that was cleared, nothing but its kind and size is left.",
            ),
        )
        indexes = (models.Index(fields=["owner"], condition=Q(cleared_at=None), name="file_of_owner"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Package(Row):
    """What was packed at one moment and never changes: the database refuses to alter or delete it."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    file = models.OneToOneField(File, models.PROTECT, related_name="+", db_comment="plain")
    sha256 = models.CharField(max_length=64, db_comment="plain")
    files = models.PositiveIntegerField(db_comment="plain")
    forever = models.BooleanField(db_comment="plain")
    until_on = models.DateField(null=True, db_comment="plain")
    packed_at = models.DateTimeField(db_comment="plain")
    packed_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(forever=True, until_on=None) | Q(forever=False, until_on__isnull=False),
                name="package_for_ever_or_until",
                violation_error_message="A package is kept for ever, which is said, or until a day, which is named.",
            ),
        )

    def __str__(self) -> str:
        return f"package {self.ref}"


class Fixity(Row):
    """When a package was last looked at, and whether it is still what was packed."""

    package = models.OneToOneField(Package, models.PROTECT, related_name="fixity", db_comment="plain")
    fault = models.CharField(max_length=10, default=NO_FAULT, blank=True, db_comment="plain",
                             choices=[(fault, fault) for fault in FAULTS])
    checked_at = models.DateTimeField(db_index=True, db_comment="plain")
    checked_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    def __str__(self) -> str:
        return f"{self.package} {self.fault or 'sound'}"


_REFUSES = "a package is never changed"


def freeze(*, using: str = "default", **_: Any) -> None:
    """Have the database itself refuse to change or delete packages; whoever writes past the actions too."""
    connection, table = connections[using], Package._meta.db_table
    if table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for move in ("update", "delete"):
                cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {table}_no_{move} BEFORE {move} ON {table}"
                               f" BEGIN SELECT RAISE(ABORT, '{_REFUSES}'); END")
            return
        cursor.execute(f"CREATE OR REPLACE FUNCTION {table}_frozen() RETURNS trigger LANGUAGE plpgsql AS"
                       f" $$ BEGIN RAISE EXCEPTION '{_REFUSES}'; END $$")
        cursor.execute(f"CREATE OR REPLACE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}"
                       f" FOR EACH ROW EXECUTE FUNCTION {table}_frozen()")
