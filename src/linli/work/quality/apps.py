from collections.abc import Callable

from django.apps import AppConfig
from django.urls import reverse

from linli.engines.journal.registry import Payload
from linli.kernel.text import N_


class Quality(AppConfig):
    name = "linli.work.quality"

    def ready(self) -> None:
        from linli.engines.journal import registry as journal
        from linli.engines.rulebook import registry as rulebook
        from linli.registers.accounts import registry as accounts
        from linli.registers.people import registry as people
        from linli.work.orders import events as orders
        from linli.work.quality import events, queries, rules, states, subscribers
        from linli.work.quality.actions import forget_ratings

        rated = [orders.OrderRated, orders.RatingStruck]
        people.holds("ratings", N_("What became of my ratings"), queries.held_of)
        journal.watch("quality.scores", subscribers.count, facts=rated, forget=forget_ratings)
        journal.watch("quality.rectifications", subscribers.raise_bad, facts=rated)
        journal.tell(
            events.RectificationRaised, N_("A bad rating has to be put right by {due_on}."),
            notice=N_("An order was rated {grade} of 5. Say what you did about it by {due_on}."),
            to=_to("organisation", "provider"), link=_page, urgent=True,
        )
        journal.tell(
            events.RectificationAnswered, N_("The provider answered the bad rating."),
            notice=N_("The provider answered your rating. Say whether it is solved."), to=_to("person", "person"),
            link=_page,
        )
        journal.tell(
            events.RectificationAccepted, N_("The resident says that it is solved."),
            notice=N_("A resident says that what they rated badly is solved."), to=_to("organisation", "provider"),
            link=_page,
        )
        journal.tell(
            events.RectificationRejected, N_("The resident says that it is not solved."),
            notice=N_("A resident says that it is not solved yet. Read what is still wrong and answer again."),
            to=_to("organisation", "provider"), link=_page, urgent=True,
        )
        journal.tell(events.RectificationSettled, N_("The answer to a bad rating was closed without objection."))
        journal.tell(
            events.RectificationDropped, N_("The bad rating does not count, by decision; nothing is owed for it."),
            notice=N_("A bad rating does not count, by decision. You owe nothing for it."),
            to=_to("organisation", "provider"), link=_page,
        )
        rulebook.subject(rules.RULE, name=N_("Bad rating"),
                         link=lambda duty: reverse("orders:order", args=[duty.about]))
        accounts.allow("provider_admin", states.ANSWER)
        accounts.allow("provider_staff", states.ANSWER)
        accounts.allow("resident", states.JUDGE)
        accounts.allow("hotline_agent", states.JUDGE)
        accounts.allow("officer", states.SEE)
        accounts.allow("auditor", states.SEE)


def _to(kind: str, field: str) -> Callable[[Payload], list[str]]:
    return lambda payload: [f"{kind}:{payload[field]}"]


def _page(payload: Payload) -> str:
    return reverse("quality:rectification", args=[payload["rectification"]])
