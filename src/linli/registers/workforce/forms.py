from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import speak
from linli.registers.workforce.rules import LEVELS, STUDIES
from linli.registers.workforce.rules.conduct import GROUNDS, MOST_MONTHS, PENALTIES
from linli.ui.choosing import among


class Apply(forms.Form):
    level = forms.ChoiceField(
        label=_("Level"), widget=forms.RadioSelect,
        choices=lambda: [(level.value, speak(name)) for level, name in LEVELS.items()],
    )
    certificate = forms.CharField(
        label=_("Number of the certificate"), max_length=60, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("It is sealed; only you and the office that decides can see it."),
    )
    certified_on = forms.DateField(label=_("Given on"), help_text=_("The day that stands on the certificate."))


class Learnt(forms.Form):
    study = forms.ChoiceField(
        label=_("Kind of learning"), choices=lambda: [(one.value, speak(name)) for one, name in STUDIES.items()],
    )
    subject = forms.CharField(label=_("What it was about"), max_length=120)
    organiser = forms.CharField(label=_("Who held it"), max_length=120)
    first_on = forms.DateField(label=_("First day"))
    last_on = forms.DateField(label=_("Last day"))
    hours = forms.FloatField(
        label=_("Hours learnt"), min_value=0, max_value=1500, required=False,
        help_text=_("As the certificate says. For a degree leave it empty: it counts by the rule, once."),
    )
    certificate = forms.CharField(
        label=_("Number of the certificate"), max_length=60, required=False,
        help_text=_("Needed for courses and degrees. A certificate counts once."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class Reasons(forms.Form):
    reasons = forms.CharField(
        label=_("Reasons"), max_length=600, widget=forms.Textarea({"rows": 3}),
        help_text=_("The person reads them word by word."),
    )


class Station(forms.Form):
    """`premises` are the choices of the office that sets it up."""

    facility = forms.ChoiceField(label=_("Premises"))
    uscc = forms.CharField(
        label=_("Credit code of the organisation that runs it"), max_length=24,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, premises: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "facility").choices = [("", _("Choose")), *premises]


class Assign(forms.Form):
    practitioner = forms.ChoiceField(label=_("Colleague"))
    leads = forms.BooleanField(label=_("Heads the station"), required=False)

    def __init__(self, *args: Any, staff: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "practitioner").choices = [("", _("Choose")), *staff]


class Vacancy(forms.Form):
    title = forms.CharField(label=_("Name of the post"), max_length=60)
    description = forms.CharField(
        label=_("What is to be done, where and when"), max_length=2000, widget=forms.Textarea({"rows": 6}),
    )
    level = forms.ChoiceField(
        label=_("Registered as a social worker, at least as"), required=False,
        choices=lambda: [("", _("no registration needed")),
                         *((level.value, speak(name)) for level, name in LEVELS.items())],
    )
    places = forms.IntegerField(label=_("People wanted"), min_value=1, max_value=500, initial=1)
    pay_from = forms.DecimalField(label=_("Monthly pay from (yuan)"), required=False, max_digits=7, decimal_places=2)
    pay_until = forms.DecimalField(label=_("to (yuan)"), required=False, max_digits=7, decimal_places=2)
    last_on = forms.DateField(label=_("Last day to apply"))

    def fen(self, name: str) -> int | None:
        """An amount in whole fen."""
        given = self.cleaned_data[name]
        return None if given is None else int(given * 100)


class Letter(forms.Form):
    letter = forms.CharField(
        label=_("Why you"), max_length=1500, widget=forms.Textarea({"rows": 6}),
        help_text=_("What you have done and when you could begin. It is sealed; only the organisation reads it."),
    )
    consented = forms.BooleanField(
        label=_("The organisation may read my name, this letter and my registration."), required=False
    )


class Answer(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"), max_length=600, widget=forms.Textarea({"rows": 3}),
        help_text=_("The person reads it word by word."),
    )


def _passport() -> forms.CharField:
    return forms.CharField(
        label=_("Number of the passport"), max_length=24, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("It stands on the card, and begins with P."),
    )


class Honour(forms.Form):
    passport = _passport()
    award = forms.CharField(label=_("Honour"), max_length=60)
    giver = forms.CharField(label=_("Given by"), max_length=100)
    basis = forms.CharField(label=_("Decision it rests on"), max_length=120,
                            help_text=_("Title or number of the decision."))
    awarded_on = forms.DateField(label=_("Given on"))


class Sanction(forms.Form):
    passport = _passport()
    penalty = forms.ChoiceField(
        label=_("Sanction"), widget=forms.RadioSelect,
        choices=lambda: [(one.value, speak(name)) for one, name in PENALTIES.items()],
    )
    ground = forms.ChoiceField(
        label=_("Ground"), choices=lambda: [("", _("Choose")), *((one.value, speak(n)) for one, n in GROUNDS.items())],
        help_text=_("Everybody reads this on the passport while the work is forbidden."),
    )
    months = forms.IntegerField(
        label=_("Months"), min_value=1, max_value=MOST_MONTHS, required=False,
        help_text=_("Of a suspension or a bar; empty for a bar without end. A warning lasts as the rule says."),
    )
    findings = forms.CharField(
        label=_("What happened"), max_length=3000, widget=forms.Textarea({"rows": 6}),
        help_text=_("It is sealed; only the person and the office read it."),
    )


class Words(forms.Form):
    """`called` says what the words are, to the person who writes them."""

    words = forms.CharField(label="", max_length=3000, widget=forms.Textarea({"rows": 4}))

    def __init__(self, *args: Any, called: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = called


class News(forms.Form):
    """`regions` and `trades` are the choices of the office that publishes."""

    title = forms.CharField(label=_("Title"), max_length=80)
    body = forms.CharField(label=_("Text"), max_length=8000, widget=forms.Textarea({"rows": 8}))
    region = forms.ChoiceField(label=_("For those who work in"))
    trades = forms.MultipleChoiceField(
        label=_("Trades"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every trade."),
    )
    levels = forms.MultipleChoiceField(
        label=_("Registered social workers of the level"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(level.value, speak(name)) for level, name in LEVELS.items()],
        help_text=_("None chosen: registered or not, of every level."),
    )
    from_on = forms.DateField(label=_("In force from"))
    last_on = forms.DateField(label=_("Last day in force"))
    pinned = forms.BooleanField(label=_("Keep it on top"), required=False)

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]], trades: Sequence[tuple[str, str]],
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "region").choices = regions
        among(self, "trades").choices = trades


class Withdrawal(forms.Form):
    """Of a notice."""

    reasons = forms.CharField(label=_("Reasons"), max_length=200,
                              help_text=_("Everybody reads them beside the notice."))


class Report(forms.Form):
    """Of what somebody wrote."""

    reasons = forms.CharField(label=_("What is wrong with it"), max_length=600, widget=forms.Textarea({"rows": 2}),
                              help_text=_("Only the office reads this, not who wrote it."))


class Claim(forms.Form):
    """`months` are those for which one may still claim."""

    month = forms.ChoiceField(label=_("Month"))

    def __init__(self, *args: Any, months: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "month").choices = months


class Payment(forms.Form):
    paid_on = forms.DateField(label=_("Paid on"))
    voucher = forms.CharField(label=_("Number of the payment"), max_length=40,
                              help_text=_("By which it stands in the books."))
