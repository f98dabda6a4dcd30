"""The shape of what is typed: words, a wish, an offer, a caller. A field that cannot be right says so beside itself."""
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import say, speak
from linli.kernel.geometry import Point
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_, Text
from linli.registers.directory import queries as directory
from linli.registers.places import queries as places
from linli.ui.choosing import among
from linli.work.needs.queries import URGENCY
from linli.work.needs.rules import wishes
from linli.work.needs.rules.wishes import Part, Window

Choices = list[tuple[str, Any]]
SHANGHAI = ZoneInfo("Asia/Shanghai")
ROWS = (1, 2, 3)
"""As many times as a person names in a form; programs may name more."""
PARTS: dict[Part, Text] = {
    Part.ANY: N_("any time of the day"), Part.MORNING: N_("morning"), Part.AFTERNOON: N_("afternoon"),
    Part.EVENING: N_("evening"),
}
WHO: dict[str, Text] = {"female": N_("a woman"), "male": N_("a man")}


class Words(forms.CharField):
    """What people type or paste, without the sign that no database keeps."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\x00", "")))

    def clean(self, value: Any) -> str:
        try:
            return wishes.text(super().clean(value))
        except RuleBroken as why:
            raise forms.ValidationError(say(why)) from None


def _words(label: Any) -> Words:
    return Words(
        label=label, strip=False, widget=forms.Textarea({"rows": 4}),
        error_messages={"required": _("Say in a few words what you need.")},
        help_text=_("In your own words: what is needed, for whom, from when. At most 2,000 characters."),
    )


class Written(forms.Form):
    """The first step: words, and for whom."""

    text = _words(_("What do you need?"))
    person = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "person").choices = people
        if len(people) < 2:
            self.fields["person"].widget = forms.HiddenInput()


class Region(forms.Form):
    """A region chosen step by step: each select shows what lies below the one before it."""

    district = forms.ChoiceField(label=_("District or county"), required=False, widget=forms.Select({
        "hx-get": reverse_lazy("places:options"), "hx-target": "#id_street", "hx-trigger": "change"}))
    street = forms.ChoiceField(label=_("Street or township"), required=False, widget=forms.Select({
        "hx-get": reverse_lazy("places:options"), "hx-target": "#id_village", "hx-trigger": "change"}))
    village = forms.ChoiceField(label=_("Village or community"), required=False)

    def __init__(self, data: Any = None, *, initial: Any = None, **kwargs: Any) -> None:
        super().__init__(_in_line(data), initial=_in_line(initial), **kwargs)
        above = settings.REGION
        for name in ("district", "street", "village"):
            given = [("", gettext("Choose")), *(places.region_choices(above) if above else ())]
            among(self, name).choices = given
            above = str(self[name].value() or "")

    @property
    def region(self) -> str:
        """The most exact one that was chosen."""
        kept = self.cleaned_data
        return str(kept.get("village") or kept.get("street") or kept.get("district") or "")

    @property
    def below(self) -> str:
        """Which select comes next: where one was chosen, the one below it."""
        return "village" if self["street"].value() else "street" if self["district"].value() else "district"


class Wish(Region):
    """What was understood, where, when, and who should come. Said of a new need, and of one that is changed."""

    text = _words(_("Your words"))
    category = forms.ChoiceField(label=_("Kind of help"), required=False)
    urgency = forms.ChoiceField(label=_("How soon"), widget=forms.RadioSelect)
    where = forms.ChoiceField(label=_("Where help is needed"), widget=forms.RadioSelect)
    lon = forms.FloatField(label=_("Longitude"), required=False, widget=forms.TextInput({"inputmode": "decimal"}))
    lat = forms.FloatField(label=_("Latitude"), required=False, widget=forms.TextInput({"inputmode": "decimal"}))
    when = forms.ChoiceField(label=_("Which times suit"), widget=forms.RadioSelect)
    weeks = forms.TypedChoiceField(label=_("How often"), coerce=int, required=False, empty_value="1")
    mode = forms.ChoiceField(label=_("How"), required=False, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("Language"), required=False)
    gender = forms.ChoiceField(label=_("Who should come"), required=False)
    accessibility = forms.MultipleChoiceField(
        label=_("What must be there"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, at: datetime, here: str, kept: str = "", **kwargs: Any) -> None:
        """`here` is the place that it is for unless another is chosen; `kept` the times that stay, in words."""
        super().__init__(data, **kwargs)
        self.at = at
        for number in ROWS:
            self.fields[f"day{number}"] = forms.DateField(
                label=_("Day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
            self.fields[f"part{number}"] = forms.ChoiceField(
                label=_("Time of the day"), required=False, choices=_choices(PARTS))
        for name, choices in self._given(here, kept).items():
            among(self, name).choices = choices

    def _given(self, here: str, kept: str) -> dict[str, Choices]:
        return {
            "category": [("", gettext("Not sure: a social worker looks at it")), *by_domain()],
            "urgency": _choices(URGENCY), "where": [("here", here), ("other", gettext("Somewhere else"))],
            "when": [*([("kept", kept)] if kept else []), ("soon", gettext("As soon as possible")),
                     ("days", gettext("On days that I choose"))],
            "weeks": [("1", gettext("Once")), *((str(n), ngettext(
                "Every week, {count} time", "Every week, {count} times", n).format(count=n))
                for n in range(2, wishes.MOST_WEEKS + 1))],
            "mode": [("", gettext("It does not matter")), *_choices(directory.MODES)],
            "language": [("", gettext("It does not matter")), *_choices(directory.LANGUAGES)],
            "gender": [("", gettext("It does not matter")), *_choices(WHO)],
            "accessibility": _choices(directory.ACCESSIBILITY),
        }

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"day{number}"], self[f"part{number}"]) for number in ROWS]

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if kept.get("where") == "other" and not self.region and not self.errors.keys() & {"district", "street"}:
            self.add_error("district", gettext("Choose where help is needed."))
        self._placed(kept)
        if kept.get("when") == "days":
            self._timed(kept)
        return kept

    def _placed(self, kept: dict[str, Any]) -> None:
        lon, lat = kept.get("lon"), kept.get("lat")
        kept["point"] = None
        if (lon is None) != (lat is None) and not self.errors.keys() & {"lon", "lat"}:
            self.add_error("lat" if lat is None else "lon", gettext("Give both numbers, or neither."))
        elif lon is not None and lat is not None:
            try:
                kept["point"] = directory.placed(lon, lat, field="lon")
            except RuleBroken as why:
                self.add_error("lon", say(why))

    def _timed(self, kept: dict[str, Any]) -> None:
        for number in ROWS:
            if (window := self._window(number)) is None:
                continue
            try:
                wishes.windows([window], at=self.at)
            except RuleBroken as why:
                self.add_error(f"day{number}", say(why))
        if not any(self.cleaned_data.get(f"day{n}") or f"day{n}" in self.errors for n in ROWS):
            self.add_error("day1", gettext("Choose at least one day."))

    def _window(self, number: int) -> Window | None:
        day: date | None = self.cleaned_data.get(f"day{number}")
        if day is None:
            return None
        try:
            return wishes.part_of_day(day, Part(self.cleaned_data.get(f"part{number}") or Part.ANY), zone=SHANGHAI)
        except OverflowError:
            self.add_error(f"day{number}", gettext("There is no such day."))
            return None

    @property
    def point(self) -> Point | None:
        found: Point | None = self.cleaned_data.get("point")
        return found

    def windows(self) -> list[Window] | None:
        """The times that were chosen; None where they stay as they are."""
        when = self.cleaned_data["when"]
        if when == "kept":
            return None
        found = [self._window(number) for number in ROWS] if when == "days" else []
        return [one for one in found if one]

    def requires(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("language", "gender", "accessibility")}

    @property
    def visits(self) -> int:
        return int(self.cleaned_data["weeks"])

    def repeat(self) -> str:
        weeks = self.visits
        return f"FREQ=WEEKLY;COUNT={weeks}" if weeks > 1 else ""


class Posting(Wish):
    """A wish that is not posted yet: also for whom, and the key that makes it one however often it is sent."""

    person = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "person").choices = people
        if len(people) < 2:
            self.fields["person"].widget = forms.HiddenInput()


class Offering(forms.Form):
    service = forms.ChoiceField(label=_("Your service"))
    slot = forms.UUIDField(label=_("Time"), error_messages={
        "required": _("Choose one of the times."), "invalid": _("Choose one of the times.")})
    note = forms.CharField(
        label=_("A word to them"), required=False, max_length=wishes.LONGEST_NOTE, widget=forms.Textarea({"rows": 2}),
        help_text=_("At most 200 characters. Do not ask for a name or an address here."))

    def __init__(self, *args: Any, services: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "service").choices = services


class Find(forms.Form):
    """A caller by what they can say on the phone."""

    text = forms.CharField(label=_("Phone number or Linli number"), max_length=40, widget=forms.TextInput(
        {"inputmode": "tel", "autocomplete": "off"}))


class Caller(Region):
    """Somebody who calls for the first time."""

    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=100, widget=forms.TextInput(
        {"autocomplete": "off"}))
    phone = forms.CharField(label=_("Phone number"), max_length=30, required=False, widget=forms.TextInput(
        {"inputmode": "tel", "autocomplete": "off"}))
    birth_on = forms.DateField(label=_("Date of birth"), required=False, widget=forms.DateInput(
        {"type": "date"}, format="%Y-%m-%d"))
    consent_by_phone = forms.BooleanField(required=False, label=_(
        "I read out the privacy notice; the caller agrees to be registered."))
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].required = True
        self.fields["district"].error_messages["required"] = gettext("Choose where the caller lives.")


class Consent(Written):
    """The caller's words, and that they agree to have them written down."""

    consented = forms.BooleanField(required=False, label=_(
        "The caller agrees that I write this down and that providers see what kind of help is needed."))

    def clean_consented(self) -> bool:
        if not self.cleaned_data["consented"]:
            raise forms.ValidationError(gettext("Ask the caller for their consent first, and note that they gave it."))
        return True


