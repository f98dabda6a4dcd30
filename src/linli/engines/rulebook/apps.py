from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.urls import reverse


class Rulebook(AppConfig):
    name = "linli.engines.rulebook"

    def ready(self) -> None:
        from linli.engines.journal import registry as journal
        from linli.engines.rulebook import events
        from linli.kernel.text import N_

        journal.tell(events.DutyRaised, N_("A duty began, due on {due_on}."))
        journal.tell(events.ClockStopped, N_("The clock of a duty was stopped."))
        journal.tell(events.ClockResumed, N_("The clock of a duty runs again; it is now due on {due_on}."))
        journal.tell(events.DutyExtended, N_("The limit of a duty was extended; it is now due on {due_on}."))
        journal.tell(events.DutyMet, N_("A duty was met."))
        journal.tell(events.DutyMetLate, N_("A duty was met, {days_late} days late."))
        journal.tell(events.DutyWaived, N_("A duty was waived."))
        journal.tell(
            events.DutyOverdue, N_("A duty became overdue: it was due on {due_on}."),
            notice=N_("You owed something by {due_on} and it is now late. Open it and settle it."),
            to=lambda payload: (payload["owner"],), link=_to_duty, urgent=True,
        )
        journal.tell(events.DeadlineMoved, N_("The holiday table was published; a duty is now due on {due_on}."))


def _to_duty(payload: Mapping[str, Any]) -> str:
    return reverse("rulebook:duty", args=[payload["duty"]])
