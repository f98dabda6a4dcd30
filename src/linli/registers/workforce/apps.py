from django.apps import AppConfig

from linli.engines.journal.registry import Payload, tell, watch
from linli.engines.rulebook.registry import DutyCard, subject
from linli.kernel.text import N_
from linli.registers.people import events as people
from linli.registers.practitioners import events as practitioners
from linli.registers.workforce import events


class Workforce(AppConfig):
    name = "linli.registers.workforce"

    def ready(self) -> None:
        from linli.registers.people import registry as people_registry
        from linli.registers.practitioners.registry import remark
        from linli.registers.workforce import queries, subscribers

        watch("workforce", subscribers.react, facts=[
            people.PersonErased, practitioners.PractitionerAdded, practitioners.PractitionerRejoined,
            practitioners.PractitionerLeft])
        _registration()
        _stations()
        _posts()
        _conduct()
        _news()
        _allowances()
        remark("workforce", queries.remarks)
        people_registry.holds("profession", N_("My profession"), queries.profession_held)
        people_registry.holds("conduct", N_("My honours and sanctions"), queries.conduct_held)


def _registration() -> None:
    tell(events.RegistrationApplied, N_("Registration was applied for."),
         notice=N_("Somebody applies for registration as a social worker. It waits for your decision."), to=_region,
         link=_decide)
    tell(events.RegistrationWithdrawn, N_("The application was taken back."))
    tell(events.Registered, N_("Registered until {valid_until}."),
         notice=N_("You are registered as a social worker. Your passport shows it."), to=_person, link=_own)
    tell(events.RegistrationRefused, N_("The application was refused."),
         notice=N_("Your application for registration was refused. The reasons stand beside it."), to=_person,
         link=_own)
    tell(events.RegistrationRevoked, N_("The registration was revoked."),
         notice=N_("Your registration was revoked. Your passport is red now. The reasons stand beside it."), to=_person,
         link=_own, urgent=True)
    tell(events.RegistrationLapses, N_("The registration ends on {last_day}."),
         notice=N_("Your registration ends on {last_day}. Renew it before: without it the passport turns red."),
         to=_person, link=_own, urgent=True)
    tell(events.LearningReported, N_("Continuing education was reported."))
    tell(events.LearningTakenBack, N_("The report was taken back."))
    tell(events.LearningConfirmed, N_("The hours were counted."),
         notice=N_("Hours of continuing education that you reported were counted."), to=_person, link=_own)
    tell(events.LearningDeclined, N_("The hours do not count."),
         notice=N_("Hours of continuing education that you reported do not count. The reasons stand beside them."),
         to=_person, link=_own)
    subject("workforce.decide", name=N_("Registration of a social worker"), link=_due)
    subject("workforce.renew", name=N_("Renewal of a registration"), link=_due)


def _stations() -> None:
    tell(events.StationOpened, N_("The station was set up."),
         notice=N_("Your organisation runs a social-work station now. Say who works there."), to=_organisation,
         link=_staffing)
    tell(events.StationClosed, N_("The station was closed."), notice=N_("A station that you ran was closed."),
         to=_organisation, link=_staffing)
    tell(events.StationStaffed, N_("A colleague was assigned."),
         notice=N_("You work at a social-work station now."), to=_person, link=_station)
    tell(events.StationLeft, N_("An assignment ended."), notice=N_("Your work at a social-work station ended."),
         to=_person, link=_station)


def _posts() -> None:
    tell(events.VacancyAdvertised, N_("The post was advertised."))
    tell(events.VacancyFilled, N_("Every place was filled."), notice=N_("A post that you advertised is filled."),
         to=_organisation, link=_vacancy_desk)
    tell(events.VacancyClosed, N_("The post was closed."))
    tell(events.CandidacySent, N_("Somebody applied for the post."),
         notice=N_("Somebody applies for a post of yours. Answer within fifteen days."), to=_organisation,
         link=_vacancy_desk)
    tell(events.CandidacyWithdrawn, N_("The application was taken back."))
    tell(events.PostOffered, N_("The post was offered."),
         notice=N_("You are offered the post that you applied for. Say whether you take it."), to=_person, link=_mine,
         urgent=True)
    tell(events.CandidacyRefused, N_("The application was refused."),
         notice=N_("Your application for a post was refused. The answer stands beside it."), to=_person, link=_mine)
    tell(events.PostTaken, N_("The post was taken."), notice=N_("Somebody took the post that you offered."),
         to=_organisation, link=_vacancy_desk)
    tell(events.PostDeclined, N_("The post was declined."), notice=N_("Somebody declined the post that you offered."),
         to=_organisation, link=_vacancy_desk)
    subject("workforce.answer", name=N_("Application for a post"))