def initial_times(windows: Sequence[Window]) -> dict[str, Any] | None:
    """How kept times fill the form; None where they do not fit into it."""
    found = [wishes.as_part(window, zone=SHANGHAI) for window in windows]
    if len(found) > len(ROWS) or None in found:
        return None
    rows = {f"{name}{number}": value for number, one in zip(ROWS, found, strict=False) if one
            for name, value in (("day", one[0]), ("part", one[1].value))}
    return {"when": "days" if found else "soon"} | rows


def latest(at: datetime) -> date:
    """The last day that can be chosen."""
    return (at + wishes.AHEAD - timedelta(days=1)).astimezone(SHANGHAI).date()


def by_domain() -> Choices:
    """Every category under its domain."""
    named = {card.key: speak(card.name) for card in directory.categories()}
    return [(speak(domain.name), [(key, named[key]) for key in directory.within(domain.key)])
            for domain in directory.domains()]


def _choices(labels: Any) -> Choices:
    return [(str(getattr(key, "value", key)), speak(label)) for key, label in labels.items()]


def _in_line(data: Any) -> Any:
    """What was sent, without a street or village that lies in another district than the one chosen now."""
    if data is None:
        return None
    kept = data.copy()
    for above, name in (("district", "street"), ("street", "village")):
        code = kept.get(above, "")
        if kept.get(name) and not (code and kept[name].startswith(places.under(code))):
            kept[name] = ""
    return kept
