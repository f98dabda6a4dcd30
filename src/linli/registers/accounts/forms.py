from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.kernel.doors import speak
from linli.registers.accounts.registry import Role
from linli.ui.choosing import among

_NAME = forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
_CODE = forms.TextInput({"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"})

_TYPED, _KEPT = "accounts.typed", timedelta(hours=1)


def _new() -> forms.PasswordInput:
    return forms.PasswordInput({"autocomplete": "new-password"})


def _present() -> forms.PasswordInput:
    return forms.PasswordInput({"autocomplete": "current-password"})


@dataclass(frozen=True)
class Typed:
    """What somebody had typed when they turned out to be signed out: where it was sent, by whom where that is known,
    and whether files were with it, which a page cannot give back."""

    path: str
    account: str
    fields: list[tuple[str, str]]
    files: bool


def typed(request: HttpRequest, *, account: UUID | None) -> str:
    """What was sent, signed, for the page that asks to sign in again; it goes through the reader's own browser and is
    kept nowhere else. Empty where there is nothing to keep, or where a password is among it."""
    fields = [(name, text) for name, texts in request.POST.lists() for text in texts if name != "csrfmiddlewaretoken"]
    if not any(text.strip() for _, text in fields) or any("password" in name for name, _ in fields):
        return ""
    return signing.dumps([request.get_full_path(), str(account or ""), fields, bool(request.FILES)], salt=_TYPED,
                         compress=True)


def read_typed(kept: str) -> Typed | None:
    """The same read again; None where it is not ours or too old."""
    try:
        path, account, fields, files = signing.loads(kept, salt=_TYPED, max_age=_KEPT)
    except signing.BadSignature:
        return None
    return Typed(path, account, [(name, text) for name, text in fields], files)


class SignIn(forms.Form):
    username = forms.CharField(label=_("Username or mobile number"), max_length=80, widget=_NAME)
    password = forms.CharField(label=_("Password"), max_length=128, strip=False, widget=_present())


class SignUp(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=100, help_text=_("As it stands on your ID card."),
                           widget=forms.TextInput({"autocomplete": "name"}))
    username = forms.CharField(label=_("Mobile number, or a name to sign in with"), max_length=80, widget=_NAME)
    password = forms.CharField(label=_("Password"), max_length=128, strip=False, widget=_new(),
                               help_text=_("At least 8 characters, not only digits."))
    region = forms.ChoiceField(label=_("Where you live"), required=False)
    id_number = forms.CharField(
        label=_("ID number"), max_length=30, required=False, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Some services and subsidies ask for a checked name. You can do this later."))
    agreed = forms.BooleanField(
        label=_("I have read the privacy notice, and agree that my data is kept for my matters."))

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "region").choices = [("", _("I will say later")), *regions]


class AskReset(forms.Form):
    username = forms.CharField(label=_("Username or mobile number"), max_length=80, widget=_NAME)


class Reset(forms.Form):
    username = forms.CharField(label=_("Username or mobile number"), max_length=80, widget=_NAME)
    code = forms.CharField(label=_("Code"), max_length=20, widget=_CODE, help_text=_("8 letters and digits."))
    password = forms.CharField(label=_("New password"), max_length=128, strip=False, widget=_new(),
                               help_text=_("At least 8 characters, not only digits."))


class ChangePassword(forms.Form):
    old = forms.CharField(label=_("Current password"), max_length=128, strip=False, widget=_present())
    new = forms.CharField(label=_("New password"), max_length=128, strip=False, widget=_new(),
                          help_text=_("At least 8 characters, not only digits."))


class NewToken(forms.Form):
    label = forms.CharField(label=_("What the token is for"), max_length=60)
    until = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty: one year."))


class Find(forms.Form):
    text = forms.CharField(label=_("Username, mobile number or official's name"), max_length=80)


class NewOfficial(forms.Form):
    username = forms.CharField(label=_("Username"), max_length=80, widget=forms.TextInput({"autocomplete": "off"}))
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60,
                           widget=forms.TextInput({"autocomplete": "off"}))
    region = forms.ChoiceField(label=_("Region"))

    def __init__(self, *args: Any, regions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "region").choices = list(regions)


class Keeper(forms.Form):
    name = forms.CharField(label=_("Their name"), max_length=60, widget=forms.TextInput({"autocomplete": "off"}))
    sign_in = forms.CharField(
        label=_("What they sign in with"), max_length=80, widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Their mobile number or username. They need an account here first."))
    how = forms.ChoiceField(label=_("What you want"), initial="let_in", widget=forms.RadioSelect, choices=(
        ("let_in", _("Let them in: they keep the entry together with me")),
        ("hand_on", _("Hand it on: they keep the entry, and I no longer do"))))


class GrantRole(forms.Form):
    role = forms.ChoiceField(label=_("Role"))
    region = forms.ChoiceField(label=_("Region"))
    until = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty: until it is taken back."))

    def __init__(self, *args: Any, roles: Sequence[Role], regions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "role").choices = [(r.key, speak(r.name)) for r in roles]
        among(self, "region").choices = list(regions)
