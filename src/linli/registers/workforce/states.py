from enum import StrEnum, auto

from linli.kernel.machine import START, Machine, Move
from linli.kernel.text import N_, Text

PRACTISE, RECRUIT, REGISTER, SEE = "workforce.practise", "workforce.recruit", "workforce.register", "workforce.see"
COMMEND, DISCIPLINE, PUBLISH = "workforce.commend", "workforce.discipline", "workforce.publish"
PAY = "workforce.pay"
OWN = "workforce.follow"
"""What follows from the clock, or from somebody else's deed; nobody holds it."""


class Registration(StrEnum):
    APPLIED = auto()
    REGISTERED = auto()
    REFUSED = auto()
    WITHDRAWN = auto()
    REVOKED = auto()


REGISTRATION_LABELS: dict[Registration, Text] = {
    Registration.APPLIED: N_("waits for the office"), Registration.REGISTERED: N_("registered"),
    Registration.REFUSED: N_("refused"), Registration.WITHDRAWN: N_("taken back"), Registration.REVOKED: N_("revoked"),
}
REGISTRATIONS = Machine(
    Move("apply", N_("Apply for registration"), (START,), Registration.APPLIED, PRACTISE),
    Move("withdraw_application", N_("Take the application back"), (Registration.APPLIED,), Registration.WITHDRAWN,
         PRACTISE),
    Move("register", N_("Enter in the register"), (Registration.APPLIED,), Registration.REGISTERED, REGISTER),
    Move("refuse", N_("Refuse"), (Registration.APPLIED,), Registration.REFUSED, REGISTER),
    Move("revoke", N_("Revoke"), (Registration.REGISTERED,), Registration.REVOKED, REGISTER),
)


class Learning(StrEnum):
    REPORTED = auto()
    CONFIRMED = auto()
    REFUSED = auto()
    WITHDRAWN = auto()


LEARNING_LABELS: dict[Learning, Text] = {
    Learning.REPORTED: N_("waits to be checked"), Learning.CONFIRMED: N_("counted"),
    Learning.REFUSED: N_("not counted"), Learning.WITHDRAWN: N_("taken back"),
}
LEARNINGS = Machine(
    Move("report", N_("Report what was learnt"), (START,), Learning.REPORTED, PRACTISE),
    Move("take_back", N_("Take the report back"), (Learning.REPORTED,), Learning.WITHDRAWN, PRACTISE),
    Move("confirm", N_("Count the hours"), (Learning.REPORTED,), Learning.CONFIRMED, REGISTER),
    Move("decline", N_("Do not count them"), (Learning.REPORTED, Learning.CONFIRMED), Learning.REFUSED, REGISTER),
)


class Station(StrEnum):
    OPEN = auto()
    CLOSED = auto()


STATION_LABELS: dict[Station, Text] = {Station.OPEN: N_("open"), Station.CLOSED: N_("shut")}
STATIONS = Machine(
    Move("open_station", N_("Open a station"), (START,), Station.OPEN, REGISTER),
    Move("close_station", N_("Close the station"), (Station.OPEN,), Station.CLOSED, REGISTER),
    Move("assign", N_("Assign a colleague"), (Station.OPEN,), None, RECRUIT),
    Move("relieve", N_("End an assignment"), (Station.OPEN,), None, RECRUIT),
)


class Vacancy(StrEnum):
    OPEN = auto()
    FILLED = auto()
    CLOSED = auto()


VACANCY_LABELS: dict[Vacancy, Text] = {
    Vacancy.OPEN: N_("open"), Vacancy.FILLED: N_("filled"), Vacancy.CLOSED: N_("shut"),
}
VACANCIES = Machine(
    Move("advertise", N_("Advertise"), (START,), Vacancy.OPEN, RECRUIT),
    Move("close_vacancy", N_("Close"), (Vacancy.OPEN,), Vacancy.CLOSED, RECRUIT),
    Move("fill", N_("Filled"), (Vacancy.OPEN,), Vacancy.FILLED, OWN),
)


class Candidacy(StrEnum):
    SENT = auto()
    OFFERED = auto()
    TAKEN = auto()
    REFUSED = auto()
    DECLINED = auto()
    WITHDRAWN = auto()


CANDIDACY_LABELS: dict[Candidacy, Text] = {
    Candidacy.SENT: N_("waits for an answer"), Candidacy.OFFERED: N_("the post is offered"),
    Candidacy.TAKEN: N_("took the post"), Candidacy.REFUSED: N_("refused"), Candidacy.DECLINED: N_("declined the post"),
    Candidacy.WITHDRAWN: N_("taken back"),
}
CANDIDACIES = Machine(
    Move("send", N_("Apply for the post"), (START,), Candidacy.SENT, PRACTISE),
    Move("withdraw_candidacy", N_("Take the application back"), (Candidacy.SENT,), Candidacy.WITHDRAWN, PRACTISE),
    Move("offer_post", N_("Offer the post"), (Candidacy.SENT,), Candidacy.OFFERED, RECRUIT),
    Move("refuse_candidacy", N_("Refuse"), (Candidacy.SENT,), Candidacy.REFUSED, RECRUIT),
    Move("take_post", N_("Take the post"), (Candidacy.OFFERED,), Candidacy.TAKEN, PRACTISE),
    Move("decline_post", N_("Decline the post"), (Candidacy.OFFERED,), Candidacy.DECLINED, PRACTISE),
    Move("lapse", N_("The post is gone"), (Candidacy.SENT, Candidacy.OFFERED), Candidacy.REFUSED, OWN),
)


class Honour(StrEnum):
    STANDING = auto()
    WITHDRAWN = auto()


