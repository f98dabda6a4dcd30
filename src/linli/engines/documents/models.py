from django.db import models
from django.db.models import F, Q

from linli.engines.documents.rules.states import Reason, State, Withdrawal
from linli.kernel.rows import Row


class SigningKey(Row):
    """A key that signs documents, from when until when, with its certificate and the authority's. The secret part is
    in no table. One that was withdrawn signs nothing more, and its certificate stands on the authority's list."""

    ref = models.UUIDField(unique=True, db_comment="plain")
    number = models.PositiveIntegerField(unique=True, db_comment="plain")
    certificates = models.TextField(db_comment="plain")
    test = models.BooleanField(db_comment="plain")
    since = models.DateTimeField(db_comment="plain")
    until = models.DateTimeField(db_comment="plain")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    withdrawn_at = models.DateTimeField(null=True, db_comment="plain")
    withdrawn_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")
    withdrawn_for = models.CharField(max_length=20, choices=[(w.value, w.value) for w in Withdrawal], default="",
                                     blank=True, db_comment="plain")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_for="")
                                   | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_for=""),
                                   name="signing_key_withdrawn_whole",
                                   violation_error_message="A key that was withdrawn says when, by whom and why."),
        )

    def __str__(self) -> str:
        return f"signing key {self.number}"


class RevocationList(Row):
    """What our own test authority says of its certificates: the newest list, signed by it (RFC 5280, 5)."""

    authority = models.CharField(max_length=64, unique=True, db_comment="plain")
    """SHA-256 of its certificate."""
    number = models.PositiveIntegerField(db_comment="plain")
    der = models.BinaryField(db_comment="plain")
    since = models.DateTimeField(db_comment="plain")
    until = models.DateTimeField(db_comment="plain")

    def __str__(self) -> str:
        return f"revocation list {self.number}"


class Document(Row):
    """One that was issued. What it says is sealed: under the key of the person it was issued to, so that it goes with
    them; else under a key of its own."""

    ref = models.UUIDField(unique=True, db_comment="plain")
    number = models.CharField(max_length=20, unique=True, db_comment="pseudonym: stands on the document, and finds it")
    template = models.CharField(max_length=60, db_comment="plain")
    language = models.CharField(max_length=10, db_comment="plain")
    issuer = models.CharField(max_length=200, db_comment="plain")
    about = models.UUIDField(db_comment="pseudonym: ref of the thing it speaks of")
    holder = models.CharField(max_length=60, db_comment="pseudonym: scope of the person or body it was issued to")
    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State], default=State.VALID.value,
                             db_comment="plain")
    valid_from = models.DateField(db_comment="plain")
    valid_until = models.DateField(null=True, db_comment="plain")
    sha256 = models.CharField(max_length=64, unique=True, db_comment="pseudonym: digest of the signed file")
    size = models.PositiveIntegerField(db_comment="plain")
    data_key = models.BinaryField(null=True, db_comment="sealed: the key of this document, wrapped")
    values_sealed = models.BinaryField(db_comment="sealed: what it says")
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+", db_comment="plain")
    replaces = models.UUIDField(null=True, db_index=True, db_comment="pseudonym: ref of the document before it")
    at = models.DateTimeField(db_comment="plain")
    by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    stamped = models.DateTimeField(null=True, db_comment="plain")
    reason = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Reason], default="", blank=True,
                              db_comment="plain")
    revoked_at = models.DateTimeField(null=True, db_comment="plain")
    revoked_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                                   name="document_period",
                                   violation_error_message="A document is valid for at least a day."),
            models.CheckConstraint(condition=Q(state="valid", reason="", revoked_at=None, revoked_by=None)
                                   | ~Q(state="valid") & ~Q(reason="") & Q(revoked_at__isnull=False)
                                   & Q(revoked_by__isnull=False), name="document_taken_back_whole",
                                   violation_error_message="What was taken back says when, by whom and why."),
        )
        indexes = (
            models.Index(fields=["about", "id"], name="document_about"),
            models.Index(fields=["holder", "id"], name="document_holder"),
            models.Index(fields=["revoked_at", "id"], condition=~Q(state="valid"), name="document_revoked"),
        )

    def __str__(self) -> str:
        return f"{self.template} {self.ref}"


class Sheet(Row):
    """The signed file of a document, apart from its row, so that lists do not carry it."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="+", db_comment="plain")
    file_sealed = models.BinaryField(db_comment="sealed: the signed PDF")

    def __str__(self) -> str:
        return f"sheet of {self.document_id}"
