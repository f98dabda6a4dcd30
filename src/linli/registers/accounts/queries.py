from datetime import datetime
from uuid import UUID

from linli.kernel.actor import ANONYMOUS, Actor


def actor(account: UUID, *, at: datetime) -> Actor:
    return ANONYMOUS


def actor_by_token(token: str, *, at: datetime) -> Actor:
    return ANONYMOUS


def account_name(account: UUID) -> str:
    return ""
