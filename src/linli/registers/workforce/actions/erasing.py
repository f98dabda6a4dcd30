from datetime import datetime
from uuid import UUID

from linli.kernel.action import action
from linli.kernel.actor import SYSTEM, Actor
from linli.registers.workforce.actions.allowances import forget_claims
from linli.registers.workforce.actions.conduct import forget_conduct
from linli.registers.workforce.actions.exchange import forget_words
from linli.registers.workforce.actions.registering import withdraw_application
from linli.registers.workforce.actions.vacancies import OPEN, lapse
from linli.registers.workforce.models import Candidacy, Learning, Registration
from linli.registers.workforce.states import Registration as State


@action
def forget(person: UUID, *, by: Actor, at: datetime) -> None:
    """The person was erased: what is sealed cannot be read any more, and nothing finds them by a certificate."""
    for row in Registration.objects.filter(person__ref=person, state=State.APPLIED).order_by("pk"):
        withdraw_application(row.ref, by=SYSTEM, at=at)
    for post in Candidacy.objects.filter(person__ref=person, state__in=OPEN).order_by("pk"):
        lapse(post, by=SYSTEM, at=at)
    forget_conduct(person, at=at)
    forget_words(person, at=at)
    forget_claims(person, at=at)
    for model in (Registration, Learning):
        model._default_manager.filter(person__ref=person).exclude(certificate_key="").update(certificate_key="")
