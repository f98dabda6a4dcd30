"""The rules that hold for the data of children under 14, by themselves and for everybody to read."""
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from linli.engines.rulebook import queries as rulebook
from linli.kernel.doors import Request, speak
from linli.kernel.text import N_
from linli.registers.people import rules
from linli.registers.people.rules import Footing

KEPT = (
    (N_("Name, ID number, date of birth"), N_("to know the child and whose guardian you are"),
     N_("until you have them erased")),
    (N_("Region, address, phone number"), N_("to find help near, and to come to the house"),
     N_("until you have them erased")),
    (N_("What is asked for, and the visits"), N_("so that help comes and is proven"),
     N_("with the record of the service, without the name once erased")),
    (N_("A special group, where an office notes one"), N_("so that help fits"),
     N_("twelve months, then noted anew or gone")),
)


@require_GET
def children(request: Request) -> HttpResponse:
    """What is kept of children, what for, who may see it, and what a guardian decides."""
    on = timezone.localdate(request.at)
    ages = {name: int(rulebook.rule(f"people.{name}", on=on).amount) for name in ("child", "minor")}
    return render(request, "people/children.html", {
        "child": ages["child"], "minor": ages["minor"], "days": int(rulebook.rule("people.deletion", on=on).amount),
        "version": rules.USES[rules.Purpose.CHILD].version,
        "header": [(gettext("Which data"),), (gettext("What for"),), (gettext("How long"),)],
        "rows": [[speak(cell) for cell in row] for row in KEPT],
        "optional": [(speak(use.name), speak(use.sentence)) for use in rules.USES.values()
                     if use.footing is Footing.CONSENT],
    })
