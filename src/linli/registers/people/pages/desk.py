"""The officer's desk: finding somebody, and opening a part of what is sealed."""
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_http_methods

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import NotAllowed, RuleBroken
from linli.kernel.text import N_
from linli.registers.people import actions, forms, queries, rules
from linli.registers.people.pages.sent import FORM, sent
from linli.registers.places import queries as places


@require_http_methods(FORM)
def find(request: Request) -> HttpResponse:
    """Find somebody by Linli number; it goes by POST, so that no log keeps whom an office looked for."""
    _require_open(request)
    form = forms.Find(sent(request))
    if form.is_valid():
        try:
            one = queries.find_by_number(form.cleaned_data["number"], permission="people.open", by=request.actor)
        except RuleBroken as why:
            blame(form, why)
        else:
            if one:
                return redirect("people:sealed", one.ref)
            form.add_error("number", gettext("Nobody in your region has this number. Read it out once more."))
    return render(request, "people/find.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(FORM)
def sealed(request: Request, ref: UUID) -> HttpResponse:
    """One person, masked; a field opened with a reason stands on the answer to its opening, and nowhere else."""
    _require_open(request)
    one, form, opened = queries.openable(ref, by=request.actor), forms.Open(sent(request)), ""
    if form.is_valid():
        field = rules.Field(form.cleaned_data["field"])
        try:
            opened = actions.open_field(ref, field=field, reason=form.cleaned_data["reason"], by=request.actor,
                                        at=request.at) or gettext("not known")
        except RuleBroken as why:
            blame(form, why)
    label = speak(rules.FIELDS[field]) if opened else ""
    unknown = gettext("not known")
    facts = [
        (gettext("Linli number"), one.number), (pgettext("person", "Name"), one.name),
        (gettext("Region"), places.full_names([one.region]).get(one.region, "")),
        (gettext("Year of birth"), str(one.birth_year) if one.birth_year else unknown),
        (gettext("Phone number"), one.phone or unknown), (gettext("ID number"), one.id_number or unknown),
        (gettext("Address"), one.address or unknown),
    ]
    return render(request, "people/sealed.html", {
        "facts": facts, "number": one.number, "form": forms.Open() if opened else form, "opened": opened,
        "label": label,
    }, status=422 if form.is_bound and not opened else 200)


def _require_open(request: Request) -> None:
    if "people.open" not in request.actor.permissions:
        raise NotAllowed(N_("Your role does not let you open people's data."))
