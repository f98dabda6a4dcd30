from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import speak
from linli.kernel.geometry import Crs
from linli.kernel.text import N_, Text
from linli.registers.places.rules.facilities import IDLE, KINDS, TIERS
from linli.registers.places.rules.regions import ISSUERS
from linli.ui.choosing import among

Choices = list[tuple[str, Any]]
SYSTEMS: dict[Crs, Text] = {
    Crs.WGS84: N_("WGS-84 (satellites, this platform)"), Crs.GCJ02: N_("GCJ-02 (most maps on phones in China)"),
    Crs.BD09: N_("BD-09 (Baidu's maps)"),
}


def systems() -> Choices:
    return [(crs.value, speak(label)) for crs, label in SYSTEMS.items()]


def kinds(*, idle: bool = True) -> Choices:
    return [(key, speak(kind.name)) for key, kind in KINDS.items() if idle or key != IDLE]


class LookUp(forms.Form):
    q = forms.CharField(label=_("Name or code"), max_length=60,
                        help_text=_("Such as 庐江县, 合肥市中市区, 340124, or a community of anywhere in the country."))
    on = forms.DateField(label=_("On this day"), required=False, widget=forms.DateInput({"type": "date"}),
                         help_text=_("Leave it empty for today. The yearly tables begin in 1980."))
    issuer = forms.ChoiceField(label=_("According to"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "issuer").choices = [
            ("", _("Every issuer")), *((issuer.value, speak(label)) for issuer, label in ISSUERS.items())]


class Where(forms.Form):
    lon = forms.FloatField(label=_("Longitude"), help_text=_("About 117 here."), widget=forms.TextInput(
        {"inputmode": "decimal"}))
    lat = forms.FloatField(label=_("Latitude"), help_text=_("About 32 here."), widget=forms.TextInput(
        {"inputmode": "decimal"}))
    crs = forms.ChoiceField(label=_("Coordinates are from"), required=False)
    group = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "crs").choices = systems()

    def clean_crs(self) -> Crs:
        return Crs(self.cleaned_data["crs"] or Crs.WGS84)


class Facility(forms.Form):
    kind = forms.ChoiceField(label=_("Kind of facility"))
    name = forms.CharField(label=_("Name of the facility"), max_length=100)
    tier = forms.ChoiceField(label=_("Whom it serves"))
    region = forms.ChoiceField(label=_("Street or township"))
    community = forms.CharField(
        label=_("Community or village"), max_length=60, required=False,
        help_text=_("Where it belongs to one: its name or code, such as 琥珀潭社区."))
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    lon = forms.FloatField(label=_("Longitude"), required=False, widget=forms.TextInput({"inputmode": "decimal"}))
    lat = forms.FloatField(label=_("Latitude"), required=False, widget=forms.TextInput({"inputmode": "decimal"}))
    crs = forms.ChoiceField(label=_("Coordinates are from"), required=False, help_text=_(
        "Maps in China are shifted by some hundred metres; say which one, and it is put right. WGS-84 is kept."))
    capacity = forms.IntegerField(label=_("Capacity"), min_value=0, max_value=10**8, required=False, help_text=_(
        "Places, beds, meals a day or people a day, as the kind has it."))
    area_m2 = forms.IntegerField(label=_("Floor area in m²"), min_value=0, max_value=10**8, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel"}))
    opened_on = forms.DateField(label=_("Open since"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, *args: Any, regions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "kind").choices = [("", _("Choose")), *kinds()]
        among(self, "tier").choices = [
            (tier.value, speak(label)) for tier, label in reversed(TIERS.items())]
        among(self, "region").choices = [("", _("Choose")), *regions]
        among(self, "crs").choices = systems()

    def clean_crs(self) -> Crs:
        return Crs(self.cleaned_data["crs"] or Crs.WGS84)


class Closing(forms.Form):
    on = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}))


class Cell(forms.Form):
    code = forms.CharField(label=_("Number of the grid cell"), max_length=20)
    name = forms.CharField(label=_("Name of the grid cell"), max_length=60)
    region = forms.CharField(label=_("Community or village"), max_length=60, help_text=_(
        "Its name or code; put the street before a name that several have, such as 琥珀街道琥珀潭社区."))
    households = forms.IntegerField(label=_("Households"), min_value=0, max_value=10**6, required=False)


class Post(forms.Form):
    called = forms.CharField(label=_("Grid officer's name"), max_length=40, help_text=_(
        "Residents see it while the officer is on duty; afterwards it is deleted."))
    phone = forms.CharField(label=_("Duty phone"), max_length=30, widget=forms.TextInput({"type": "tel"}))
    from_on = forms.DateField(label=_("On duty since"), widget=forms.DateInput({"type": "date"}))


class Leaving(forms.Form):
    until_on = forms.DateField(label=_("Last day on duty"), widget=forms.DateInput({"type": "date"}))
