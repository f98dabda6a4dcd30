"""What the open log shows of a fact for ever: nothing that leads to a person, not even a pseudonym."""
import dataclasses
from typing import get_type_hints

from linli.engines.journal.events import Fact, Sealed, Visibility
from linli.registers.accounts import registry as accounts
from linli.watchers.openlog import access

PUBLIC = """
directory.BundleListed	bundle provider services
directory.BundleWithdrawn	bundle provider
directory.CapacitiesSet	service available maximum
directory.ExceptionAdded	service on closed
directory.ExceptionDropped	service on
directory.HoursSet	service spans
directory.ListingChecked	service provider on
directory.ProviderServicesClosed	provider services
directory.ProviderServicesReopened	provider services
directory.ResourcesSet	service resources
directory.ServiceAssured	service provider on
directory.ServiceListed	service provider price_fen
directory.ServicePaused	service provider
directory.ServiceResumed	service provider
directory.ServiceUpdated	service provider price_fen
directory.ServiceWithdrawn	service provider
documents.DocumentIssued	template sha256	document subject holder replaces about
documents.DocumentRevoked	template sha256 reason	document subject holder about
documents.SigningKeyMade	key certificate
documents.SigningKeyWithdrawn	key reason
openlog.LogDistrusted	log origin
openlog.LogKeyRotated	log_key key key_before
openlog.LogTrusted	log origin keys
openlog.PayloadWithheld	leaf reason
openlog.WitnessAdded	witness origin key
openlog.WitnessDropped	witness origin
orders.OrderRated	service provider grade	about order person region
orders.RatingStruck	service provider	about order person region
orders.ServiceConfirmed	provider service minutes worth by_itself	about order person region
orders.VisitStruck	provider service	about order person region
organisations.ApplicationRefused	region	about organisation applicant
organisations.EntryEntrusted	organisation region	holder
organisations.FilingCorrected	organisation filing corrects region
organisations.FilingMade	organisation filing kind region
organisations.OrganisationApproved	organisation region	applicant
organisations.OrganisationDescribed	organisation
organisations.OrganisationListed	organisation region
organisations.OrganisationRestored	organisation region
organisations.OrganisationSuspended	organisation region
organisations.RegisterImported	intake new changed same aside
organisations.SiteAdded	organisation site region
organisations.SiteChanged	organisation site region
organisations.SiteClosed	organisation site
places.ChangesImported	new same
places.FacilitiesImported	new changed same
places.FacilityAdded	facility kind tier region
places.FacilityChanged	facility region
places.FacilityClosed	facility on
places.PointPlaced	region
places.PopulationImported	new changed same
places.RegionsImported	issuer new changed same
places.StreetsImported	new same
"""
"""Each public fact: what everybody reads, and what is only committed to. What was published once stays so: another line
here is a decision, and a changed one makes a log that was made again differ from what was signed."""

LEADS_TO_SOMEBODY = frozenset({
    "person", "applicant", "representative", "account", "practitioner", "order", "need", "offer", "slot",
    "rectification", "representation", "grant", "token", "owner", "by",
})
NAMES_NOBODY = frozenset({
    "service", "services", "provider", "organisation", "site", "region", "issuer", "log", "log_key", "witness", "leaf",
    "on", "closed", "spans", "price_fen", "grade", "minutes", "worth", "by_itself", "new", "changed", "same",
    "aside", "intake",
    "bundle", "available", "maximum", "resources",
    "template", "sha256", "certificate", "filing", "corrects",
    "origin", "key", "keys", "key_before", "reason", "facility", "kind", "tier",
})


def public() -> list[type[Fact]]:
    found, waiting = [], list(Fact.__subclasses__())
    while waiting:
        fact = waiting.pop()
        waiting += fact.__subclasses__()
        if fact.visibility == Visibility.PUBLIC and fact.__module__.startswith("linli."):
            found.append(fact)
    return sorted(found, key=lambda fact: fact.label())


def fields(fact: type[Fact]) -> list[str]:
    return [field.name for field in dataclasses.fields(fact)]


def test_what_is_published_of_each_fact_is_a_decision() -> None:
    table = []
    for fact in public():
        clear = " ".join(name for name in fields(fact) if name not in fact.committed)
        table.append("\t".join([fact.label(), clear, *([" ".join(fact.committed)] if fact.committed else [])]))
    assert table == PUBLIC.strip().splitlines()


def test_no_public_fact_shows_what_leads_to_a_person() -> None:
    for fact in public():
        shown = set(fields(fact)) - set(fact.committed)
        assert not shown & LEADS_TO_SOMEBODY, f"{fact.label()} shows {shown & LEADS_TO_SOMEBODY}"
        assert shown <= NAMES_NOBODY, f"{fact.label()}: say of {shown - NAMES_NOBODY} whether it leads to a person"


def test_a_fact_about_somebodys_order_does_not_say_which() -> None:
    for fact in public():
        if {"order", "need"} & set(fields(fact)):
            assert {"about", "person", "region"} & {"about", *fields(fact)} <= set(fact.committed), fact.label()


def test_what_is_committed_is_there_and_nothing_sealed_is_published() -> None:
    for fact in public():
        assert set(fact.committed) <= {"about", *fields(fact)} and "about" not in fields(fact), fact.label()
        kinds = get_type_hints(fact)
        assert not any(kinds[name] in (Sealed, float) for name in fields(fact)), fact.label()


def test_whoever_a_public_fact_names_may_open_it() -> None:
    for role in ("resident", "practitioner", "provider_admin", "provider_staff"):
        assert access.OPEN in accounts.ROLES[role].permissions
