"""What a username, a code and a token look like, and which roles do not go together."""
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_

LONGEST_TOKEN = timedelta(days=366)
MOST_TOKENS = 20
LONGEST_LABEL = 60
ADMINISTRATORS = frozenset({"system_admin", "security_admin", "auditor"})
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no 0/O, no 1/I: codes are read out
_CODE = 8


@dataclass(frozen=True)
class LockOut:
    """After how many wrong tries signing in closes, and for how long."""

    failures: int
    span: timedelta

    def after(self, failed: int) -> bool:
        return failed >= self.failures


def username(text: str) -> str:
    """A username in its one form. Refuses: RuleBroken for too short, too long, other signs, or an ID number."""
    one = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()
    if re.fullmatch(r"\d{17}[\dx]", one):
        raise RuleBroken(N_("Do not sign in with your ID number. Choose a name, or use your mobile number."),
                         rule="accounts.username", field="username")
    if not re.fullmatch(r"[\w.@+-]{3,40}", one):
        raise RuleBroken(N_("A username has 3 to 40 letters, characters, digits or . _ - + @, without blanks."),
                         rule="accounts.username", field="username")
    return one


def new_code() -> str:
    """A code to read out or write down: 8 signs that are not mistaken for one another, 40 bits."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_CODE))


def code(text: str) -> str:
    """A typed code in its one form."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")


def new_token() -> str:
    return "linli_" + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is kept of a token; 256 random bits need no salt."""
    return sha256(token.encode()).hexdigest()


def classes(password: str) -> int:
    """How many of small letters, capitals, digits and other signs a password has."""
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    return sum(any(map(kind, password)) for kind in kinds)


def apart(roles: set[str]) -> bool:
    """Whether these are another administrator's than who opens accounts: no code of theirs takes over such an account.

    Source: GB/T 22239-2019, administrators separate.
    """
    return bool(roles & (ADMINISTRATORS - {"system_admin"}))


def separate(role: str, *, others: set[str]) -> None:
    """Refuses: RuleBroken where one would hold two of the three administrators' roles. Source: GB/T 22239-2019."""
    if role in ADMINISTRATORS and others & (ADMINISTRATORS - {role}):
        raise RuleBroken(N_("The system, security and audit administrators are three different people."),
                         rule="accounts.administrators", field="role")