HONOUR_LABELS: dict[Honour, Text] = {Honour.STANDING: N_("stands"), Honour.WITHDRAWN: N_("honour withdrawn")}
HONOURS = Machine(
    Move("bestow", N_("Record an honour"), (START,), Honour.STANDING, COMMEND),
    Move("withdraw_honour", N_("Withdraw the honour"), (Honour.STANDING,), Honour.WITHDRAWN, COMMEND),
    Move("show_honour", N_("Show it on my passport"), (Honour.STANDING,), None, PRACTISE),
    Move("hide_honour", N_("Do not show it"), (Honour.STANDING,), None, PRACTISE),
)


class Sanction(StrEnum):
    PROPOSED = auto()
    DROPPED = auto()
    IN_FORCE = auto()
    APPEALED = auto()
    LIFTED = auto()
    ENDED = auto()


SANCTION_LABELS: dict[Sanction, Text] = {
    Sanction.PROPOSED: N_("proposed"), Sanction.DROPPED: N_("dropped"), Sanction.IN_FORCE: N_("sanction in force"),
    Sanction.APPEALED: N_("in force, appealed against"), Sanction.LIFTED: N_("lifted"),
    Sanction.ENDED: N_("its term is over"),
}
SANCTIONS = Machine(
    Move("propose", N_("Propose a sanction"), (START,), Sanction.PROPOSED, DISCIPLINE),
    Move("make_statement", N_("Make a statement"), (Sanction.PROPOSED,), None, PRACTISE),
    Move("ask_hearing", N_("Ask for a hearing"), (Sanction.PROPOSED,), None, PRACTISE),
    Move("hold_hearing", N_("Record the hearing"), (Sanction.PROPOSED,), None, DISCIPLINE),
    Move("impose", N_("Impose the sanction"), (Sanction.PROPOSED,), Sanction.IN_FORCE, DISCIPLINE),
    Move("drop", N_("Drop the proposal"), (Sanction.PROPOSED,), Sanction.DROPPED, DISCIPLINE),
    Move("appeal", N_("Appeal against it"), (Sanction.IN_FORCE,), Sanction.APPEALED, PRACTISE),
    Move("uphold", N_("Uphold it"), (Sanction.APPEALED,), Sanction.IN_FORCE, DISCIPLINE),
    Move("lift", N_("Lift it"), (Sanction.IN_FORCE, Sanction.APPEALED), Sanction.LIFTED, DISCIPLINE),
    Move("end_term", N_("Its term is over"), (Sanction.IN_FORCE,), Sanction.ENDED, OWN),
)


class News(StrEnum):
    PUBLISHED = auto()
    WITHDRAWN = auto()


NEWS_LABELS: dict[News, Text] = {News.PUBLISHED: N_("published"), News.WITHDRAWN: N_("notice withdrawn")}
NEWS = Machine(
    Move("publish", N_("Publish a notice"), (START,), News.PUBLISHED, PUBLISH),
    Move("pin", N_("Keep it on top"), (News.PUBLISHED,), None, PUBLISH),
    Move("unpin", N_("Keep it on top no more"), (News.PUBLISHED,), None, PUBLISH),
    Move("withdraw_news", N_("Withdraw the notice"), (News.PUBLISHED,), News.WITHDRAWN, PUBLISH),
)


class Contribution(StrEnum):
    SHOWN = auto()
    HIDDEN = auto()
    TAKEN_BACK = auto()


CONTRIBUTION_LABELS: dict[Contribution, Text] = {
    Contribution.SHOWN: N_("shown"), Contribution.HIDDEN: N_("hidden by the office"),
    Contribution.TAKEN_BACK: N_("taken back by who wrote it"),
}
CONTRIBUTIONS = Machine(
    Move("ask", N_("Ask a question"), (START,), Contribution.SHOWN, PRACTISE),
    Move("answer", N_("Answer"), (Contribution.SHOWN,), None, PRACTISE),
    Move("take_words_back", N_("Take my words back"), (Contribution.SHOWN,), Contribution.TAKEN_BACK, PRACTISE),
    Move("report_words", N_("Report this"), (Contribution.SHOWN,), None, PRACTISE),
    Move("hide_words", N_("Hide it"), (Contribution.SHOWN,), Contribution.HIDDEN, PUBLISH),
    Move("show_words", N_("Show it again"), (Contribution.HIDDEN,), Contribution.SHOWN, PUBLISH),
    Move("leave_standing", N_("Leave it standing"), (Contribution.SHOWN,), None, PUBLISH),
)


class Allowance(StrEnum):
    CLAIMED = auto()
    CONFIRMED = auto()
    PAID = auto()
    REFUSED = auto()
    WITHDRAWN = auto()


ALLOWANCE_LABELS: dict[Allowance, Text] = {
    Allowance.CLAIMED: N_("waits for the organisation"), Allowance.CONFIRMED: N_("waits to be paid"),
    Allowance.PAID: N_("paid"), Allowance.REFUSED: N_("refused"), Allowance.WITHDRAWN: N_("taken back"),
}
ALLOWANCES = Machine(
    Move("claim", N_("Claim the allowance"), (START,), Allowance.CLAIMED, PRACTISE),
    Move("withdraw_claim", N_("Take the claim back"), (Allowance.CLAIMED,), Allowance.WITHDRAWN, PRACTISE),
    Move("confirm_claim", N_("Confirm the work"), (Allowance.CLAIMED,), Allowance.CONFIRMED, RECRUIT),
    Move("reject_claim", N_("Do not confirm it"), (Allowance.CLAIMED,), Allowance.REFUSED, RECRUIT),
    Move("pay", N_("Record the payment"), (Allowance.CONFIRMED,), Allowance.PAID, PAY),
    Move("refuse_claim", N_("Refuse"), (Allowance.CONFIRMED,), Allowance.REFUSED, PAY),
)
