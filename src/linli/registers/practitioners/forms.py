from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import speak
from linli.registers.practitioners import rules
from linli.registers.practitioners.rules import IDENTITY, LANGUAGES, WITHDRAWALS, kinds


def _languages() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("Languages"), widget=forms.CheckboxSelectMultiple, initial=["zh"],
        choices=lambda: [(key, speak(name)) for key, name in LANGUAGES.items()],
    )


def _papers() -> list[tuple[str, str]]:
    """Every kind that is recorded by hand, and each of its levels as `kind:level`."""
    return [
        (f"{key}:{level}" if level else key, speak(kind.called(level)))
        for key, kind in kinds().items() if key != IDENTITY for level in ("", *kind.levels)
    ]


class Enrol(forms.Form):
    name = forms.CharField(label=_("Name of the person"), max_length=60, help_text=_("As it stands on the ID card."))
    id_number = forms.CharField(
        label=_("ID number"), max_length=24, widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("It is checked, sealed, and shown to nobody."),
    )
    phone = forms.CharField(
        label=_("Mobile phone"), max_length=24, required=False, widget=forms.TextInput({"type": "tel"})
    )
    title = forms.CharField(label=_("Trade or post"), max_length=60, help_text=_("Such as: carer, nurse, tutor."))
    languages = _languages()
    joined_on = forms.DateField(label=_("Works here since"), required=False)
    consented = forms.BooleanField(
        label=_("The person agreed that residents see their name, trade and credentials."), required=False
    )


class Correct(forms.Form):
    public_name = forms.CharField(label=_("Name on the passport"), max_length=60)
    title = forms.CharField(label=_("Trade or post"), max_length=60)
    languages = _languages()


class Paper(forms.Form):
    kind = forms.ChoiceField(
        label=_("Credential"),
        choices=lambda: [("", _("Choose")), *_papers()],
    )
    number = forms.CharField(
        label=_("Number on the paper"), max_length=60, required=False,
        help_text=_("It is sealed; residents never see it."), widget=forms.TextInput({"autocomplete": "off"}),
    )
    issuer = forms.CharField(label=_("Issued by"), max_length=100, required=False)
    valid_from = forms.DateField(label=_("First day"))
    last_day = forms.DateField(
        label=_("Last day"), required=False, help_text=_("Leave it empty only where the paper has none.")
    )

    @property
    def kind_and_level(self) -> tuple[str, str]:
        kind, _, level = self.cleaned_data["kind"].partition(":")
        return kind, level

    @property
    def valid_until(self) -> date | None:
        """The day after the last one; 9999-12-31 is how papers without an end are often written."""
        return rules.day_after(self.cleaned_data["last_day"])


class Withdraw(forms.Form):
    why = forms.ChoiceField(
        label=_("Why does it no longer count?"), widget=forms.RadioSelect,
        choices=lambda: [(why.value, speak(text)) for why, text in WITHDRAWALS.items()],
    )


class File(forms.Form):
    file = forms.FileField(label=_("File (CSV)"), help_text=_("UTF-8 or GB 18030, as spreadsheets save it."))
    partial = forms.BooleanField(label=_("Take over the good rows although others are bad"), required=False)
    consented = forms.BooleanField(
        label=_("Everybody in the file agreed that residents see their name, trade and credentials."), required=False
    )


class Number(forms.Form):
    number = forms.CharField(
        label=_("Passport number"), max_length=40,
        help_text=_("P and ten more characters, printed under the code on the card."),
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )
