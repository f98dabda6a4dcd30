from django.apps import AppConfig
from django.urls import reverse

from linli.engines.journal.registry import Payload
from linli.kernel.text import N_, Both


class Hall(AppConfig):
    name = "linli.work.hall"

    def ready(self) -> None:
        from linli.engines.documents import registry as documents
        from linli.engines.rulebook import registry as rulebook
        from linli.registers.accounts import registry as accounts
        from linli.registers.people import registry as people
        from linli.work.hall import actions, queries, rules, states

        people.holds("hall", N_("Applications that I made"), queries.held_of)
        people.uses(queries.applying)
        people.opens(queries.numbers_opened)
        for template in actions.TEMPLATES:
            documents.declare(template)
        _tellings()
        for rule in (rules.ACCEPT, rules.DECIDE, rules.DELIVER, rules.RECTIFY, rules.hearing.HOLD, rules.CHECK,
                     rules.MEND):
            rulebook.subject(rule, name=N_("An application in the hall"),
                             link=lambda duty: reverse("hall:application", args=[duty.about]))
        rulebook.subject(rules.OPINION, name=N_("An opinion on an application"))
        accounts.allow("resident", states.APPLY)
        accounts.allow("hotline_agent", states.APPLY)
        accounts.allow("provider_admin", states.APPLY)
        accounts.allow("officer", states.SEE, states.PROCESS, states.DECIDE)
        accounts.allow("auditor", states.SEE)
        accounts.role("office_head", name=Both("Head of an office", "机关负责人"), scope="region", sentence=Both(
            "Extends the time limit of an application, once and with reasons, as the law lets the head of an office.",
            "依法批准延长办理期限：每件一次，并说明理由。"), permissions=(states.SEE, states.PROCESS, states.DECIDE,
                                                                    states.EXTEND, "rulebook.see"))


