"""What is kept of somebody's profession: for the copy that they take."""
from typing import Any
from uuid import UUID

from linli.kernel.text import N_, Text
from linli.registers.people import queries as people
from linli.registers.workforce import rules, states
from linli.registers.workforce.models import Allowance, Candidacy, Contribution, Learning, Registration
from linli.registers.workforce.queries.exchange import WRITTEN
from linli.registers.workforce.queries.registering import CERTIFICATE, REASONS, SUBJECT
from linli.registers.workforce.queries.vacancies import ANSWER_SEALED, LETTER


def profession_held(person: UUID) -> list[dict[str, Any]]:
    """Registrations, hours learnt, letters to employers, contributions under notices and allowances, with the words."""
    rows: list[tuple[Text, Any, Any, Text, list[tuple[Any, str]]]] = [
        *((N_("Registration"), rules.LEVELS[rules.Level(one.level)], one.applied_at,
           states.REGISTRATION_LABELS[states.Registration(one.state)],
           [(one.certificate_sealed, CERTIFICATE), (one.reasons_sealed, REASONS)])
          for one in Registration.objects.filter(person__ref=person).order_by("pk")),
        *((N_("Hours learnt"), rules.STUDIES[rules.Study(one.study)], one.first_on,
           states.LEARNING_LABELS[states.Learning(one.state)],
           [(one.subject_sealed, SUBJECT), (one.certificate_sealed, CERTIFICATE), (one.reasons_sealed, REASONS)])
          for one in Learning.objects.filter(person__ref=person).order_by("pk")),
        *((N_("Letter for a post"), one.vacancy.title, one.sent_at,
           states.CANDIDACY_LABELS[states.Candidacy(one.state)],
           [(one.letter_sealed, LETTER), (one.answer_sealed, ANSWER_SEALED)])
          for one in Candidacy.objects.filter(person__ref=person).select_related("vacancy").order_by("pk")),
        *((N_("Written under a notice"), one.news.title, one.said_at,
           states.CONTRIBUTION_LABELS[states.Contribution(one.state)], [(one.words_sealed, WRITTEN)])
          for one in Contribution.objects.filter(person__ref=person).select_related("news").order_by("pk")),
        *((N_("Allowance"), rules.LEVELS[rules.Level(one.level)], one.month,
           states.ALLOWANCE_LABELS[states.Allowance(one.state)], [])
          for one in Allowance.objects.filter(person__ref=person).order_by("pk")),
    ]
    texts = iter(people.open_many([(person, sealed, context) for *_, words in rows for sealed, context in words]))
    return [{N_("kind"): kind, N_("what"): what, N_("day"): day, N_("state"): label,
             N_("words"): " / ".join(filter(None, [next(texts) for _ in words]))}
            for kind, what, day, label, words in rows]
