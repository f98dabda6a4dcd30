from django.http import HttpResponseBase
from ninja import Router

from linli.engines.archive import queries
from linli.kernel.doors import Request, to_be_saved

router = Router(tags=["archive"])


@router.get("/files/{token}", auth=None, operation_id="archive_file")
def file(request: Request, token: str) -> HttpResponseBase:
    """A file behind a link that was given to this very account, until the link's time is over (409 from then on)."""
    kept = queries.linked(token, by=request.actor, at=request.at)
    return to_be_saved(queries.read(kept.ref), name=kept.name, mime=queries.MIME[kept.kind], size=kept.size)
