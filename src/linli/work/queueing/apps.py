from django.apps import AppConfig
from django.urls import reverse

from linli.engines.journal.registry import Payload
from linli.kernel.text import N_


class Queueing(AppConfig):
    name = "linli.work.queueing"

    def ready(self) -> None:
        from linli.engines.journal.registry import tell
        from linli.registers.accounts import registry as accounts
        from linli.registers.directory import registry as directory
        from linli.registers.people import registry as people
        from linli.work.queueing import events, queries, states

        directory.measures(queries.measured)
        people.holds("tickets", N_("My numbers in queues"), queries.held_of)

        tell(events.QueueOpened, N_("The queue is open, with {counters} counters."))
        tell(events.QueuePaused, N_("The queue gives no more numbers."))
        tell(events.QueueClosed, N_("The queue is closed."))
        tell(events.NumberTaken, N_("A number was taken."))
        tell(events.NumberCalled, N_("Number {number} was called to counter {counter}."),
             notice=N_("Your number {number} is called: counter {counter}."), to=_person, link=_queue, urgent=True)
        tell(events.TicketMoved, N_("The number went on."))
        accounts.allow("resident", states.JOIN)
        accounts.allow("provider_admin", states.SERVE)
        accounts.allow("provider_staff", states.SERVE)


def _person(payload: Payload) -> list[str]:
    return [f"person:{payload['person']}"] if payload["person"] else []


def _queue(payload: Payload) -> str:
    return reverse("queueing:queue", args=[payload["queue"]])
