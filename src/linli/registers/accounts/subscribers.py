"""What lower contexts' facts mean for accounts: who may manage an organisation, who acts as a practitioner."""
from uuid import UUID

from linli.engines.journal.registry import EntryCard
from linli.kernel.actor import SYSTEM
from linli.registers.accounts import actions, queries
from linli.registers.accounts.registry import KEEPER


def react(entries: list[EntryCard]) -> None:
    for entry in entries:
        at, told = entry.at, entry.payload
        match entry.fact:
            case "organisations.OrganisationApproved":
                scope = f"organisation:{told['organisation']}"
                actions.grant_to(UUID(told["applicant"]), role=KEEPER, scope=scope, by=SYSTEM, at=at)
            case "organisations.EntryEntrusted":
                scope = f"organisation:{told['organisation']}"
                actions.grant_to(UUID(told["holder"]), role=KEEPER, scope=scope, by=SYSTEM, at=at)
            case "practitioners.PractitionerAdded":
                scope = f"practitioner:{told['practitioner']}"
                actions.grant_to(UUID(told["person"]), role="practitioner", scope=scope, by=SYSTEM, at=at)
            case "practitioners.PractitionerLeft":
                actions.end_roles(f"practitioner:{told['practitioner']}", role="practitioner", by=SYSTEM, at=at)
            case "people.PersonErased":
                if account := queries.account_of(UUID(told["person"])):
                    actions.close(account, by=SYSTEM, at=at)
