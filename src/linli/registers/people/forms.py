from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import speak
from linli.registers.people import rules
from linli.ui.choosing import among

_TEL = forms.TextInput({"type": "tel", "autocomplete": "tel"})
_ID = forms.TextInput({"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"})


class Family(forms.Form):
    name = forms.CharField(label=_("Their name"), max_length=100, help_text=_("As it stands on the ID card."),
                           widget=forms.TextInput({"autocomplete": "off"}))
    id_number = forms.CharField(label=_("Their ID number"), max_length=30, widget=_ID,
                                help_text=_("18 characters. It is kept sealed and only serves to tell people apart."))
    kind = forms.ChoiceField(label=_("I act as their"), widget=forms.RadioSelect, initial=rules.Kind.FAMILY)
    phone = forms.CharField(label=_("Their phone number"), max_length=30, required=False, widget=_TEL)
    until = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty: until one of you ends it."))
    agreed = forms.BooleanField(
        label=_("They know and agree that I act for them, and that their data is kept for it. For a child under 14 or"
                " somebody who cannot decide, I am the guardian."))

    agreed_for_child = forms.BooleanField(
        label=_("For a child under 14: I am the parent or guardian, I have read the rules for children's data, and I"
                " agree to them for the child."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "kind").choices = [
            (kind.value, speak(label)) for kind, label in rules.KINDS.items()
        ]


class Home(forms.Form):
    """Where a household lives."""

    address = forms.CharField(label=_("Address of the household"), max_length=300, required=False,
                              widget=forms.TextInput({"autocomplete": "street-address"}),
                              help_text=_("Street, building and door. It is kept sealed."))
    region = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)


class MovingOut(Home):
    """The same for somebody who lives with others until now."""

    moving_out = forms.BooleanField(label=_("I no longer live in the household where I am noted now."))


class Stands(forms.Form):
    relation = forms.ChoiceField(label=_("How they stand to the head of the household"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "relation").choices = [
            (one.value, speak(label)) for one, (_code, label) in rules.RELATIONS.items()
            if one is not rules.Relation.HEAD]


class Invite(Stands):
    """Somebody who lives in the household."""

    person = forms.ChoiceField(label=_("Who lives with you"), required=False)
    name = forms.CharField(label=_("Their name"), max_length=100, required=False,
                           help_text=_("As it stands on the ID card."), widget=forms.TextInput({"autocomplete": "off"}))
    number = forms.CharField(label=_("Their Linli number"), max_length=20, required=False,
                             help_text=_("10 digits; it stands on their page “Me”."),
                             widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}))
    field_order = ("person", "name", "number", "relation")

    def __init__(self, *args: Any, known: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "person").choices = [("", _("somebody else, by name and number")), *known]
        if not known:
            del self.fields["person"]
            self.fields["name"].required = self.fields["number"].required = True


class Profile(forms.Form):
    phone = forms.CharField(label=_("Phone number"), max_length=30, required=False, widget=_TEL,
                            help_text=_("So that helpers and the hotline reach you."))
    address = forms.CharField(label=_("Address"), max_length=300, required=False,
                              widget=forms.TextInput({"autocomplete": "street-address"}),
                              help_text=_("Street, building and door, for home visits."
                                          " Only the person who visits you sees it."))
    language = forms.ChoiceField(label=_("Language to speak with you"), required=False,
                                 choices=[("", _("not said")), *settings.LANGUAGES])
    region = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)


class RealName(forms.Form):
    id_number = forms.CharField(label=_("ID number"), max_length=30, widget=_ID,
                                help_text=_("18 characters, as on your ID card. It is kept sealed."))


class Find(forms.Form):
    number = forms.CharField(label=_("Linli number"), max_length=20, help_text=_("10 digits; the person reads it out."),
                             widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}))


class Open(forms.Form):
    field = forms.ChoiceField(label=_("Which part"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), max_length=400, widget=forms.TextInput({"autocomplete": "off"}),
                             help_text=_("5 to 200 characters. The person will read it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "field").choices = [
            (field.value, speak(label)) for field, label in rules.FIELDS.items()
        ]


class Erase(forms.Form):
    sure = forms.BooleanField(label=_("I have understood this, and want my data erased."))


class Ask(forms.Form):
    """What only a person at the office can do."""

    right = forms.ChoiceField(label=_("What do you ask for?"), widget=forms.RadioSelect)
    part = forms.ChoiceField(label=_("What is wrong?"), required=False, help_text=_("For a correction only."))
    words = forms.CharField(label=_("In your own words"), max_length=1200, widget=forms.Textarea,
                            help_text=_("4 to 1,000 characters. Only the office that answers reads it."))
    about = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "right").choices = [
            (right.value, gettext("{name}: {more}").format(name=speak(name), more=speak(rules.HINTS[right])))
            for right, name in rules.RIGHTS.items()]
        among(self, "part").choices = [
            ("", _("not a correction")), *((part.value, speak(name)) for part, name in rules.PARTS.items())]


class Decide(forms.Form):
    """The office's answer."""

    value = forms.CharField(label=_("What is right"), max_length=100, required=False,
                            widget=forms.TextInput({"autocomplete": "off"}),
                            help_text=_("It is written at once. A day as 1952-03-08, a gender as female or male."))
    answer = forms.CharField(label=_("Answer to the person"), max_length=1200, widget=forms.Textarea,
                             help_text=_("4 to 1,000 characters. A refusal says why, and where to complain."))

    def __init__(self, *args: Any, corrects: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not corrects:
            del self.fields["value"]


class Conclude(forms.Form):
    """What an audit found."""

    faults = forms.IntegerField(label=_("Faults found"), min_value=0, max_value=9999,
                                help_text=_("0 if there are none."))
    report = forms.CharField(label=_("Report of the audit"), max_length=4000, widget=forms.Textarea, help_text=_(
        "20 to 4,000 characters: what was looked at, what was found, what is done about it. No names, no numbers."))
    reported_on = forms.DateField(label=_("Reported to the cyberspace office on"), required=False,
                                  help_text=_("Required after the audit of minors' data."))


class Note(forms.Form):
    """That somebody belongs to a special group."""

    group = forms.ChoiceField(label=_("Special group"))
    until = forms.DateField(label=_("Holds until"), required=False, help_text=_("Empty: twelve months."))

    def __init__(self, *args: Any, seen: tuple[rules.Group, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "group").choices = [
            (one.value, speak(rules.GROUPS[one].name)) for one in seen]
