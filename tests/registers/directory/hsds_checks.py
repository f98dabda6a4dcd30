"""What a consumer of HSDS looks at: each check says what is wrong with a feed, and nothing where it is right.

A feed is the bodies of its addresses: `/`, the five lists, and one whole object of each.
"""
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import jsonschema_rs

Feed = dict[str, Any]
Check = Callable[[Feed], list[str]]
LISTS = ("services", "organizations", "service_at_locations", "taxonomies", "taxonomy_terms")
WHOLE = {"service": "service", "organization": "organization", "service_at_location": "service_at_location",
         "taxonomy": "taxonomy", "taxonomy_term": "taxonomy_term"}
OF_LIST = {"services": "service", "organizations": "organization", "service_at_locations": "service_at_location",
           "taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term"}


def validator(schemas: dict[str, Any], name: str) -> Any:
    """A validator of one schema that knows the others by their names; formats are checked."""
    base = "https://example.org/schema/"
    known = {f"{base}{key}.json": {"$schema": "https://json-schema.org/draft/2020-12/schema"} | one
             | {"$id": f"{base}{key}.json"} for key, one in schemas.items()}
    registry = jsonschema_rs.Registry(list(known.items()))
    return jsonschema_rs.Draft202012Validator({"$ref": f"{base}{name}.json"}, registry=registry, validate_formats=True)


def problems(schemas: dict[str, Any], name: str, told: Any) -> list[str]:
    return [f"{name}: {error.message} at {list(error.instance_path)}"
            for error in validator(schemas, name).iter_errors(told)]


def walk(told: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(told, dict):
        yield name, told
        for key, value in told.items():
            yield from walk(value, key)
    elif isinstance(told, list):
        for one in told:
            yield from walk(one, name)


def base_is_described(feed: Feed) -> list[str]:
    root = feed["/"]
    return [name for name in ("version", "profile", "openapi_url") if not isinstance(root.get(name), str)] + [
        f"{name} is no address" for name in ("profile", "openapi_url") if "://" not in str(root.get(name))]


def lists_have_their_envelope(feed: Feed) -> list[str]:
    kinds: dict[str, type] = {"total_items": int, "total_pages": int, "page_number": int, "size": int,
                              "first_page": bool, "last_page": bool, "empty": bool, "contents": list}
    return [f"{name}.{key}" for name in LISTS for key, kind in kinds.items()
            if type(feed[name].get(key)) is not kind]


def envelopes_agree_with_themselves(feed: Feed) -> list[str]:
    found = []
    for name in LISTS:
        page = feed[name]
        if page["first_page"] != (page["page_number"] == 1) or page["last_page"] != (
                page["page_number"] == page["total_pages"]) or page["empty"] != (not page["contents"]):
            found.append(name)
    return found


def sizes_are_what_is_there(feed: Feed) -> list[str]:
    return [name for name in LISTS if feed[name]["size"] != len(feed[name]["contents"])]


def every_list_has_something(feed: Feed) -> list[str]:
    return [name for name in LISTS if not feed[name]["contents"]]


def services_name_their_organisation(feed: Feed) -> list[str]:
    every = [*feed["services"]["contents"], feed["service"]]
    return [one["id"] for one in every if not one.get("organization", {}).get("name")]


def whole_service_has_its_parts(feed: Feed) -> list[str]:
    wanted = ("schedules", "service_areas", "service_at_locations", "languages", "cost_options", "attributes")
    return [name for name in wanted if not feed["service"].get(name)]


def funded_service_says_by_whom(feed: Feed) -> list[str]:
    return [] if all(one.get("source") for one in feed["service"].get("funding", [{}])) else ["funding"]


def locations_have_addresses(feed: Feed) -> list[str]:
    locations = [at["location"] for at in feed["service"]["service_at_locations"]] + [
        feed["service_at_location"]["location"]]
    return [one["id"] for one in locations if not one.get("addresses") or "latitude" not in one]


def locations_of_a_service_name_it(feed: Feed) -> list[str]:
    every = [*feed["service_at_locations"]["contents"], feed["service_at_location"]]
    return [one["id"] for one in every if not one.get("service", {}).get("name") or not one.get("location")]


def organisations_have_identifiers(feed: Feed) -> list[str]:
    return [] if feed["organization"].get("organization_identifiers") else ["organization"]


def organisations_have_services(feed: Feed) -> list[str]:
    return [] if feed["organization"].get("services") else ["organization"]


def ids_are_uuids(feed: Feed) -> list[str]:
    found = []
    for name in ("services", "service", "organization", "service_at_location", "taxonomy", "taxonomy_term"):
        for _, one in walk(feed[name]):
            try:
                UUID(one.get("id", str(UUID(int=0))))
            except ValueError:
                found.append(f"{name}: {one['id']}")
    return found


def days_are_days(feed: Feed) -> list[str]:
    found = []
    for _, one in walk(feed["service"]):
        for key in ("assured_date", "valid_from", "valid_to", "dtstart"):
            try:
                date.fromisoformat(one.get(key, "2000-01-01"))
            except ValueError:
                found.append(f"{key} {one[key]}")
    return found


def changes_have_a_moment(feed: Feed) -> list[str]:
    stamp = feed["service"].get("last_modified", "")
    try:
        return [] if datetime.fromisoformat(stamp).tzinfo else ["no zone"]
    except ValueError:
        return [f"last_modified {stamp!r}"]


def services_are_assured(feed: Feed) -> list[str]:
    return [] if feed["service"].get("assured_date") else ["assured_date"]


def terms_belong_to_a_taxonomy(feed: Feed) -> list[str]:
    every = [*feed["taxonomy_terms"]["contents"], feed["taxonomy_term"]]
    return [one["id"] for one in every if not one.get("taxonomy")]


def the_whole_is_the_one_of_the_list(feed: Feed) -> list[str]:
    found = []
    for name, whole in OF_LIST.items():
        one = feed[whole]
        same = [row for row in feed[name]["contents"] if row["id"] == one["id"]]
        if same and same[0].get("name") != one.get("name"):
            found.append(name)
    return found


def nothing_is_null(feed: Feed) -> list[str]:
    return [f"{name}.{key}" for name, one in walk(feed) for key, value in one.items() if value is None]


def schedules_can_be_read(feed: Feed) -> list[str]:
    days = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"}
    return [one["id"] for one in feed["service"].get("schedules", []) if one.get("freq") not in {"WEEKLY", "MONTHLY"}
            or not set(one.get("byday", "").split(",")) <= days or one["opens_at"] >= one["closes_at"]]


CHECKS: tuple[Check, ...] = (
    base_is_described, lists_have_their_envelope, envelopes_agree_with_themselves, sizes_are_what_is_there,
    every_list_has_something, services_name_their_organisation, whole_service_has_its_parts,
    funded_service_says_by_whom, locations_have_addresses, locations_of_a_service_name_it,
    organisations_have_identifiers, organisations_have_services, ids_are_uuids, days_are_days, changes_have_a_moment,
    services_are_assured, terms_belong_to_a_taxonomy, the_whole_is_the_one_of_the_list, nothing_is_null,
    schedules_can_be_read,
)


def against(schemas: dict[str, Any], name: str) -> Check:
    """The bodies of one name, list or whole, validate against the schema."""
    whole = OF_LIST.get(name, name)

    def check(feed: Feed) -> list[str]:
        told = feed[name]["contents"] if name in OF_LIST else [feed[name]]
        return [problem for one in told for problem in problems(schemas, WHOLE[whole], one)]

    return check
