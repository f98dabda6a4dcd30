"""Inputs are written as Django's own templates write them, only faster."""
import re
from datetime import date, time
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from linli.ui.controls import Controls

CHOICES = [("", "–"), ("a", "A & <B>"), ("Group “x”", [(1, "one"), ("2\"", gettext_lazy("Day"))])]
WIDGETS: list[tuple[forms.Widget, Any]] = [
    (forms.TextInput({"placeholder": gettext_lazy("Day"), "required": True, "disabled": False}), '"><script>'),
    (forms.TextInput(), None), (forms.TextInput(), mark_safe("a&amp;b")), (forms.HiddenInput(), 0),
    (forms.NumberInput({"min": 0}), 1234567.5), (forms.EmailInput(), "a@b"), (forms.URLInput(), "https://a/?b&c"),
    (forms.PasswordInput(render_value=True), "x"), (forms.DateInput(), date(2026, 11, 22)),
    (forms.TimeInput(format="%H:%M"), time(8, 5)), (forms.DateTimeInput(), "no date"), (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False), (forms.Textarea({"rows": 3}), "\n<b>\n邻里 🎉"), (forms.Textarea(), ""),
    (forms.Select(choices=CHOICES), "a"), (forms.Select(choices=CHOICES), 1), (forms.Select(), None),
    (forms.SelectMultiple(choices=CHOICES), ["a", '2"']), (forms.NullBooleanSelect(), True),
    (forms.RadioSelect(choices=CHOICES[:2]), "a"), (forms.CheckboxSelectMultiple(choices=CHOICES), ["a", "1"]),
    (forms.FileInput(), None), (forms.ClearableFileInput(), None), (forms.SplitDateTimeWidget(), None),
]


def written(widget: forms.Widget, value: Any, renderer: Any) -> str:
    return re.sub(r">\s+<", "><", widget.render("n<", value, {"id": "id_n", "class": "form-control"}, renderer)).strip()


@pytest.mark.parametrize("number", range(len(WIDGETS)))
def test_an_input_reads_as_django_writes_it(number: int) -> None:
    widget, value = WIDGETS[number]
    assert written(widget, value, Controls()) == written(widget, value, DjangoTemplates())


@pytest.mark.parametrize("kind", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_a_single_choice_reads_as_django_writes_it(kind: Any) -> None:
    def tags(renderer: Any) -> list[str]:
        form = type("One", (forms.Form,), {"way": forms.ChoiceField(choices=CHOICES, widget=kind)})(renderer=renderer)
        return [str(choice.tag()).strip() for choice in form["way"].subwidgets]

    assert tags(Controls()) == tags(DjangoTemplates())
