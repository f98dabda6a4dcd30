"""What is known of the reader, and how to change it."""
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from linli.kernel.doors import Request, blame, speak
from linli.kernel.refusals import Conflict, RuleBroken
from linli.registers.people import access, actions, forms, queries, rules
from linli.registers.people.pages.sent import FORM, sent
from linli.registers.places import queries as places
from linli.ui import written


@require_http_methods(FORM)
def profile(request: Request, ref: UUID | None = None) -> HttpResponse:
    """What is known of the reader, or of somebody they act for, and how to change it."""
    own = access.own(request.actor)
    one = queries.person(ref or own, by=request.actor)
    if not one.full:
        return redirect("people:profile")
    here = reverse("people:profile_of", args=[ref]) if ref else reverse("people:profile")
    chosen = request.GET.get("region", "")
    names = places.full_names([chosen, one.region])
    region = chosen if chosen in names else one.region
    form = forms.Profile(sent(request), initial={
        "phone": one.phone, "address": one.address, "language": one.language, "region": region})
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.change(one.ref, phone=given["phone"], address=given["address"], language=given["language"],
                           region=given["region"] or None, by=request.actor, at=request.at)
        except RuleBroken as why:
            blame(form, why)
        else:
            return redirect(f"{here}?{urlencode({'saved': 1})}")
    checked = one.real_name_checked_at
    choose = f"{reverse('places:choose')}?{urlencode({'level': 'village', 'next': here})}"
    unknown = gettext("not known")
    facts = [
        (pgettext("person", "Name"), one.name), (gettext("Linli number"), one.number),
        (gettext("Region"), names.get(region, ""), choose),
        (gettext("Date of birth"), written.day(one.birth_on, weekday=False) if one.birth_on else unknown),
        (gettext("Gender"), speak(rules.GENDERS[one.gender]) if one.gender else unknown),
        (gettext("ID number"), one.id_number) if checked else
        (gettext("ID number"), gettext("not checked"), reverse("people:real_name") if one.ref == own else "",
         gettext("Check now")),
    ]
    return render(request, "people/profile.html", {
        "form": form, "facts": facts, "own": one.ref == own, "name": one.name, "saved": "saved" in request.GET,
        "changed": region != one.region, "openings_url": reverse("people:openings_of", args=[ref]) if ref
        else reverse("people:openings"),
        "household_url": reverse("people:household_of", args=[ref]) if ref else reverse("people:household"),
        "guarded": bool(ref) and access.guards(one.ref, by=request.actor, at=request.at),
        "privacy_url": reverse("people:privacy_of", args=[one.ref]),
    }, status=422 if form.is_bound else 200)


@require_http_methods(FORM)
def real_name(request: Request) -> HttpResponse:
    me, form = access.own(request.actor), forms.RealName(sent(request))
    if form.is_valid():
        try:
            actions.check_real_name(me, id_number=form.cleaned_data["id_number"], by=request.actor, at=request.at)
        except (Conflict, RuleBroken) as why:
            blame(form, why)
        else:
            return redirect("people:profile")
    return render(request, "people/real_name.html", {"form": form}, status=422 if form.is_bound else 200)


@require_GET
def openings(request: Request, ref: UUID | None = None) -> HttpResponse:
    """Who opened the reader's data, or that of somebody they act for, and why."""
    own = access.own(request.actor)
    found = queries.openings(ref or own, by=request.actor)
    return render(request, "people/openings.html", {
        "rows": [(written.moment(one.at), one.opened_by or gettext("an office"), speak(one.label), speak(one.reason))
                 for one in found],
        "header": [(gettext("When"),), (gettext("Who"),), (gettext("Which part"),), (gettext("Why"), "wide")],
    })


@require_http_methods(FORM)
def erase(request: Request, ref: UUID | None = None) -> HttpResponse:
    """Have one's own data erased, or those of somebody whose guardian one is."""
    own, form = access.own(request.actor), forms.Erase(sent(request))
    whose = ref or own
    access.whose_rights(whose, by=request.actor, at=request.at)
    if form.is_valid():
        actions.erase(whose, by=request.actor, at=request.at)
        return render(request, "people/erased.html", {"own": whose == own, "next": [
            gettext("Nobody can read your name, numbers, address or texts any more, we neither."),
            gettext("Your account closes within a minute. Figures without your name stay in the statistics."),
        ] if whose == own else [
            gettext("Nobody can read the name, numbers, address or texts any more, we neither."),
            gettext("Figures without the name stay in the statistics."),
        ]})
    return render(request, "people/erase.html", {
        "form": form, "own": whose == own, "name": queries.person(whose, by=request.actor).name,
        "back": reverse("people:privacy") if whose == own else reverse("people:privacy_of", args=[whose]),
        "going_on": [gettext("{name}: {more}").format(name=speak(name), more=count)
                     for name, count in queries.going_on(whose)],
    }, status=422 if form.is_bound else 200)
