from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from ninja import Field, Query, Router, Schema, Status

from linli.kernel.actor import ANONYMOUS
from linli.kernel.doors import Request
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.watchers.notices import actions, queries

router = Router(tags=["notices"])


class NoticeOut(Schema):
    position: int
    fact: str
    text: str
    values: dict[str, Any]
    url: str
    urgent: bool
    at: datetime
    unread: bool


class Notices(Schema):
    items: list[NoticeOut]
    unread: int
    next: str | None


class Read(Schema):
    up_to: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None


@router.get("/notices", response=Notices, auth=None, operation_id="notices_notices")
def notices(
    request: Request, after: Annotated[int | None, Query(ge=0, lt=1 << 62, description="a page's `next`")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What the caller has been told, the newest first, in the language asked for; `unread` counts up to 100."""
    _known(request)
    found = queries.notices(by=request.actor, limit=limit + 1, before=after)
    items = [asdict(card) | {"text": queries.said(card)} for card in found[:limit]]
    return {"items": items, "unread": queries.unread(request.actor),
            "next": str(found[limit - 1].position) if len(found) > limit else None}


@router.post("/notices/read", response={204: None}, auth=None, operation_id="notices_mark_read")
def mark_read(request: Request, body: Read) -> Status[None]:
    """Mark as read everything up to a position, or all; doing it twice does no more."""
    _known(request)
    actions.mark_read(up_to=body.up_to, by=request.actor, at=request.at)
    return Status(204, None)


def _known(request: Request) -> None:
    if request.actor == ANONYMOUS:
        raise NotAllowed(N_("Notices belong to an account. Send its token."))
