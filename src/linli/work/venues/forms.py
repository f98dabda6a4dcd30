from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linli.kernel.doors import say, speak
from linli.kernel.money import Money
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import Text
from linli.ui.choosing import among
from linli.work.venues import rules
from linli.work.venues.rules import Offer, Span

SPANS = 2
"""Spans of a day that the form has room for."""


def _choices(labels: Mapping[str, Text]) -> list[tuple[str, Any]]:
    return [(key, speak(label)) for key, label in labels.items()]


def clocks(*, last: bool = False) -> list[tuple[str, str]]:
    """Every half hour of a day; as an end also 24:00."""
    found = [f"{n // 2:02}:{n % 2 * 30:02}" for n in range(1 if last else 0, 48)] + (["24:00"] if last else [])
    return [(one, one) for one in found]


def clock(text: str) -> time:
    """09:30; 24:00 is midnight at the end."""
    return time(0) if text == "24:00" else time.fromisoformat(text)


class Find(forms.Form):
    """What is looked for; everything may be left out."""

    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    begin = forms.ChoiceField(label=_("From"), required=False)
    until = forms.ChoiceField(label=_("Until"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    region = forms.ChoiceField(label=_("District"), required=False)
    people = forms.IntegerField(label=_("How many people"), required=False, min_value=1, max_value=rules.MOST_PEOPLE)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: dict[str, Any] = {
            "begin": [("", _("Any time")), *clocks()], "until": [("", _("Any time")), *clocks(last=True)],
            "kind": [("", _("Every kind")), *_choices(rules.KINDS)], "region": [("", _("Everywhere")), *regions]}
        for name, choices in given.items():
            among(self, name).choices = choices


class Period(forms.Form):
    """A period of a day, on the half hour."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    begin = forms.ChoiceField(label=_("From"))
    until = forms.ChoiceField(label=_("Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "begin").choices = clocks()
        among(self, "until").choices = clocks(last=True)

    def period(self) -> tuple[datetime, datetime]:
        """Its beginning and end."""
        said = self.cleaned_data
        day: date = said["day"]
        begin, until = clock(said["begin"]), clock(said["until"])
        midnight = rules.midnight(day)
        return (midnight + timedelta(minutes=rules.minute(begin)),
                midnight + timedelta(minutes=rules.minute(until, end=True)))


class Change(Period):
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=rules.MOST_PEOPLE)


class Book(Change):
    key = forms.UUIDField(widget=forms.HiddenInput)
    purpose = forms.ChoiceField(label=_("What for"))
    person = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    weeks = forms.TypedChoiceField(label=_("How often"), coerce=int)
    field_order = ("day", "begin", "until", "people", "purpose", "weeks", "person")

    def __init__(self, *args: Any, people: list[tuple[str, str]], most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weeks = [("1", _("Once")), *(
            (str(n), ngettext("Every week, {count} time", "Every week, {count} times", n).format(count=n))
            for n in range(2, most + 1))]
        for name, choices in (("purpose", _choices(rules.PURPOSES)), ("person", people), ("weeks", weeks)):
            among(self, name).choices = choices
        if len(people) == 1:
            self.fields["person"].widget = forms.HiddenInput()


class Code(forms.Form):
    code = forms.CharField(label=_("The six digits on their booking"), max_length=10,
                           widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))


class Venue(forms.Form):
    """Everything that is said about a venue, and its weekly hours as a grid."""

    name = forms.CharField(label=_("Name"), max_length=rules.LONGEST_NAME)
    kind = forms.ChoiceField(label=_("Kind"))
    about = forms.CharField(label=_("What it is good for"), required=False, max_length=rules.LONGEST_TEXT,
                            widget=forms.Textarea)
    address = forms.CharField(label=_("Address"), max_length=100)
    region = forms.ChoiceField(label=_("District"))
    capacity = forms.IntegerField(label=_("Room for how many people"), min_value=1, max_value=rules.MOST_PEOPLE)
    equipment = forms.MultipleChoiceField(label=_("Equipment"), required=False, widget=forms.CheckboxSelectMultiple)
    house_rules = forms.CharField(label=_("Rules of use"), required=False, max_length=rules.LONGEST_TEXT,
                                  widget=forms.Textarea)
    opened_by = forms.CharField(label=_("Who opens the door"), max_length=100,
                                help_text=_("The post and its phone, such as: gatekeeper, 0551-62345678."))
    price_fen = forms.CharField(label=_("Price per hour in yuan"), required=False, max_length=20,
                                help_text=_("0 or empty: free of charge."))
    lead_hours = forms.IntegerField(label=_("Book at least this many hours ahead"), min_value=0,
                                    max_value=rules.MOST_LEAD)
    cancel_hours = forms.IntegerField(label=_("Change or cancel up to this many hours before"), min_value=0,
                                      max_value=rules.MOST_LEAD)
    most_hours = forms.IntegerField(label=_("Longest booking in hours"), min_value=1, max_value=rules.MOST_HOURS)
    horizon_days = forms.IntegerField(label=_("Booked at most this many days ahead"), min_value=1,
                                      max_value=rules.MOST_DAYS)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("kind", _choices(rules.KINDS)), ("region", regions),
                              ("equipment", _choices(rules.EQUIPMENT))):
            among(self, name).choices = choices
        for weekday in range(7):
            for no in range(SPANS):
                for end in ("opens", "closes"):
                    self.fields[f"d{weekday}_{no}_{end}"] = forms.TimeField(
                        required=False, widget=forms.TimeInput(attrs={"type": "time", "step": "1800"}, format="%H:%M"))

    def clean_price_fen(self) -> int:
        try:
            return Money.parse(self.cleaned_data["price_fen"]).fen if self.cleaned_data["price_fen"] else 0
        except RuleBroken as why:
            raise forms.ValidationError(say(why)) from None

    def week(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """Each day's name and its pairs of fields."""
        return [(speak(name), [(self[f"d{day}_{no}_opens"], self[f"d{day}_{no}_closes"]) for no in range(SPANS)])
                for day, name in enumerate(rules.WEEKDAYS)]

    def plain(self) -> list[forms.BoundField]:
        """The fields but for the grid."""
        return [self[name] for name in self.base_fields]

    def offer(self) -> Offer:
        """What was said. Refuses: RuleBroken (half a span)."""
        said = dict(self.cleaned_data)
        hours = []
        for weekday in range(7):
            for no in range(SPANS):
                opens, closes = said.pop(f"d{weekday}_{no}_opens"), said.pop(f"d{weekday}_{no}_closes")
                if (opens is None) != (closes is None):
                    raise RuleBroken(rules.HALF_A_SPAN, field="hours", day=rules.WEEKDAYS[weekday])
                if opens is not None and closes is not None:
                    hours.append(Span(weekday, opens, closes))
        return Offer(**said | {"hours": tuple(hours), "equipment": tuple(said["equipment"])})


def initial(offer: Offer) -> dict[str, Any]:
    """An offer as the form has it."""
    found: dict[str, Any] = {name: getattr(offer, name) for name in Venue.base_fields}
    found |= {"equipment": list(offer.equipment), "price_fen": f"{offer.price_fen / 100:.2f}".removesuffix(".00")}
    count: dict[int, int] = {}
    for span in offer.hours:
        no = count.get(span.weekday, 0)
        count[span.weekday] = no + 1
        found |= {f"d{span.weekday}_{no}_opens": span.opens, f"d{span.weekday}_{no}_closes": span.closes}
    return found
