"""When a broken promise has its consequences."""
from datetime import date

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_
from linli.work.hall.rules.answers import told
from linli.work.hall.rules.course import MEND

WRITTEN = N_("Tick that you have read what you promise, and sign again.")


def time_is_over(on: date, until: date, *, provisional: bool) -> None:
    """Refuses: RuleBroken while who promised may mend it still; a provisional day binds nobody yet."""
    if on <= until or provisional:
        raise RuleBroken(N_("They may mend it until {day}. What was granted is revoked after that day at the"
                            " earliest."), rule=MEND, **told({"day": until}))


def agreed(read: bool) -> None:
    """Refuses: RuleBroken for a promise of somebody who does not say that they read it."""
    if not read:
        raise RuleBroken(WRITTEN, field="agreed", rule="hall.promise")
