"""Every page that anybody of the demo can reach asks the database at most eight times, frame included."""
from typing import Any

import pytest

MOST = 8


@pytest.mark.slow
def test_no_page_asks_the_database_more_than_eight_times(walked: list[dict[str, Any]]) -> None:
    over = [f"{one['who'] or 'anybody'} {one['address']}: {len(one['statements'])}\n    "
            + "\n    ".join(said[:160] for said in one["statements"])
            for one in walked if len(one["statements"]) > MOST]
    assert not over, "\n".join(over)


@pytest.mark.slow
def test_the_walk_reaches_the_lists_of_every_role(walked: list[dict[str, Any]]) -> None:
    """Else a list that nobody reached would be one that nobody counted."""
    reached: dict[str, set[str]] = {}
    for one in walked:
        reached.setdefault(one["who"], set()).add(one["address"].partition("?")[0])
    lists = {
        "": {"/services/", "/services/categories/", "/organisations/", "/rules/", "/duties/", "/figures/"},
        "resident": {"/needs/", "/orders/", "/notices/", "/me/family/"}, "family": {"/needs/", "/orders/"},
        "carer": {"/work/", "/notices/"}, "hotline_agent": {"/agent/"},
        "provider": {"/provider/", "/provider/orders/", "/provider/calendar/", "/provider/staff/",
                     "/provider/services/", "/provider/needs/", "/provider/needs/offers/", "/provider/quality/",
                     "/provider/organisation/", "/provider/organisation/sites/"},
        "officer_city": {"/officer/", "/officer/needs/", "/officer/duties/", "/officer/organisations/",
                         "/officer/quality/"},
        "officer_township": {"/officer/", "/officer/needs/"}, "auditor": {"/officer/", "/officer/duties/"},
        "system_admin": {"/admin-desk/", "/officer/accounts/"}, "security_admin": {"/admin-desk/"},
    }
    assert {who: wanted - reached.get(who, set()) for who, wanted in lists.items()} == {who: set() for who in lists}
    assert {"orders:order", "needs:need", "matching:matches", "directory:service", "needs:open_need",
            "practitioners:file", "quality:rectification"} <= {one["page"] for one in walked}
