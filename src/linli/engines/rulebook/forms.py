from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.engines.rulebook.states import LABELS, STOP_REASONS, WAIVE_REASONS
from linli.kernel.doors import speak
from linli.ui.choosing import among

Choices = list[tuple[str, str]]


class Search(forms.Form):
    """Which rules to show; every field may stay empty."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=100)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    on = forms.DateField(label=_("In force on"), required=False,
                         error_messages={"invalid": _("Write a day that exists, such as 2026-11-22.")})
    region = forms.ChoiceField(label=_("Applies in"), required=False)

    def __init__(self, *args: Any, topics: Choices, regions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "topic").choices = [("", _("All topics")), *topics]
        among(self, "region").choices = [("", _("The whole country")), *regions]


class Filter(forms.Form):
    """Which duties an officer wants to see."""

    state = forms.ChoiceField(label=_("State"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, regions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(str(state), speak(label)) for state, label in LABELS.items()]
        among(self, "state").choices = [("", _("Everything still owed")), *states]
        among(self, "region").choices = [("", _("All my regions")), *regions]


class StopClock(forms.Form):
    reason = forms.ChoiceField(label=_("Why the clock stops"), choices=lambda: _spoken(STOP_REASONS))


class Waive(forms.Form):
    reason = forms.ChoiceField(label=_("Why it is waived"), choices=lambda: _spoken(WAIVE_REASONS))


def _spoken(reasons: Any) -> Choices:
    return [("", str(_("Choose a reason"))), *((str(key), speak(label)) for key, label in reasons.items())]
