from django.conf import settings

from linli.kernel.actor import Actor, prefix
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_

SEE = "insight.see"


def starts(by: Actor) -> tuple[str, ...]:
    """With what the codes of the actor's regions begin. Refuses: NotAllowed."""
    found = by.scopes(SEE, "region")
    if not found:
        raise NotAllowed(N_("These figures are for the offices that watch over a region."))
    return found


def widest(by: Actor) -> str:
    """The widest region whose figures the actor may see, within the node's own. Refuses: NotAllowed."""
    return max(min(starts(by), key=len), prefix(settings.REGION), key=len).ljust(12, "0")


def within(asked: str, *, by: Actor) -> str:
    """The region asked for where it is one of the actor's own, else their widest. Refuses: NotAllowed."""
    own = starts(by)
    fits = len(asked) == 12 and asked.isascii() and asked.isdecimal() and asked.startswith(prefix(settings.REGION))
    return asked if fits and asked.startswith(own) else widest(by)