def _tellings() -> None:
    from linli.engines.journal.registry import tell
    from linli.work.hall import events

    tell(events.ApplicationDrafted, N_("An application was begun."))
    tell(events.ApplicationSubmitted, N_("Handed in. The office answers by {due_on}."),
         notice=N_("An application was handed in. Answer it by {due_on}."), to=_desk, link=_page)
    tell(events.ApplicationCompleted, N_("What was missing was handed in. The office answers by {due_on}."),
         notice=N_("What was missing was handed in. Answer it by {due_on}."), to=_desk, link=_page)
    tell(events.ApplicationWithdrawn, N_("The application was withdrawn."))
    tell(events.PaperAdded, N_("A paper was added."))
    tell(events.PaperRemoved, N_("A paper was taken out."))
    tell(events.ApplicationTaken, N_("An officer took it over."))
    tell(events.NumbersOpened, N_("The desk had the numbers shown in full."))
    tell(events.CompletionAsked, N_("Everything that is missing was asked for."),
         notice=N_("Something is missing in your application. Read what, and hand it in."), to=_applicant, link=_page,
         urgent=True)
    tell(events.ApplicationAccepted, N_("Accepted. It is decided by {due_on}."),
         notice=N_("Your application was accepted. It is decided by {due_on}."), to=_applicant, link=_page)
    tell(events.SilenceAccepted, N_("Nobody answered in time: it counts as accepted, and is decided by {due_on}."),
         notice=N_("The office did not answer in time. Your application counts as accepted; it is decided by"
                   " {due_on}."),
         to=_applicant, link=_page)
    tell(events.ReturnProposed, N_("It was proposed not to accept it; somebody else reads that a second time."),
         notice=N_("It was proposed not to accept an application. Somebody else reads that in time: silence accepts."),
         to=_desk, link=_page)
    tell(events.ReturnSentBack, N_("The second reader sent it back to the desk."))
    tell(events.ApplicationReturned, N_("It was not accepted."),
         notice=N_("Your application was not accepted. Read why, who is in charge, and what you can do."),
         to=_applicant, link=_page, urgent=True)
    tell(events.ApplicationTransferred, N_("It was passed to the office in charge, which answers by {due_on}."),
         notice=N_("Your application was passed to the office in charge, which answers by {due_on}."), to=_applicant,
         link=_page)
    tell(events.StepBegun, N_("The next step began."),
         notice=N_("The next step of your application began. Read which it is, and whether the clock stands"
                   " meanwhile."), to=_applicant, link=_page)
    tell(events.StepFinished, N_("A step was finished."))
    tell(events.OpinionAsked, N_("A body was asked for its opinion by {due_on}."),
         notice=N_("Your opinion on an application is asked for. Give it by {due_on}."),
         to=lambda payload: [f"region:{payload['desk']}"], link=_page)
    tell(events.OpinionGiven, N_("A body gave its opinion."))
    tell(events.SilenceAssented, N_("A body did not answer in time; by the rules of the matter that counts as assent."))
    tell(events.LimitExtended, N_("The time limit was extended; it is decided by {due_on}."),
         notice=N_("The time limit of your application was extended to {due_on}. Read why."), to=_applicant, link=_page)
    tell(events.HearingOffered, N_("A hearing can be asked for until {due_on}."),
         notice=N_("You may ask for a hearing on your application until {due_on}. Read what it is about."),
         to=_applicant, link=_page, urgent=True)
    tell(events.HearingAsked, N_("A hearing was asked for; it takes place by {due_on}. The clock stands meanwhile."),
         notice=N_("A hearing was asked for. Hold it by {due_on}, and tell of day and place in time."),
         to=_desk, link=_page)
    tell(events.HearingWaived, N_("The applicant does without a hearing."),
         notice=N_("The applicant does without a hearing. The clock of the decision runs."), to=_desk, link=_page)
    tell(events.HearingLapsed, N_("No hearing was asked for in time."))
    tell(events.HearingCalled, N_("The hearing takes place on {due_on}."),
         notice=N_("Your hearing takes place on {due_on}. Read when and where."), to=_applicant, link=_page,
         urgent=True)
    tell(events.HearingHeld, N_("The hearing was held and its record filed. The clock runs on."),
         notice=N_("The record of your hearing is filed. You can read it."), to=_applicant, link=_page)
    tell(events.ApplicationGranted, N_("It was granted."),
         notice=N_("Your application was granted."), to=_applicant, link=_page)
    tell(events.PromiseSigned, N_("It was promised in writing."))
    tell(events.PackingFailed, N_("It cannot be put into the archive. It is tried on."),
         notice=N_("A decided application cannot be put into the archive. Its page says what to do."), to=_desk,
         link=_page, urgent=True)
    tell(events.PromisesToCheck, N_("What was promised is checked by {due_on}."),
         notice=N_("It was granted on promises. Check by {due_on} whether they were kept."), to=_desk, link=_page)
    tell(events.PromiseKept, N_("The promise was checked: it was kept."),
         notice=N_("The promise that you gave was checked: it was kept."), to=_applicant, link=_page)
    tell(events.PromiseToMend, N_("What was promised is not so. It is to be mended by {due_on}."),
         notice=N_("What you promised is not so. Mend it by {due_on}, and read what follows otherwise."),
         to=_applicant, link=_page, urgent=True)
    tell(events.MendingAnswered, N_("It was said what was mended."),
         notice=N_("Who promised says what was mended. See whether it is so."), to=_desk, link=_page)
    tell(events.PromiseMended, N_("What was promised is so by now."),
         notice=N_("You mended what you had promised: nothing follows."), to=_applicant, link=_page)
    tell(events.RevocationProposed, N_("It was proposed to revoke what was granted; somebody else reads that a second"
                                       " time."),
         notice=N_("It was proposed to revoke what was granted on a promise. Somebody else reads it a second time."),
         to=_desk, link=_page)
    tell(events.RevocationSentBack, N_("The second reader sent the revocation back to the check."))
    tell(events.GrantRevoked, N_("What was granted was revoked: a promise was broken. Until {until} none is taken."),
         notice=N_("What you were granted was revoked, since a promise was broken. Read why, and what you can do."),
         to=_applicant, link=_page, urgent=True)
    tell(events.RefusalProposed, N_("A refusal was proposed; somebody else reads it a second time."))
    tell(events.RefusalSentBack, N_("The second reader sent it back to review."))
    tell(events.ApplicationRefused, N_("It was not granted."),
         notice=N_("Your application was not granted. Read the reasons, and what you can do."), to=_applicant,
         link=_page, urgent=True)
    tell(events.ApplicationDelivered, N_("What was granted was delivered."),
         notice=N_("What you were granted is there. Tell us how it went."), to=_applicant, link=_page)
    tell(events.DeliveryHeldUp, N_("Delivery failed several times; nothing is lost, and somebody looks at it."),
         notice=N_("The delivery of an application is held up. See why and try again."), to=_desk, link=_page,
         urgent=True)
    tell(events.DeliveryResumed, N_("Delivery is tried again."))
    tell(events.ApplicationRated, N_("It was rated {grade} of 5."))
    tell(events.RatingAnswered, N_("The office answered the rating."),
         notice=N_("The office answered your rating of an application."), to=_applicant, link=_page)
    tell(events.PackageMade, N_("Everything about it was put into the archive."))


def _applicant(payload: Payload) -> list[str]:
    return [f"organisation:{payload['organisation']}" if payload["organisation"] else f"person:{payload['person']}"]


def _desk(payload: Payload) -> list[str]:
    return [f"region:{payload['region']}"]


def _page(payload: Payload) -> str:
    return reverse("hall:application", args=[payload["application"]])
