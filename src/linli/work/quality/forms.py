from django import forms
from django.utils.translation import gettext_lazy as _

from linli.work.quality.rules import LONGEST


class Answer(forms.Form):
    text = forms.CharField(
        label=_("What did you do about it?"), max_length=LONGEST, widget=forms.Textarea,
        help_text=_("The resident reads this and says whether it is solved. Write what was done and when, no names."),
    )


class Objection(forms.Form):
    text = forms.CharField(
        label=_("What is still wrong?"), max_length=LONGEST, widget=forms.Textarea,
        help_text=_("The provider reads this and answers again, by the same day."),
    )