def _conduct() -> None:
    tell(events.HonourBestowed, N_("An honour was recorded."),
         notice=N_("An honour of yours was recorded. You choose whether your passport shows it."), to=_person,
         link=_record)
    tell(events.HonourWithdrawn, N_("An honour was withdrawn."),
         notice=N_("An honour of yours was withdrawn. The reasons stand beside it."), to=_person, link=_record)
    tell(events.HonourDisplayed, N_("Whether the passport shows an honour was chosen."))
    tell(events.SanctionProposed, N_("A sanction was proposed."),
         notice=N_("A sanction against you is proposed. Read why; until {speak_by} you may make a statement or ask for "
                   "a hearing."), to=_person, link=_own_sanction, urgent=True)
    tell(events.StatementMade, N_("A statement was made."), to=_region, link=_sanction,
         notice=N_("Somebody made a statement about a proposed sanction."))
    tell(events.HearingAsked, N_("A hearing was asked for."), to=_region, link=_sanction,
         notice=N_("Somebody asks for a hearing about a proposed sanction. Hold it before you decide."))
    tell(events.HearingHeld, N_("A hearing was held."), notice=N_("The record of your hearing can be read now."),
         to=_person, link=_own_sanction)
    tell(events.SanctionImposed, N_("The sanction was imposed."),
         notice=N_("A sanction was imposed on you. Read the reasons, how long it lasts and how to appeal."),
         to=_person, link=_own_sanction, urgent=True)
    tell(events.SanctionDropped, N_("The proposal was dropped."),
         notice=N_("No sanction is imposed on you: the proposal was dropped."), to=_person, link=_own_sanction)
    tell(events.SanctionAppealed, N_("An appeal was made."), to=_region, link=_sanction,
         notice=N_("Somebody appeals against a sanction. A colleague who did not impose it decides."))
    tell(events.SanctionUpheld, N_("The sanction was upheld."),
         notice=N_("Your appeal was decided: the sanction stands. The reasons stand beside it."), to=_person,
         link=_own_sanction, urgent=True)
    tell(events.SanctionLifted, N_("The sanction was lifted."),
         notice=N_("A sanction against you was lifted. Your passport counts by its papers again."), to=_person,
         link=_own_sanction, urgent=True)
    tell(events.SanctionEnded, N_("The term of the sanction is over."),
         notice=N_("The term of a sanction against you is over."), to=_person, link=_own_sanction)
    subject("workforce.answer_appeal", name=N_("Appeal against a sanction"), link=_appealed)


def _news() -> None:
    tell(events.NewsPublished, N_("The notice was published."))
    tell(events.NewsPinned, N_("Whether the notice is kept on top was changed."))
    tell(events.NewsWithdrawn, N_("The notice was withdrawn."))
    tell(events.QuestionAsked, N_("A question was asked."))
    tell(events.QuestionAnswered, N_("A question was answered."), to=_person, link=_talk,
         notice=N_("A colleague answered your question under a notice."))
    tell(events.WordsTakenBack, N_("Words were taken back."))
    tell(events.WordsReported, N_("Words were reported."), to=_region, link=_reported,
         notice=N_("Words under a notice were reported. Look whether they may stand."))
    tell(events.WordsHidden, N_("Words were hidden."), to=_person, link=_talk,
         notice=N_("The office hid what you wrote under a notice. The reasons stand beside it."))
    tell(events.WordsShown, N_("Words were shown again."), to=_person, link=_talk,
         notice=N_("What you wrote under a notice is shown again."))
    tell(events.WordsLeft, N_("Reports were looked into; the words stand."))


def _allowances() -> None:
    tell(events.AllowanceClaimed, N_("The allowance was claimed."), to=_organisation, link=_claimed,
         notice=N_("A colleague claims an allowance. Say whether they worked the month."))
    tell(events.AllowanceWithdrawn, N_("The claim was taken back."))
    tell(events.AllowanceConfirmed, N_("The work was confirmed."), to=_region, link=_to_pay,
         notice=N_("An organisation confirmed work for an allowance. It waits to be paid."))
    tell(events.AllowanceRefused, N_("The allowance was refused."), to=_person, link=_my_allowances,
         notice=N_("An allowance that you claimed was refused. The reasons stand beside it."))
    tell(events.AllowancePaid, N_("The allowance was paid on {paid_on}."), to=_person, link=_my_allowances,
         notice=N_("An allowance that you claimed was paid on {paid_on}."))


def _claimed(payload: Payload) -> str:
    return f"/provider/allowances/?organisation={payload['organisation']}"


def _to_pay(payload: Payload) -> str:
    return "/officer/workforce/allowances/?state=confirmed"


def _my_allowances(payload: Payload) -> str:
    return "/me/profession/allowances/"


def _talk(payload: Payload) -> str:
    return f"/trade-news/{payload['news']}/"


def _reported(payload: Payload) -> str:
    return f"/officer/workforce/news/{payload['news']}/"


def _record(payload: Payload) -> str:
    return "/me/profession/conduct/"


def _own_sanction(payload: Payload) -> str:
    return f"/me/profession/sanctions/{payload['sanction']}/"


def _sanction(payload: Payload) -> str:
    return f"/officer/workforce/sanctions/{payload['sanction']}/"


def _appealed(duty: DutyCard) -> str:
    return f"/officer/workforce/sanctions/{duty.about}/"


def _vacancy_desk(payload: Payload) -> str:
    return f"/provider/vacancies/{payload['vacancy']}/"


def _mine(payload: Payload) -> str:
    return "/me/vacancies/"


def _organisation(payload: Payload) -> list[str]:
    return [f"organisation:{payload['organisation']}"]


def _staffing(payload: Payload) -> str:
    return f"/provider/stations/?organisation={payload['organisation']}"


def _station(payload: Payload) -> str:
    return f"/stations/{payload['station']}/"


def _person(payload: Payload) -> list[str]:
    return [f"person:{payload['person']}"]


def _region(payload: Payload) -> list[str]:
    return [f"region:{payload['region']}"]


def _own(payload: Payload) -> str:
    return "/me/profession/"


def _decide(payload: Payload) -> str:
    return f"/officer/workforce/registrations/{payload['registration']}/"


def _due(duty: DutyCard) -> str:
    return f"/officer/workforce/registrations/{duty.about}/"
