"""Every page of lists and every page of one thing, as the one reads it whose page it is: queries, time, weight."""
import re
import tempfile
from dataclasses import dataclass

from bench.node import Answer, Visitor, demo, share

ROUNDS = 30
MOST_MS, MOST_QUERIES, MOST_KB, MOST_FIRST_KB = 25.0, 8, 25.0, 100.0
BUILT_S, REUSED_S = 20.0, 5.0
REF = "[0-9a-f]{8}-[0-9a-f-]{27}"
SERVICES = "/services/?category=home_bathing"
# persona, then its pages: lists by address; what is behind `>` is one thing, found by its link on the page before
PAGES = {
    "": ["/", "/services/", SERVICES, ">/services/{ref}/", "/services/categories/", "/search/?q=%E5%8A%A9%E6%B5%B4",
         "/organisations/", ">/organisations/{ref}/", "/rules/", ">/rules/service.rectify_bad_rating/", "/duties/",
         "/figures/", "/matching/how/", ">/help/", ">/contact/", ">/about/", ">/privacy/"],
    "resident": ["/", "/needs/", ">/needs/{ref}/", ">/needs/new/", "/orders/",
                 ">/orders/{ref}/", SERVICES, ">/services/{ref}/", "/notices/", "/me/family/", ">/me/profile/",
                 ">/me/"],
    "family": ["/needs/", "/orders/", ">/orders/{ref}/"],
    "carer": ["/work/", "/notices/"],
    "provider": ["/provider/", "/provider/orders/", ">/orders/{ref}/", "/provider/calendar/", "/provider/staff/",
                 ">/provider/staff/{ref}/", "/provider/services/", ">/provider/services/{ref}/",
                 ">/provider/organisation/", "/provider/needs/", ">/provider/needs/{ref}/", "/provider/needs/offers/",
                 "/provider/quality/", ">/quality/{ref}/", "/notices/"],
    "officer_city": ["/officer/", "/officer/organisations/", ">/officer/organisations/{ref}/", "/officer/needs/",
                     "/officer/duties/", ">/duties/{ref}/", "/officer/quality/", ">/quality/{ref}/"],
    "officer_township": ["/officer/", "/officer/needs/"],
    "hotline_agent": ["/agent/"],
    "system_admin": ["/admin-desk/", "/officer/accounts/", ">/officer/accounts/{ref}/"],
}


@dataclass(frozen=True)
class Measured:
    who: str
    path: str
    listed: bool
    answers: tuple[Answer, ...]

    @property
    def times(self) -> list[float]:
        return [one.milliseconds for one in self.answers]

    @property
    def queries(self) -> int:
        return max(one.queries for one in self.answers)

    @property
    def weight(self) -> float:
        return max(one.weight for one in self.answers) / 1000

    def __str__(self) -> str:
        slow, many = share(self.times, .95) > MOST_MS, self.listed and self.queries > MOST_QUERIES
        marks = " slow" * slow + " queries" * many + " heavy" * (self.weight > MOST_KB)
        return (f"{self.who or 'anybody':17} {self.path:38.38} {self.answers[-1].status} {self.queries:4} "
                f"{share(self.times, .5):7.1f} {share(self.times, .95):7.1f} {self.weight:7.1f} {marks}")


def found(path: str, page: str) -> str | None:
    """The address of one thing, from the links of the page before."""
    if "{ref}" not in path:
        return path
    pattern = re.escape(path).replace(re.escape("{ref}"), REF)
    link = re.search(f'href="({pattern})["?#]', page)
    return link[1] if link else None


def measure(port: int, who: str, pages: list[str]) -> tuple[list[Measured], list[str]]:
    """What each page of a persona took, and which pages were not to be found."""
    visitor, made, missing, lists = Visitor(port), [], [], ""
    if who:
        visitor.be(who)
    for page in pages:
        listed, path = not page.startswith(">"), page.lstrip(">")
        address = found(path, lists)
        if address is None:
            missing.append(f"{who} {path}")
            continue
        first = visitor.ask(address)  # warm, and what the next links are read from
        lists = first.body.decode() + lists
        made.append(Measured(who, path, listed, tuple(visitor.ask(address) for _ in range(ROUNDS))))
    return made, missing


def first_weight(port: int) -> float:
    """What the home page weighs for who has nothing of it yet: the page and what it names, in kB as sent."""
    visitor = Visitor(port)
    page = visitor.ask("/")
    parts = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg|woff2|png))"', page.body.decode()))
    return (page.weight + sum(visitor.ask(part).weight for part in parts)) / 1000


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        with demo(data) as (_, _, built):
            pass
        with demo(data) as (port, _, reused):
            made: list[Measured] = []
            missing: list[str] = []
            for who, pages in PAGES.items():
                more, none = measure(port, who, pages)
                made, missing = made + more, missing + none
            first = first_weight(port)
    print(f"{'who':17} {'page':38} code  sql  p50 ms  p95 ms      kB")
    for one in made:
        print(one)
    for path in missing:
        print(f"nothing to show: {path}")
    times = [time for one in made for time in one.times]
    most = max(one.queries for one in made if one.listed)
    heaviest, broken = max(one.weight for one in made), [one.path for one in made if one.answers[-1].status != 200]
    verdicts = [
        (f"all pages: p95 {share(times, .95):.1f} ms (at most {MOST_MS:.0f})", share(times, .95) <= MOST_MS),
        (f"lists: {most} queries (at most {MOST_QUERIES})", most <= MOST_QUERIES),
        (f"heaviest page {heaviest:.1f} kB (at most {MOST_KB:.0f})", heaviest <= MOST_KB),
        (f"first page with all it needs {first:.1f} kB (at most {MOST_FIRST_KB:.0f})", first <= MOST_FIRST_KB),
        (f"demo built in {built:.1f} s (at most {BUILT_S:.0f})", built <= BUILT_S),
        (f"demo reused in {reused:.1f} s (at most {REUSED_S:.0f})", reused <= REUSED_S),
        (f"answers other than 200: {', '.join(broken) or 'none'}", not broken),
    ]
    return verdict(verdicts)


def verdict(held: list[tuple[str, bool]]) -> int:
    """Print what holds and what does not; 1 when something does not."""
    print()
    for said, well in held:
        print(f"{'holds ' if well else 'MISSED'}  {said}")
    return 0 if all(well for _, well in held) else 1


if __name__ == "__main__":
    raise SystemExit(main())
