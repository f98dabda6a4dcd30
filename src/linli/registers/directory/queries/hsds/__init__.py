"""The directory as other directories read it: HSDS 3.0 with the Chinese profile."""
from linli.registers.directory.queries.hsds.export import (
    csv_tables,
    described,
    keep,
    package,
    schema,
    schemas,
    services_in,
)
from linli.registers.directory.queries.hsds.finding import (
    Asked,
    Page,
    gone,
    locations_page,
    organisations_page,
    refs_page,
    services_page,
    stamps,
)
from linli.registers.directory.queries.hsds.told import (
    Here,
    at_locations,
    location,
    organisation,
    organisations,
    service,
    services,
)
from linli.registers.directory.queries.hsds.vocabulary import TAXONOMIES, taxonomies, taxonomy, term, terms

__all__ = [
    "TAXONOMIES", "Asked", "Here", "Page", "at_locations", "csv_tables", "described", "gone", "keep", "location",
    "locations_page", "organisation", "organisations", "organisations_page", "package", "refs_page", "schema",
    "schemas", "service", "services", "services_in", "services_page", "stamps", "taxonomies", "taxonomy", "term",
    "terms",
]
