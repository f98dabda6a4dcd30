from collections.abc import Callable

from django.apps import AppConfig
from django.urls import reverse

from linli.engines.journal.registry import Payload
from linli.kernel.text import N_


class Orders(AppConfig):
    name = "linli.work.orders"

    def ready(self) -> None:
        from linli.engines.rulebook import registry as rulebook
        from linli.registers.accounts import registry as accounts
        from linli.registers.people import registry as people
        from linli.work.orders import queries, rules, states

        _tellings()
        people.holds("orders", N_("My visits"), queries.held_of)
        people.holds("along", N_("Groups that I come along with"), queries.along_held)
        people.holds("disputes", N_("What was said in disputes"), queries.disputes_held)
        people.holds("waits", N_("My waiting lists"), queries.waits_held)
        people.sees(queries.last_visited)
        people.stands(N_("Visits booked or under way"), queries.going_on)
        people.uses(queries.in_line)
        rulebook.subject(rules.ANSWER, name=N_("Booking to answer"),
                         link=lambda duty: reverse("orders:order", args=[duty.about]))
        accounts.allow("resident", *states.RESIDENT)
        accounts.allow("hotline_agent", *states.RESIDENT)
        accounts.allow("provider_admin", *states.SUPERVISOR)
        accounts.allow("provider_staff", *states.PROVIDER)
        accounts.allow("practitioner", *states.PRACTITIONER)
        rulebook.subject(rules.DISPUTE_DECIDE, name=N_("Dispute to decide"),
                         link=lambda duty: reverse("orders:dispute", args=[duty.about]))
        accounts.allow("officer", states.SEE, states.DECIDE)
        accounts.allow("auditor", states.SEE)


def _tellings() -> None:
    from linli.engines.journal.registry import tell
    from linli.work.orders import events

    tell(events.OrderHeld, N_("A time was kept."))
    tell(events.HoldLapsed, N_("The time was no longer kept."))
    tell(events.OrderBooked, N_("Booked."),
         notice=N_("A new booking waits for your answer. Accept it, or say why not."), to=_to("provider"), link=_page,
         urgent=True)
    tell(events.BundleBooked, N_("A bundle was booked as a whole: {orders} visits."),
         notice=N_("A bundle that you lead was booked as a whole: {orders} visits. Each provider answers for its own."),
         to=_to("provider"), link=lambda told: f"/bundles/{told['bundle']}/")
    tell(events.PartyBooked, N_("Booked for a group of {places}."))
    tell(events.ParticipantWithdrawn, N_("Somebody was taken off the group; {places} take part."),
         notice=N_("Somebody was taken off a group; {places} take part."), to=_to("provider", "practitioner"),
         link=_page)
    tell(events.OrderAccepted, N_("The provider accepted."), notice=N_("Your booking was accepted."), to=_to("person"),
         link=_page)
    tell(events.OrderDeclined, N_("The provider cannot come."),
         notice=N_("Your booking was declined. Your need is open again: choose somebody else."), to=_to("person"),
         link=_page, urgent=True)
    tell(events.PractitionerAssigned, N_("Who goes was chosen."),
         notice=N_("It is settled who comes. See the visit and its time."), to=_to("person", "practitioner"),
         link=_page)
    tell(events.CheckedIn, N_("The visit began."), notice=N_("The visit has begun."), to=_to("person"), link=_page)
    tell(events.CheckedOut, N_("The visit ended after {minutes} minutes."),
         notice=N_("The visit is over, {minutes} minutes were written down. Confirm it and rate it."), to=_to("person"),
         link=_page)
    tell(events.ServiceConfirmed, N_("The visit was confirmed."), notice=N_("A visit was confirmed."),
         to=_to("provider"), link=_page)
    tell(events.RatingAsked, N_("A rating was asked for."), notice=N_("How was the visit? Rate it in one step."),
         to=_to("person"), link=_page)
    tell(events.OrderRated, N_("Rated {grade} of 5."), notice=N_("A visit was rated {grade} of 5."), to=_to("provider"),
         link=_page)
    tell(events.OrderChanged, N_("The time was changed; the provider answers again."),
         notice=N_("The resident chose another time. Answer the booking again."), to=_to("provider", "practitioner"),
         link=_page, urgent=True)
    tell(events.OrderCancelled, N_("The visit was cancelled."), notice=N_("A visit was cancelled. See which and why."),
         to=_cancelled, link=_page, urgent=True)
    tell(events.NoShow, N_("The visit did not take place."),
         notice=N_("A visit did not take place. See what was written down, and call if it is not so."),
         to=_to("person", "provider", "practitioner"), link=_page)
    tell(events.WaitJoined, N_("On the waiting list."))
    tell(events.TurnGiven, N_("A time became free and is kept, because you were next in line."),
         notice=N_("A time has become free and is kept for you for a while. Book it, or pass it on."),
         to=_to("person"), link=_page, urgent=True)
    tell(events.TurnTaken, N_("The time from the waiting list was taken."))
    tell(events.TurnPassed, N_("The time from the waiting list was passed on."),
         notice=N_("The time that was kept for you went to the next in line."), to=_missed, link=_waits)
    tell(events.WaitLeft, N_("Left the waiting list."))
    tell(events.WaitEnded, N_("The waiting ended without a time."),
         notice=N_("Nothing became free on your waiting list, or you took no time kept for you. It has ended; you can"
                   " join again."), to=_to("person"), link=_waits)
    tell(events.DisputeRaised, N_("What is written down was disputed."),
         notice=N_("What is written down of a visit is disputed. Read what the other side says, and answer."),
         to=_other_side, link=_dispute, urgent=True)
    tell(events.StatementMade, N_("A side of the dispute said something more."),
         notice=N_("The other side of a dispute said something more."), to=_opponent, link=_dispute)
    tell(events.DisputeWithdrawn, N_("The dispute was taken back."), notice=N_("A dispute was taken back."),
         to=_other_side, link=_dispute)
    tell(events.DisputeDecided, N_("The dispute was decided."),
         notice=N_("A dispute was decided. Read the decision and its reasons."), to=_to("person", "provider"),
         link=_dispute, urgent=True)
    tell(events.FeedMade, N_("A calendar address was made."))
    tell(events.FeedStopped, N_("A calendar address was stopped."))
    tell(events.VisitStruck, N_("The visit does not count, by decision."))
    tell(events.RatingStruck, N_("The rating does not count, by decision."))


def _opponent(payload: Payload) -> list[str]:
    return _to("provider" if payload["side"] == "resident" else "person")(payload)


def _other_side(payload: Payload) -> list[str]:
    """The other side, and who decides in the region."""
    return [*_opponent(payload), f"region:{payload['region']}"]


def _dispute(payload: Payload) -> str:
    return reverse("orders:dispute", args=[payload["dispute"]])


def _missed(payload: Payload) -> list[str]:
    """Who passed it on knows already."""
    return _to("person")(payload) if payload["missed"] and payload["in_line"] else []


def _waits(payload: Payload) -> str:
    return reverse("orders:waits")


def _to(*fields: str) -> Callable[[Payload], list[str]]:
    kinds = {"provider": "organisation"}
    return lambda payload: [f"{kinds.get(f, f)}:{payload[f]}" for f in fields if payload[f]]


def _cancelled(payload: Payload) -> list[str]:
    """Whoever did not do it themself; of what was only held nobody else knew."""
    if not payload.get("booked", True):
        return []
    return _to("person" if payload["by_provider"] else "provider", "practitioner")(payload)


def _page(payload: Payload) -> str:
    return reverse("orders:order", args=[payload["order"]])
