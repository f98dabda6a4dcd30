from django.http import HttpResponseBase
from django.views.decorators.http import require_safe

from linli.engines.archive import queries
from linli.kernel.doors import Request, to_be_saved


@require_safe
def file(request: Request, token: str) -> HttpResponseBase:
    """A file behind a link that expires."""
    kept = queries.linked(token, by=request.actor, at=request.at)
    return to_be_saved(queries.read(kept.ref), name=kept.name, mime=queries.MIME[kept.kind], size=kept.size)
