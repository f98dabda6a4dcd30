from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import speak
from linli.registers.organisations.queries import MARKS, Sought
from linli.registers.organisations.rules import ACCESSIBILITY, BEGINNINGS, KINDS
from linli.registers.organisations.rules.items import GRADES, ITEMS, LISTS, STATUSES
from linli.ui.choosing import among

Choices = list[tuple[str, Any]]


class Application(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of organisation"), widget=forms.RadioSelect)
    name = forms.CharField(label=_("Full name"), max_length=100, help_text=_("As it stands on the licence."))
    uscc = forms.CharField(
        label=_("Unified social credit code"), max_length=30, help_text=_("18 characters, on the licence."),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    region = forms.ChoiceField(label=_("Region"), help_text=_("Where the registered address lies."))
    address = forms.CharField(label=_("Registered address"), max_length=200)
    phone = forms.CharField(
        label=_("Public phone number"), max_length=30, help_text=_("Residents will call it. With the area code."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    english_name = forms.CharField(label=_("English name"), max_length=200, required=False)
    introduction = forms.CharField(
        label=_("What you offer, and to whom"), max_length=2000, required=False, widget=forms.Textarea,
        help_text=_("A few sentences. Residents read them on your page."),
    )

    def __init__(self, *args: Any, regions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "kind").choices = [
            (kind.value, f"{speak(label)} · {BEGINNINGS[kind]}…") for kind, label in KINDS.items()
        ]
        among(self, "region").choices = [("", _("Choose")), *regions]


class Claim(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of organisation"), widget=forms.RadioSelect)
    uscc = forms.CharField(
        label=_("Unified social credit code"), max_length=30, help_text=_("18 characters, on the licence."),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Public phone number"), max_length=30, help_text=_("Residents will call it. With the area code."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )
    statement = forms.CharField(
        label=_("How the office can see that it is so"), max_length=1000, widget=forms.Textarea({"rows": 4}),
        help_text=_("Your position, and where the office can ask back, such as your work's address or website."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "kind").choices = [
            (kind.value, f"{speak(label)} · {BEGINNINGS[kind]}…") for kind, label in KINDS.items()
        ]


class Reasons(forms.Form):
    reasons = forms.CharField(label=_("Reasons"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class Description(forms.Form):
    phone = forms.CharField(
        label=_("Public phone number"), max_length=30, help_text=_("Residents will call it. With the area code."),
        widget=forms.TextInput({"type": "tel"}),
    )
    short_name = forms.CharField(label=_("Short name"), max_length=40, required=False)
    english_name = forms.CharField(label=_("English name"), max_length=200, required=False)
    introduction = forms.CharField(
        label=_("What you offer, and to whom"), max_length=2000, required=False, widget=forms.Textarea,
        help_text=_("A few sentences. Residents read them on your page."),
    )


class Place(forms.Form):
    name = forms.CharField(label=_("Name of the site"), max_length=100)
    region = forms.ChoiceField(label=_("Street or township"))
    address = forms.CharField(label=_("Address"), max_length=200)
    lon = forms.FloatField(label=_("Longitude"), required=False, help_text=_("About 117 here (WGS-84)."))
    lat = forms.FloatField(label=_("Latitude"), required=False, help_text=_("About 32 here (WGS-84)."))
    phone = forms.CharField(label=_("Phone of the site"), max_length=30, required=False)
    accessibility = forms.MultipleChoiceField(
        label=_("Accessibility"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, regions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "region").choices = [("", _("Choose")), *regions]
        among(self, "accessibility").choices = [
            (word, speak(label)) for word, label in ACCESSIBILITY.items()
        ]


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, required=False, help_text=help_text, widget=forms.DateInput({"type": "date"}))


def _part(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=100)


class Seek(forms.Form):
    """What somebody asks the register; read from the address, so that a search can be kept as a link."""

    q = _part(_("Name, pinyin or code"))
    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.ChoiceField(label=_("Kind of organisation"), required=False)
    status = forms.ChoiceField(label=_("Registration status"), required=False)
    name = _part(_("Part of the name"))
    former = _part(_("Part of a former name"))
    code = _part(_("Unified social credit code, or how it begins"))
    number = _part(_("Registration certificate number"))
    legal_representative = _part(_("Legal representative"))
    registrar = _part(_("Registrar"))
    supervising_unit = _part(_("Supervising unit"))
    address = _part(_("Registered address"))
    mark = forms.ChoiceField(label=_("Marked as"), required=False)
    grade = forms.ChoiceField(label=_("Assessment grade"), required=False)
    established_from = _day(_("Established from"))
    established_until = _day(_("Established until"))
    funds_from = forms.DecimalField(label=_("Registered funds from (yuan)"), required=False, min_value=0,
                                    max_digits=14, decimal_places=2)
    funds_until = forms.DecimalField(label=_("Registered funds until (yuan)"), required=False, min_value=0,
                                     max_digits=14, decimal_places=2)

    def __init__(self, data: Any, *, districts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        marks = {mark: ITEMS[mark].label if mark in ITEMS else LISTS[mark] for mark in MARKS}
        chosen: dict[str, Any] = {
            "region": (_("Every district"), districts),
            "kind": (_("Every kind"), [(kind.value, speak(label)) for kind, label in KINDS.items()]),
            "status": (_("Every status"), [(key, speak(label)) for key, label in STATUSES.items()]),
            "mark": (_("Any"), [(key, speak(label)) for key, label in marks.items()]),
            "grade": (_("Any"), [(key, speak(label)) for key, label in GRADES.items()]),
        }
        for name, (every, choices) in chosen.items():
            among(self, name).choices = [("", every), *choices]

    @property
    def narrowed(self) -> bool:
        """Whether more is asked than words, region, kind and status."""
        return any(self.data.get(name) for name in list(self.fields)[4:])

    def sought(self) -> Sought:
        """What is asked; what makes no sense is left out, and its field says so."""
        self.is_valid()
        said = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        for name in ("funds_from", "funds_until"):
            if name in said:
                said[name] = int(said[name] * 100)
        return Sought(**said)


class AsOf(forms.Form):
    """A day of the register, and the day whose knowledge is asked for."""

    on = _day(_("As of"), _("What was so on this day."))
    known = _day(_("As known on"), _("Empty for what is known today."))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any]:
        for name in ("on", "known"):
            if (day := self.cleaned_data.get(name)) and day > self.today:
                self.add_error(name, _("The register knows nothing of days to come. Choose today or an earlier day."))
        return self.cleaned_data


class WatchListName(forms.Form):
    name = forms.CharField(label=_("Name of the list"), max_length=60,
                           help_text=_("Such as “Foundations that we fund”. Only you see it."))


class Watch(forms.Form):
    said = forms.CharField(
        label=_("Codes or full names"), max_length=20_000, widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line, or with commas; up to 500 at once. A column of a sheet can be pasted."))
