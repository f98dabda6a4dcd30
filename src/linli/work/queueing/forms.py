from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ui.choosing import among
from linli.work.queueing import rules


class Open(forms.Form):
    service = forms.ChoiceField(label=_("For which service"))
    name = forms.CharField(label=_("What people call it"), max_length=rules.LONGEST_NAME)
    letter = forms.ChoiceField(label=_("Letter before the numbers"),
                               choices=[(letter, letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"])
    counters = forms.IntegerField(label=_("Counters that call now"), min_value=1, max_value=rules.MOST_COUNTERS)

    def __init__(self, *args: Any, services: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "service").choices = [(str(ref), name) for ref, name in services]


class Counter(forms.Form):
    counter = forms.IntegerField(min_value=1, max_value=rules.MOST_COUNTERS)


class Counters(forms.Form):
    counters = forms.IntegerField(label=_("Counters that call now"), min_value=1, max_value=rules.MOST_COUNTERS)
