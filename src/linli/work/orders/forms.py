from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linli.kernel.doors import speak
from linli.ui.choosing import among
from linli.work.orders import rules

ONCE = "1"


class Hidden(forms.Form):
    """A position that the phone may give."""

    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)


class Asked(Hidden):
    """For whom, how and where: the same for a booking and for a place in line."""

    service = forms.UUIDField(widget=forms.HiddenInput)
    need = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    mode = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    address = forms.CharField(label=_("Where to come"), max_length=rules.LONGEST_ADDRESS, required=False,
                              widget=forms.TextInput(attrs={"autocomplete": "street-address"}))

    def __init__(self, *args: Any, people: list[tuple[str, str]], modes: list[tuple[str, str]], on_file: bool,
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "person").choices = people
        among(self, "mode").choices = modes
        self.at_home = any(key == "home" for key, _label in modes)
        self.on_file = on_file
        if len(people) == 1:
            self.fields["person"].widget = forms.HiddenInput()
        if len(modes) == 1:
            self.fields["mode"].widget = forms.HiddenInput()
        if not self.at_home:
            del self.fields["address"]
        else:
            self.fields["address"].help_text = (
                _("Leave it empty to use the address that you gave us.") if on_file
                else _("Street, number, building and flat. Only who comes to you sees it, until the visit is over."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.at_home and not self.on_file and cleaned.get("mode") == "home" and not cleaned.get("address"):
            self.add_error("address", _("Say where to come."))
        return cleaned


class Booking(Asked):
    slot = forms.UUIDField(widget=forms.HiddenInput)
    weeks = forms.TypedChoiceField(label=_("How often"), coerce=int)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "weeks").choices = [(ONCE, _("Once")), *(
            (str(n), ngettext("Every week, {count} time", "Every week, {count} times", n).format(count=n))
            for n in range(2, most + 1))]


class Join(Asked):
    """A place in line. The last day is meant with that day."""

    from_on = forms.DateField(label=_("From which day"), widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(label=_("Until which day"), widget=forms.DateInput(attrs={"type": "date"}))
    part = forms.ChoiceField(label=_("When on the day"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "part").choices = [
            (part.value, speak(text)) for part, text in rules.PARTS.items()]


class Reason(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"))

    def __init__(self, *args: Any, known: dict[str, Any], series: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "reason").choices = [
            ("", _("Choose a reason")), *((key, speak(text)) for key, text in known.items())]
        if series:
            self.fields["rest"] = forms.BooleanField(label=_("And all later visits of this series"), required=False)


class Who(forms.Form):
    practitioner = forms.ChoiceField(label=_("Who goes"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = ("", _("Choose somebody") if needed else _("Choose later"))
        among(self, "practitioner").choices = [empty, *people]
        self.fields["practitioner"].required = needed


class Slot(forms.Form):
    slot = forms.UUIDField(error_messages={"required": _("Choose a time.")})


class Rate(forms.Form):
    grade = forms.TypedChoiceField(label=_("How was it?"), coerce=int, widget=forms.RadioSelect)
    comment = forms.CharField(label=_("Anything to add?"), required=False, max_length=rules.LONGEST,
                              widget=forms.Textarea, help_text=_("At most 500 characters. The provider reads it."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "grade").choices = [
            (str(grade), speak(text)) for grade, text in rules.GRADES.items()]


class Words(forms.Form):
    """What a side says, with a picture or paper if there is one."""

    text = forms.CharField(label=_("What happened?"), max_length=rules.LONGEST_STATEMENT, widget=forms.Textarea,
                           help_text=_("At most 1,000 characters. The other side and the office that decides read it."))
    file = forms.FileField(label=_("A picture or a paper"), required=False,
                           help_text=_("JPEG, PNG or PDF, at most 1 MB. Leave it out if there is none."))

    @property
    def content(self) -> bytes:
        """The file's bytes, at most one more than is allowed; empty without a file."""
        sent = self.cleaned_data.get("file")
        return sent.read(rules.MOST_BYTES + 1) if sent else b""


class Dispute(Words):
    claim = forms.ChoiceField(label=_("What is written down wrongly?"), widget=forms.RadioSelect)
    field_order = ("claim", "text", "file")

    def __init__(self, *args: Any, claims: tuple[rules.Claim, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "claim").choices = [
            (claim.value, speak(rules.CLAIMS[claim])) for claim in claims]


class Decision(forms.Form):
    outcome = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    minutes = forms.IntegerField(label=_("Minutes that count"), required=False, min_value=1)
    reduced_fen = forms.DecimalField(label=_("By how much the price goes down"), required=False, min_value=0,
                                     decimal_places=2, max_digits=10)
    reasons = forms.CharField(label=_("Reasons"), max_length=rules.LONGEST_STATEMENT, widget=forms.Textarea,
                              help_text=_("Both sides read them: what was found, by what evidence, and why so."))

    def __init__(self, *args: Any, outcomes: tuple[rules.Outcome, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "outcome").choices = [
            (one.value, speak(rules.OUTCOMES[one])) for one in outcomes]
        for name, outcome in (("minutes", rules.Outcome.MINUTES), ("reduced_fen", rules.Outcome.PRICE)):
            if outcome not in outcomes:
                del self.fields[name]

    def clean_reduced_fen(self) -> int | None:
        yuan = self.cleaned_data["reduced_fen"]
        return None if yuan is None else int(yuan * 100)


class Kept(Hidden):
    """A check-in or check-out as a phone kept it: which visit, when by its own clock, where."""

    key = forms.UUIDField()
    order = forms.UUIDField()
    move = forms.ChoiceField(choices=[("check_in", "check_in"), ("check_out", "check_out")])
    came = forms.IntegerField(required=False, min_value=1)
    happened = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"])


class Door(Hidden):
    """A check-in or check-out. The phone's position is enough; the rest is for when there is none."""

    method = forms.ChoiceField(label=_("Without a position"), required=False)
    reason = forms.ChoiceField(label=_("Why there is no position"), required=False)
    stated = forms.DateTimeField(label=_("When it was"), required=False)

    came = forms.IntegerField(label=_("How many came"), min_value=1, required=False)

    def __init__(self, *args: Any, supervisor: bool, places: int = 0, **kwargs: Any) -> None:
        """`places` of a group, so many were booked; 0 where nobody is counted."""
        super().__init__(*args, **kwargs)
        if places:
            self.fields["came"].initial = places
            self.fields["came"].required = True
        else:
            del self.fields["came"]
        methods = [("", _("By the phone's position")), ("later", speak(rules.METHODS[rules.Method.LATER]))]
        if supervisor:
            methods.append(("supervisor", speak(rules.METHODS[rules.Method.SUPERVISOR])))
        among(self, "method").choices = methods
        among(self, "reason").choices = [
            ("", _("Choose a reason")), *((key, speak(text)) for key, text in rules.WITHOUT_POSITION.items())]

    def said(self, when: str) -> dict[str, Any]:
        """What the action is told; `when` is its word for the stated time."""
        cleaned = dict(self.cleaned_data)
        stated: datetime | None = cleaned.pop("stated")
        return {**cleaned, when: stated}


class Whole(Hidden):
    """A bundle as one booking: for whom, where to come, and how each service is given that can be given in two ways."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    person = forms.UUIDField(widget=forms.HiddenInput)
    address = forms.CharField(label=_("Where to come"), max_length=rules.LONGEST_ADDRESS, required=False,
                              widget=forms.TextInput(attrs={"autocomplete": "street-address"}))

    def __init__(self, *args: Any, ways: dict[UUID, tuple[str, list[tuple[str, str]]]], on_file: bool,
                 **kwargs: Any) -> None:
        """`ways`: by service its name and the ways it is given."""
        super().__init__(*args, **kwargs)
        self.ways, self.on_file = ways, on_file
        for ref, (name, modes) in ways.items():
            if len(modes) > 1:
                self.fields[f"mode-{ref}"] = forms.ChoiceField(label=name, choices=modes)
        if not any(key == "home" for _name, modes in ways.values() for key, _label in modes):
            del self.fields["address"]
        else:
            self.fields["address"].help_text = (
                _("Leave it empty to use the address that you gave us.") if on_file
                else _("Street, number, building and flat. Only who comes to you sees it, until the visit is over."))

    @property
    def choices(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("mode-")]

    def modes(self) -> dict[UUID, str]:
        """How each service is given, as chosen or the only way."""
        return {ref: self.cleaned_data.get(f"mode-{ref}") or modes[0][0] for ref, (_name, modes) in self.ways.items()}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "address" in self.fields and not self.on_file and not cleaned.get("address") and (
                "home" in self.modes().values()):
            self.add_error("address", _("Say where to come."))
        return cleaned


class Party(forms.Form):
    """A group: how many, and who of them is known here or gave their name."""

    service = forms.UUIDField(widget=forms.HiddenInput)
    slot = forms.UUIDField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What kind of group"), widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("For an organisation"), required=False,
                             help_text=_("Your colleagues there see the booking too and can change it."))
    places = forms.IntegerField(label=_("How many people"), min_value=2, max_value=500,
                                help_text=_("All who take part, you included if you come along."))
    people = forms.MultipleChoiceField(label=_("Of your family"), required=False, widget=forms.CheckboxSelectMultiple,
                                       help_text=_("Whom you tick gets the subsidy of their age."))
    names = forms.CharField(label=_("Names of others"), required=False, max_length=4000, widget=forms.Textarea,
                            help_text=_("One a line, as many as you like or none. They are kept sealed; only who gives"
                                        " the service reads them, until the visit is over."))
    agreed = forms.BooleanField(label=_("Those named here agreed to it"), required=False)
    mode = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)
    weeks = forms.TypedChoiceField(label=_("How often"), coerce=int)

    def __init__(self, *args: Any, people: list[tuple[str, str]], units: list[tuple[str, str]],
                 modes: list[tuple[str, str]], most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given: dict[str, Any] = {
            "kind": [(kind.value, speak(text)) for kind, text in rules.PARTIES.items()],
            "unit": [("", _("For no organisation")), *units], "people": people, "modes": modes,
            "weeks": [(ONCE, _("Once")), *((str(n), ngettext("Every week, {count} time", "Every week, {count} times",
                                                             n).format(count=n)) for n in range(2, most + 1))],
        }
        for name, choices in given.items():
            among(self, "mode" if name == "modes" else name).choices = choices
        if not units:
            del self.fields["unit"]
        if not people:
            del self.fields["people"]
        if len(modes) == 1:
            self.fields["mode"].widget = forms.HiddenInput()

    def said(self, *, most: int) -> rules.Party:
        """The group as it was described. Refuses: RuleBroken naming the field."""
        said = self.cleaned_data
        return rules.party(
            said["kind"], places=said["places"], people=[UUID(ref) for ref in said.get("people") or ()],
            names=said["names"].splitlines(), agreed=said["agreed"],
            unit=UUID(said["unit"]) if said.get("unit") else None, most=most)
