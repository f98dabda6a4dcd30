from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.accounts.states import State


class Account(AbstractBaseUser):
    """What somebody signs in with. A person's name stays sealed with the person; only officials have one here."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: the account's ref")
    username = models.CharField(
        max_length=80, unique=True, db_comment="personal: to sign in; a phone number stands as its keyed digest"
    )
    password = models.CharField(max_length=128, db_comment="personal: salted hash, to sign in")
    last_login = models.DateTimeField(null=True, blank=True, db_comment="personal: to find accounts nobody uses")
    person = models.OneToOneField(
        "people.Person", models.PROTECT, to_field="ref", null=True, blank=True, related_name="+",
        db_comment="pseudonym: who signs in, where it is somebody who uses services",
    )
    name = models.CharField(max_length=60, blank=True, default="",
                            db_comment="personal: an official's name, shown to whom they serve")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    state = models.CharField(max_length=10, default=State.ACTIVE, db_comment="plain")
    failed_count = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    locked_until = models.DateTimeField(null=True, blank=True, db_comment="plain")
    opened_at = models.DateTimeField(db_comment="plain")
    opened_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    password_changed_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    password_changed_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the actor")
    closed_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    closed_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the actor")

    objects = BaseUserManager["Account"]()
    USERNAME_FIELD = "username"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=list(State)), name="account_state_known",
                                   violation_error_message="An account is in a known state."),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(state=State.CLOSED) & Q(closed_at=None, closed_by=None),
                name="account_closed_whole",
                violation_error_message="A closed account, and no other, has who closed it when.",
            ),
        )

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # a column in the base class, a state here
        return self.state == State.ACTIVE

    def __str__(self) -> str:
        return f"account {self.ref}"


class GrantRow(Row):
    """A role over one thing for a time. Without an account it waits for the person to open one."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="grants",
                                db_comment="pseudonym: who holds it")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, to_field="ref", null=True, blank=True, related_name="+",
        db_comment="pseudonym: who will hold it once they have an account",
    )
    role = models.CharField(max_length=30, db_comment="plain")
    scope = models.CharField(max_length=60, db_index=True, db_comment="plain")
    since = models.DateTimeField(db_comment="plain")
    until = models.DateTimeField(null=True, blank=True, db_comment="plain")
    granted_at = models.DateTimeField(db_comment="plain")
    granted_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    revoked_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    revoked_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(account__isnull=False) | Q(person__isnull=False),
                                   name="grant_to_somebody",
                                   violation_error_message="A role is granted to an account or a person."),
            models.UniqueConstraint("account", "role", "scope", condition=Q(revoked_at=None, account__isnull=False),
                                    name="grant_once",
                                    violation_error_message="An account holds a role over a thing once."),
            models.UniqueConstraint("person", "role", "scope", condition=Q(revoked_at=None, account=None),
                                    name="grant_waits_once",
                                    violation_error_message="A role over a thing waits once for a person."),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="grant_period",
                                   violation_error_message="A role ends after it begins."),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="grant_revoked_whole", violation_error_message="A revoked role has who revoked it when.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} over {self.scope}"


class Token(Row):
    """What a program shows instead of a password; only its digest is kept."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_comment="pseudonym: whose")
    digest = models.CharField(max_length=64, unique=True, db_comment="pseudonym: SHA-256 of the token")
    last_four = models.CharField(max_length=4, db_comment="plain")
    label = models.CharField(max_length=60, db_comment="personal: what its owner uses it for")
    issued_at = models.DateTimeField(db_comment="plain")
    issued_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    until = models.DateTimeField(db_comment="plain")
    revoked_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    revoked_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("issued_at")), name="token_period",
                                   violation_error_message="A token ends after it is issued."),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_whole", violation_error_message="A revoked token has who revoked it when.",
            ),
        )

    def __str__(self) -> str:
        return f"token …{self.last_four}"


class ResetCode(Row):
    """Lets its bearer choose a new password once."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_comment="pseudonym: whose")
    digest = models.CharField(max_length=64, db_comment="pseudonym: keyed digest of the code")
    made_at = models.DateTimeField(db_comment="plain")
    made_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    until = models.DateTimeField(db_comment="plain")
    tries = models.PositiveSmallIntegerField(default=0, db_comment="plain")
    used_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    used_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the account")

    class Meta:
        constraints = (
            models.UniqueConstraint("account", condition=Q(used_at=None), name="reset_code_once",
                                    violation_error_message="An account has one open reset code."),
            models.CheckConstraint(
                condition=Q(used_at=None, used_by=None) | Q(used_at__isnull=False, used_by__isnull=False),
                name="reset_code_used_whole", violation_error_message="A used code has who used it when.",
            ),
        )

    def __str__(self) -> str:
        return f"code {self.pk}"
