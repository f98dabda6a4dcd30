from collections.abc import Callable

from django.utils import timezone

from linli.kernel.actor import SYSTEM
from linli.kernel.doors import speak
from linli.kernel.refusals import Conflict
from linli.kernel.text import N_
from linli.registers.accounts import actions, queries


def create_officer(*, username: str, name: str, region: str, role: str = "system_admin", more: bool = False,
                   say: Callable[[str], None] = print) -> None:
    """Open an official's account with a role over a region, and say the code to choose its password with.

    Meant for the first administrator. Refuses: Conflict when there is one, unless `more`; what `open_account` and
    `grant_role` refuse.
    """
    at = timezone.now()
    if queries.administrators(at=at) and not more:
        raise Conflict(N_("There is an administrator already, who can open accounts on their page. For one more all the"
                          " same, say --more."))
    code = actions.appoint(username, name=name, region=region, role=role, by=SYSTEM, at=at)
    say(speak(N_("The account {username} is open. Within 30 minutes, choose its password at /accounts/reset/code/ with"
                 " this code: {code}"), username=username, code=code))
