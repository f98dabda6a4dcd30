"""What lower contexts' facts mean here."""
import logging
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.action import attempt
from linli.kernel.actor import SYSTEM
from linli.kernel.refusals import Refusal
from linli.work.registration import actions

log = logging.getLogger("linli.registration")


def release_names(entries: list[EntryCard]) -> None:
    """An application that has ended holds no name."""
    for entry in entries:
        actions.release_name(UUID(entry.payload["application"]), by=SYSTEM, at=entry.at)


def renew_corrected(entries: list[EntryCard]) -> None:
    """Certificates that say what was corrected are issued anew, by whatever door the correction came."""
    for entry in entries:
        ref = UUID(entry.payload["organisation"])
        try:
            with attempt():
                actions.renew_corrected(ref, by=SYSTEM, at=entry.at)
        except Refusal as why:  # one that cannot be issued keeps no other back
            log.error("certificates of %s cannot be issued anew: %s", ref, type(why).__name__)
