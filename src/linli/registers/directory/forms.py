from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import say, speak
from linli.kernel.money import Money
from linli.kernel.refusals import RuleBroken
from linli.kernel.text import Text
from linli.registers.directory.actions import Chosen
from linli.registers.directory.queries import HoursCard, category, domains, within
from linli.registers.directory.rules import supply
from linli.registers.directory.rules.bundles import KINDS, ROLES
from linli.registers.directory.rules.hours import WEEKDAYS
from linli.registers.directory.rules.offers import ACCESSIBILITY, GENDERS, GROUPS, LANGUAGES, MODES, UNITS
from linli.ui.choosing import among

Choices = list[tuple[str, Any]]
SEASONS = 3
"""Empty rows for hours with dates, besides those there are."""


def _choices(labels: dict[str, Text]) -> Choices:
    return [(key, speak(label)) for key, label in labels.items()]


class Yuan(forms.CharField):
    """An amount as people type it, as whole fen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, widget=forms.TextInput({"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return Money.parse(text).fen if text else 0
        except RuleBroken as why:
            raise forms.ValidationError(say(why)) from None

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:.2f}".removesuffix(".00") if isinstance(value, int) else value


class Service(forms.Form):
    """Everything that a provider says about a service; the fields are called as in the action."""

    category = forms.ChoiceField(label=_("Category"), help_text=_("Decides which credentials your staff need for it."))
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("As residents would call it."))
    summary = forms.CharField(
        label=_("What it is"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("A few plain sentences: what you do, what you bring, what the resident should prepare."),
    )
    modes = forms.MultipleChoiceField(label=_("How it is given"), widget=forms.CheckboxSelectMultiple)
    site = forms.ChoiceField(
        label=_("Site"), required=False, help_text=_("Gives the address and the point on the map.")
    )
    area = forms.MultipleChoiceField(
        label=_("Area served"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none, and it is the district in which the site lies."),
    )
    languages = forms.MultipleChoiceField(label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple)
    accessibility = forms.MultipleChoiceField(
        label=_("Accessibility"), required=False, widget=forms.CheckboxSelectMultiple
    )
    gender = forms.ChoiceField(label=_("For"), required=False)
    min_age = forms.IntegerField(label=_("From age"), required=False, min_value=0, max_value=130)
    max_age = forms.IntegerField(label=_("Up to age"), required=False, min_value=0, max_value=130)
    groups = forms.MultipleChoiceField(
        label=_("Only for these groups"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none, and it is for everybody."),
    )
    price_fen = Yuan(label=_("Price in yuan"), required=False, help_text=_("0 or empty: free of charge."))
    price_unit = forms.ChoiceField(label=_("Counted"))
    subsidy_fen = Yuan(
        label=_("Subsidy in yuan"), required=False, help_text=_("What the government pays of the price.")
    )
    subsidy_min_age = forms.IntegerField(label=_("Subsidy from age"), required=False, min_value=0, max_value=130)
    subsidy_groups = forms.MultipleChoiceField(
        label=_("Subsidy for these groups"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Without an age or a group the subsidy is for everybody."),
    )
    duration_minutes = forms.IntegerField(label=_("One visit or session takes"), min_value=5, max_value=1440)
    buffer_minutes = forms.IntegerField(
        label=_("Kept free after each"), min_value=0, max_value=240, help_text=_("For the way, or to tidy up.")
    )
    setup_minutes = forms.IntegerField(
        label=_("Kept free before each"), min_value=0, max_value=240, required=False,
        help_text=_("To set up, before anybody comes."),
    )
    capacity = forms.IntegerField(label=_("Places at one time"), min_value=1, max_value=500)
    wave = forms.BooleanField(
        label=_("Called for the same start, served one after another"), required=False,
        help_text=_("All of one time come at its start and are called in turn; each is told how long the last one"
                    " waits. Leave it out where all take part together, as in a class."),
    )
    lead_minutes = forms.IntegerField(label=_("Book at least this long ahead"), min_value=0, max_value=43_200)
    horizon_days = forms.IntegerField(label=_("Times are shown this far ahead"), min_value=1, max_value=180)
    open_on_holidays = forms.BooleanField(label=_("Open on public holidays too"), required=False)

    SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_("What"), ("category", "name", "summary", "modes", "languages")),
        (_("Where"), ("site", "area", "accessibility")),
        (_("For whom"), ("gender", "min_age", "max_age", "groups")),
        (_("Price and subsidy"), ("price_fen", "price_unit", "subsidy_fen", "subsidy_min_age", "subsidy_groups")),
        (_("Times"), ("duration_minutes", "setup_minutes", "buffer_minutes", "capacity", "wave", "lead_minutes",
                      "horizon_days", "open_on_holidays")),
    )

    def __init__(self, *args: Any, sites: Choices, regions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: dict[str, Choices] = {
            "category": [("", gettext("Choose")), *(
                (speak(d.name), [(key, speak(category(key).name)) for key in within(d.key)]) for d in domains()
            )],
            "modes": _choices(MODES), "site": [("", gettext("none")), *sites], "area": regions,
            "languages": _choices(LANGUAGES), "accessibility": _choices(ACCESSIBILITY), "gender": _choices(GENDERS),
            "groups": _choices(GROUPS), "subsidy_groups": _choices(GROUPS), "price_unit": _choices(UNITS),
        }
        for name, choices in given.items():
            among(self, name).choices = choices

    def clean_setup_minutes(self) -> int:
        return int(self.cleaned_data["setup_minutes"] or 0)

    def sections(self) -> list[tuple[str, list[tuple[forms.BoundField, str]]]]:
        """Title, and each field with the unit that stands behind it."""
        minutes = ("duration_minutes", "setup_minutes", "buffer_minutes", "lead_minutes")
        units = dict.fromkeys(minutes, _("minutes")) | {"horizon_days": _("days")}
        return [
            (str(title), [(self[name], str(units.get(name, ""))) for name in names]) for title, names in self.SECTIONS
        ]


class Week(forms.Form):
    """The weekly hours as a grid, and rows for hours with dates. What is left empty is closed."""

    def __init__(self, data: Any = None, *, hours: Sequence[HoursCard]) -> None:
        always = [[row for row in hours if row.weekday == d and not (row.from_ or row.until)] for d in range(7)]
        seasons = [row for row in hours if row.from_ or row.until]
        self.width = max(2, *(len(rows) for rows in always))
        self.seasons = len(seasons) + SEASONS
        initial: dict[str, Any] = {}
        for day, rows in enumerate(always):
            for number, row in enumerate(rows):
                initial |= {f"d{day}_{number}_opens": row.opens, f"d{day}_{number}_closes": row.closes}
        for number, row in enumerate(seasons):
            initial |= {
                f"s{number}_weekday": row.weekday, f"s{number}_opens": row.opens, f"s{number}_closes": row.closes,
                f"s{number}_from": row.from_, f"s{number}_until": row.until,
            }
        super().__init__(data, initial=initial)
        for day, name in enumerate(WEEKDAYS):
            for number in range(self.width):
                self._clock(f"d{day}_{number}_opens", gettext("{day}, opens").format(day=speak(name)))
                self._clock(f"d{day}_{number}_closes", gettext("{day}, closes").format(day=speak(name)))
        for number in range(self.seasons):
            self.fields[f"s{number}_weekday"] = forms.TypedChoiceField(
                label=_("Weekday"), required=False, coerce=int, empty_value=None,
                choices=[("", "–"), *((day, speak(name)) for day, name in enumerate(WEEKDAYS))],
            )
            self._clock(f"s{number}_opens", _("Opens"))
            self._clock(f"s{number}_closes", _("Closes"))
            self.fields[f"s{number}_from"] = forms.DateField(label=_("First day"), required=False)
            self.fields[f"s{number}_until"] = forms.DateField(label=_("First day after"), required=False)

    def _clock(self, name: str, label: Any) -> None:
        clock = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control"})
        self.fields[name] = forms.TimeField(label=label, required=False, widget=clock)

    def grid(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        return [
            (speak(name), [(self[f"d{day}_{n}_opens"], self[f"d{day}_{n}_closes"]) for n in range(self.width)])
            for day, name in enumerate(WEEKDAYS)
        ]

    def rows(self) -> list[list[forms.BoundField]]:
        parts = ("weekday", "opens", "closes", "from", "until")
        return [[self[f"s{number}_{part}"] for part in parts] for number in range(self.seasons)]

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        for opens, closes in self._pairs():
            if (kept.get(opens) is None) != (kept.get(closes) is None) and not {opens, closes} & set(self.errors):
                self.add_error(closes if kept.get(closes) is None else opens, gettext("Give both times, or neither."))
        for number in range(self.seasons):
            if kept.get(f"s{number}_opens") is not None and kept.get(f"s{number}_weekday") is None:
                self.add_error(f"s{number}_weekday", gettext("Choose the weekday."))
        return kept

    def _pairs(self) -> Iterable[tuple[str, str]]:
        yield from ((f"d{d}_{n}_opens", f"d{d}_{n}_closes") for d in range(7) for n in range(self.width))
        yield from ((f"s{n}_opens", f"s{n}_closes") for n in range(self.seasons))

    def hours(self) -> list[HoursCard]:
        kept, found = self.cleaned_data, []
        for opens, closes in self._pairs():
            if kept.get(opens) is None:
                continue
            place = opens.split("_")[0]
            season = place.startswith("s")
            found.append(HoursCard(
                kept[f"{place}_weekday"] if season else int(place[1:]), kept[opens], kept[closes],
                kept[f"{place}_from"] if season else None, kept[f"{place}_until"] if season else None,
            ))
        return found


class Exceptional(forms.Form):
    on = forms.DateField(label=_("Day"))
    opens = forms.TimeField(label=_("Opens"), required=False, help_text=_("Leave both times empty: closed all day."))
    closes = forms.TimeField(label=_("Closes"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=100, required=False, help_text=_("Residents see it."))


class Day(forms.Form):
    on = forms.DateField()


class Sheet(forms.Form):
    file = forms.FileField(label=_("CSV file"), help_text=_("UTF-8 or GB18030, at most 2,000 rows."))
    partial = forms.BooleanField(label=_("Keep the good rows even if others are refused"), required=False)




class Facilities(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("XLSX, XLS, or CSV in UTF-8 or GB18030, at most 50,000 rows."))
    source = forms.CharField(
        label=_("Where the list comes from"), max_length=100, help_text=_("Residents see it beside each entry."))
    partial = forms.BooleanField(label=_("Keep the good rows even if others are refused"), required=False)


class Rows(forms.Form):
    """A few rows of the same fields, and some empty ones; a row without its first number or name is left out."""

    EMPTY = 2

    def __init__(self, data: Any, *, rows: Sequence[Any], row: Callable[[], Iterable[tuple[str, forms.Field]]]) -> None:
        self.count = len(rows) + self.EMPTY
        self.names = tuple(name for name, _ in row())
        super().__init__(data, initial={
            f"{name}_{n}": getattr(one, name) for n, one in enumerate(rows) for name in self.names})
        for n in range(self.count):
            for name, field in row():
                self.fields[f"{name}_{n}"] = field

    def rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"{name}_{n}"] for name in self.names] for n in range(self.count)]

    def kept(self) -> Iterable[dict[str, Any]]:
        """What was filled in, row by row, without the empty ones."""
        for n in range(self.count):
            yield {name: self.cleaned_data.get(f"{name}_{n}") for name in self.names}


def _capacity() -> Iterable[tuple[str, forms.Field]]:
    yield "unit", forms.ChoiceField(label=_("Counted in"), required=False, choices=_choices(supply.UNITS))
    yield "maximum", forms.IntegerField(label=_("In all"), required=False, min_value=1, max_value=supply.MOST)
    yield "available", forms.IntegerField(label=_("Free now"), required=False, min_value=0, max_value=supply.MOST)
    yield "group", forms.ChoiceField(
        label=_("For"), required=False, choices=[("", gettext("everybody")), *_choices(GROUPS)])
    yield "funded_percent", forms.IntegerField(
        label=_("Publicly funded, percent"), required=False, min_value=0, max_value=100)
    yield "waiting_list", forms.BooleanField(label=_("There is a waiting list"), required=False)


class Capacities(Rows):
    def __init__(self, data: Any = None, *, rows: Sequence[Any]) -> None:
        super().__init__(data, rows=rows, row=_capacity)

    def found(self) -> list[supply.Capacity]:
        return [supply.Capacity(row["unit"], row["maximum"], row["available"] or 0, row["group"] or "",
                                row["funded_percent"] or 0, bool(row["waiting_list"]))
                for row in self.kept() if row["maximum"]]


def _resource() -> Iterable[tuple[str, forms.Field]]:
    yield "kind", forms.ChoiceField(label=_("Kind"), required=False, choices=_choices(supply.KINDS))
    yield "name", forms.CharField(label=_("Name"), required=False, max_length=60)
    yield "quantity", forms.IntegerField(label=_("How many"), required=False, min_value=1, max_value=10_000)
    yield "url", forms.CharField(label=_("Address on the web"), required=False, max_length=300)


class Resources(Rows):
    def __init__(self, data: Any = None, *, rows: Sequence[Any]) -> None:
        super().__init__(data, rows=rows, row=_resource)

    def found(self) -> list[supply.Resource]:
        return [supply.Resource(row["kind"], row["name"], row["quantity"] or 1, row["url"] or "")
                for row in self.kept() if row["name"]]


class Bundle(forms.Form):
    """A bundle; up to six services in the order in which they are given."""

    PARTS = 6
    kind = forms.ChoiceField(label=_("Which fields it joins"))
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("As residents would call it."))
    summary = forms.CharField(
        label=_("What it is"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("For whom it is, and what is better about having it together."))
    price_fen = Yuan(label=_("Price of the whole in yuan"), required=False,
                     help_text=_("Empty: what its services cost one by one."))
    services = forms.CharField(required=False, widget=forms.HiddenInput)  # where a refusal of the choice stands

    def __init__(self, *args: Any, services: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "kind").choices = [(key, speak(one.name)) for key, one in KINDS.items()]
        for n in range(self.PARTS):
            self.fields[f"service_{n}"] = forms.ChoiceField(
                label=gettext("Service {number}").format(number=n + 1), required=n < 2,
                choices=[("", gettext("none")), *services])
            self.fields[f"times_{n}"] = forms.IntegerField(
                label=gettext("How many times"), required=False, min_value=1, max_value=100)
            self.fields[f"role_{n}"] = forms.ChoiceField(
                label=gettext("What it does for the whole"), required=False, choices=_choices(ROLES))

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("kind", "name", "summary", "price_fen")]

    def parts(self) -> list[list[forms.BoundField]]:
        return [[self[f"{part}_{n}"] for part in ("service", "times", "role")] for n in range(self.PARTS)]

    def said(self) -> dict[str, Any]:
        kept = self.cleaned_data
        price = kept["price_fen"] if self.data.get("price_fen", "").strip() else None
        return {"kind": kept["kind"], "name": kept["name"], "summary": kept["summary"], "price_fen": price,
                "services": [Chosen(UUID(kept[f"service_{n}"]), kept[f"times_{n}"] or 1, kept[f"role_{n}"] or "main")
                             for n in range(self.PARTS) if kept.get(f"service_{n}")]}
