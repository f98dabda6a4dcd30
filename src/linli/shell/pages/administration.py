"""The desk of system and security administrators: accounts, and whether the node is well."""
from datetime import date, datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET

from linli.engines.archive import queries as archive
from linli.engines.rulebook import queries as rulebook
from linli.kernel.doors import Request, speak
from linli.kernel.refusals import NotAllowed
from linli.kernel.text import N_
from linli.registers.accounts import queries as accounts
from linli.shell import desks, health
from linli.shell.remembered import recent_of_all
from linli.shell.site import counted
from linli.ui import written

SHOWN = 8
COUNTED = timedelta(minutes=10)
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
WATCHERS = {
    "accounts": N_("Closing accounts and changing roles"), "directory": N_("Services of suspended providers"),
    "insight": N_("Counting needs and services by place"), "letters": N_("Sending letters and messages"),
    "notices": N_("Sending notices"), "openlog": N_("Writing the transparency log"),
    "organisations": N_("Erasing people from applications to join"),
    "organisations.extracts": N_("Taking back extracts that were corrected"),
    "organisations.readers": N_("Telling who read an entry that was corrected"),
    "organisations.stream": N_("Following changes of the register"),
    "organisations.watching": N_("Telling who watches an organisation"),
    "practitioners": N_("Erasing people from passports"),
    "quality.rectifications": N_("Following up bad ratings"), "quality.scores": N_("Counting ratings"),
    "registration.certificates": N_("Issuing certificates anew after a correction"),
    "registration.names": N_("Letting go of names whose application ended"),
    "search": N_("Keeping the search up to date"),
    "workforce": N_("Carrying workers' registrations to their passports"),
}


@require_GET
def administration(request: Request) -> HttpResponse:
    """Refuses: NotAllowed (who looks after no accounts)."""
    if not desks.ADMINISTRATION.open_to(request.actor):
        raise NotAllowed(N_("This desk is for the administrators of this node. Sign in as one of them."))
    found, node = accounts.officials(request.actor, at=request.at, places=False), health.report(files=False)
    held = _archive(request.at)
    locked = sum(card.state == "locked" for card in found)
    old = sum(card.password_old for card in found)
    late, ours = rulebook.late_of(counted(request, request.actor, rulebook.late_tally(), at=request.at))
    behind = sum(one["behind"] for one in node["watchers"].values())
    stopped = [name for name, one in node["watchers"].items() if one["stopped_by"]]
    tiles = [
        (gettext("Officials' accounts"), len(found), gettext("{count} locked").format(count=locked),
         reverse("accounts:officials"), "late" if locked else ""),
        (gettext("Passwords past their time"), old, gettext("They are asked for a new one when they sign in"),
         reverse("accounts:officials"), "late" if old else ""),
        (gettext("Entries to be read"), behind,
         ngettext("{count} watcher stopped", "{count} watchers stopped", len(stopped)).format(count=len(stopped)),
         "", "late" if stopped else ""),
        (gettext("Late duties"), late, gettext("of them ours: {count}").format(count=ours), reverse("rulebook:late"),
         "late" if late else ""),
    ]
    header = [gettext("Watcher"), (gettext("Behind"), "num"), gettext("State")]
    rows = [[speak(WATCHERS[name]) if name in WATCHERS else name, f"{one['behind']:,}", _running(one["stopped_by"])]
            for name, one in sorted(node["watchers"].items())]
    people = [[
        {"text": card.name, "url": reverse("accounts:official", args=[card.ref])},
        gettext(", ").join(speak(role.name) for role in card.roles) or gettext("no role yet"),
        {"text": speak(card.label), "tone": "late" if card.state == "locked" else "ok"},
    ] for card in found[:SHOWN]]
    context = {
        "kept": _kept(held), "damaged": len(held.damaged), "tiles": tiles, "header": header, "rows": rows,
        "at": request.at, "more": len(found) > SHOWN,
        "people_header": [gettext("Official"), gettext("Roles"), gettext("State")], "people": people,
        "waiting": [line for line in node["warnings"] if line.startswith("migration")],
        "holidays_until": written.day(date.fromisoformat(node["holidays_until"]), weekday=False),
        "database": DATABASES.get(node["database"], node["database"]),
    }
    return render(request, "shell/administration.html", context)


def _archive(at: datetime) -> archive.Held:
    """Counted over every file, so some minutes old: the desk is looked at often, and the archive grows slowly."""
    return recent_of_all("archive", lambda: archive.held(on=localdate(at)), at=at, age=COUNTED)


def _kept(held: archive.Held) -> str:
    return gettext("In the archive: {files} files ({size}), packages: {packages}, of them damaged: {damaged}.").format(
        files=f"{held.files:,}", size=filesizeformat(held.bytes).replace("\xa0", " "), packages=f"{held.packages:,}",
        damaged=len(held.damaged))


def _running(stopped_by: str) -> dict[str, str]:
    if stopped_by:
        return {"text": gettext("stopped at a fault; see the log"), "tone": "late"}
    return {"text": gettext("running"), "tone": "ok"}
