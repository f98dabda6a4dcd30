from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import speak
from linli.ui.choosing import among
from linli.work.registration.rules import KINDS
from linli.work.registration.rules.annual import CONCLUSIONS, FAULTS


class NameCheck(forms.Form):
    kind = forms.ChoiceField(label=_("What is to be founded"), widget=forms.RadioSelect)
    region = forms.ChoiceField(label=_("Region"), help_text=_("Where the registered address lies."))
    name = forms.CharField(
        label=_("Name"), max_length=120,
        help_text=_("The whole name: region, trade name, field and form, such as 合肥市蜀山区乐龄养老服务中心."),
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "kind").choices = [(kind.value, speak(label)) for kind, label in KINDS.items()]
        among(self, "region").choices = [("", _("Choose")), *regions]


class SentBack(forms.Form):
    text = forms.CharField(label=_("Why it goes back to the annual check"), max_length=500, widget=forms.Textarea)


class Conclusion(forms.Form):
    conclusion = forms.ChoiceField(label=_("What the check came to"), widget=forms.RadioSelect)
    faults = forms.MultipleChoiceField(
        label=_("Faults that were found"), required=False, widget=forms.CheckboxSelectMultiple)
    reasons = forms.CharField(
        label=_("What was found"), required=False, max_length=500, widget=forms.Textarea({"rows": 4}),
        help_text=_("The organisation and the public read it. No names of persons."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "conclusion").choices = [(one.value, speak(label)) for one, label in CONCLUSIONS.items()]
        among(self, "faults").choices = [(key, speak(label)) for key, label in FAULTS.items()]
