from linli.kernel import sheets
from linli.kernel.refusals import NotFound
from linli.kernel.text import N_
from linli.registers.directory.rules import facilities
from linli.registers.directory.rules.facilities import Sheet
from linli.registers.directory.rules.taxonomy import Category, Domain, taxonomy

CategoryCard = Category
DomainCard = Domain
KEYS = frozenset(taxonomy().categories)


def read_facilities(data: bytes) -> Sheet:
    """The rows of a public list of facilities: CSV (UTF-8, GB18030), XLSX or XLS. Refuses: RuleBroken on `file`."""
    return facilities.sheet(sheets.read(data))


def categories() -> list[CategoryCard]:
    """All categories, domain by domain, as the taxonomy orders them. Source: taxonomy.toml."""
    return list(taxonomy().categories.values())


def domains() -> list[DomainCard]:
    return list(taxonomy().domains.values())


def category(key: str) -> CategoryCard:
    """Refuses: NotFound."""
    try:
        return taxonomy().categories[key]
    except KeyError:
        raise NotFound(N_("There is no such category.")) from None


def leaves(key: str) -> tuple[str, ...]:
    """The category itself, else all of the domain; nothing for a key that is neither."""
    return taxonomy().leaves(key)


def within(domain: str) -> tuple[str, ...]:
    """The categories of a domain."""
    return taxonomy().within(domain)


def matching_categories(text: str) -> tuple[str, ...]:
    """The categories whose name or keywords stand in the text, or in whose name or keywords the text stands."""
    return taxonomy().matching(text)
