from django import forms
from django.utils.translation import gettext_lazy as _


class Email(forms.Form):
    email = forms.CharField(label=_("E-mail address"), max_length=200,
                            widget=forms.EmailInput({"autocomplete": "email"}))


class Phone(forms.Form):
    phone = forms.CharField(label=_("Mobile number"), max_length=20,
                            widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}))


class Code(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=12, help_text=_("Six digits; we have sent them there."),
                           widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}))
