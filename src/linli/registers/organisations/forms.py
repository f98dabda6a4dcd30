from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import speak
from linli.registers.organisations.rules import ACCESSIBILITY, BEGINNINGS, KINDS
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
