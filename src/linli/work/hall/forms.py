"""Forms made of what a matter declares. A draft keeps what is typed: only handing in asks whether it is right."""
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linli.kernel.doors import speak
from linli.ui.choosing import among
from linli.work.hall import rules
from linli.work.hall.registry import AUDIENCES, Field, Shape
from linli.work.hall.rules import LONGEST, OPENINGS, RETURNS
from linli.work.hall.rules.hearing import RECORD

BLANKS = 3
GRADES = ((5, _("very content")), (4, _("content")), (3, _("fairly content")), (2, _("not content")),
          (1, _("not content at all")))


class Typed(forms.Form):
    """Some fields of a matter, as they were typed or are kept. `typed` gives the answers; nothing here refuses."""

    def __init__(self, data: Any = None, *, asked: Iterable[Field], answers: Mapping[str, Any] | None = None,
                 whys: Mapping[str, list[str]] | None = None, prefix: str = "") -> None:
        self.asked, kept = tuple(asked), answers or {}
        super().__init__(data, initial={one.key: _shown(one, kept.get(one.key)) for one in self.asked},
                         prefix=prefix or None)
        for one in self.asked:
            self.fields[one.key] = _field(one)
        self.whys: dict[str, list[str]] = {key: list(said) for key, said in (whys or {}).items()}

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound:
            self.errors.clear()  # what is missing is said by the matter's own rules
            self.add_all()

    def add_all(self) -> None:
        """Put what stands against these fields beside them."""
        for key, sentences in self.whys.items():
            if key in self.fields:
                label = str(self.fields[key].label)
                for said in sentences:  # beside its field a sentence does not begin with the field's name again
                    said = said.removeprefix(f"{label}：").removeprefix(f"{label}: ")
                    self.add_error(key, said[:1].upper() + said[1:])

    def typed(self) -> dict[str, Any]:
        """The answers as JSON has them, as far as they are well formed."""
        return {one.key: _said(one, self.fields[one.key].widget.value_from_datadict(
            self.data, self.files, self.add_prefix(one.key))) for one in self.asked}


def typed_as(asked: Iterable[Field], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as the inputs of `Typed` would send them; for showing what is wrong with what is kept."""
    sent: dict[str, Any] = {}
    for one in asked:
        value = _shown(one, answers.get(one.key))
        if one.shape is Shape.ROWS:
            for number, row in enumerate(value or []):
                sent |= {f"{one.key}-{number}-{key}": said for key, said in row.items()}
            sent[f"{one.key}-rows"] = str(len(value or []))
        elif value is not False and value not in (None, ""):
            sent[one.key] = value
    return sent


class Rows(forms.Widget):
    """Several rows of the same columns as inputs, some empty ones below, and a box to paste many at once."""

    def __init__(self, one: Field) -> None:
        super().__init__()
        self.one = one

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, Any]]:
        columns, most = self.one.columns, (self.one.most or rules.MOST_ROWS) + BLANKS
        found = [{c.key: _said(c, _input(c).value_from_datadict(data, files, f"{name}-{number}-{c.key}"))
                  for c in columns} for number in range(min(_count(data.get(f"{name}-rows")), most))]
        for line in str(data.get(f"{name}-paste") or "").splitlines()[:most]:
            parts = [part.strip() for part in re.split(r"[\t,，;；]", line)]
            found.append({c.key: _said(c, _meant(c, part)) for c, part in zip(columns, parts, strict=False)})
        return [row for row in found if any(value not in ("", None, False, []) for value in row.values())]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}-0-{self.one.columns[0].key}"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = value if isinstance(value, list) else []
        spare = BLANKS if len(self.one.columns) <= BLANKS else 1  # a wide row is a whole screen of a phone
        count = min(len(rows) + spare, self.one.most or rules.MOST_ROWS) if rows else max(spare, min(
            self.one.least or 0, 10))
        count = max(count, len(rows))
        head = format_html_join("", '<th scope="col">{}</th>', ((speak(c.label),) for c in self.one.columns))
        body = format_html_join("", "<tr>{}</tr>", ((self._row(name, number, rows[number] if number < len(rows) else {}
                                                               ),) for number in range(count)))
        paste = format_html(
            '<details class="small"><summary>{}</summary><label class="label" for="id_{}-paste">{}</label>'
            '<textarea class="form-control" rows="4" id="id_{}-paste" name="{}-paste"></textarea></details>',
            gettext("Paste many rows at once"), name,
            gettext("One row a line, in this order, with commas or tabs between: {columns}").format(
                columns=gettext(", ").join(speak(c.label) for c in self.one.columns)), name, name)
        return format_html(
            '<input type="hidden" name="{}-rows" value="{}"><div class="scroll" tabindex="0" role="region"'
            ' aria-label="{}"><table class="list plain inputs{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>'
            '</div><p class="hint">{}</p>{}',
            name, count, speak(self.one.label), " tall" if len(self.one.columns) > BLANKS else "", head, body,
            gettext("For another row press “Save and stay”."), paste)

    def _row(self, name: str, number: int, row: Mapping[str, Any]) -> SafeString:
        return format_html_join("", '<td data-label="{}">{}</td>', ((
            speak(c.label), _input(c).render(f"{name}-{number}-{c.key}", row.get(c.key, ""), {
                "id": f"id_{name}-{number}-{c.key}",
                "aria-label": gettext("{column}, row {number}").format(column=speak(c.label), number=number + 1),
            })) for c in self.one.columns))


def _count(said: Any) -> int:
    return int(said) if str(said or "").isdecimal() and len(str(said)) < 6 else 0


def _meant(column: Field, said: str) -> str:
    """A pasted choice is meant by its word."""
    return next((value for value, label in column.choices if said in {value, str(label), speak(label)}), said)


def _input(one: Field) -> forms.Widget:
    choices = [(value, speak(label)) for value, label in one.choices]
    plain: dict[str, Any] = {"class": "form-control"}
    match one.shape:
        case Shape.WORDS:
            return forms.Textarea({"rows": 5, **plain})
        case Shape.DAY:
            return forms.TextInput({"type": "date", **plain})
        case Shape.NUMBER | Shape.MONEY:
            return forms.TextInput({"inputmode": "decimal", **plain})
        case Shape.CHOICE:
            return forms.Select({"class": "form-select"}, choices=[("", gettext("Choose")), *choices])
        case Shape.CHOICES:
            return forms.CheckboxSelectMultiple(choices=choices)
        case Shape.YES:
            return forms.CheckboxInput()
        case Shape.PHONE:
            return forms.TextInput({"type": "tel", "inputmode": "tel", **plain})
        case Shape.ROWS:
            return Rows(one)
    return forms.TextInput(plain)


def _field(one: Field) -> forms.Field:
    label, hint, widget = speak(one.label), speak(one.hint) if one.hint else "", _input(one)
    if one.shape is Shape.MONEY:
        unit = gettext("In yuan.")
        hint = f"{hint} {unit}" if hint else unit
    choices = [(value, speak(said)) for value, said in one.choices]
    field: forms.Field
    if one.shape is Shape.CHOICE and len(choices) <= 5:
        field = forms.ChoiceField(label=label, help_text=hint, choices=choices, widget=forms.RadioSelect)
    elif one.shape is Shape.CHOICE:
        field = forms.ChoiceField(label=label, help_text=hint, choices=[("", gettext("Choose")), *choices])
    elif one.shape is Shape.CHOICES:
        field = forms.MultipleChoiceField(label=label, help_text=hint, choices=choices,
                                          widget=forms.CheckboxSelectMultiple)
    elif one.shape is Shape.YES:
        field = forms.BooleanField(label=label, help_text=hint)
    else:
        field = forms.Field(label=label, help_text=hint, widget=widget)
    field.required = one.required and one.shape is not Shape.YES and (one.shape is not Shape.ROWS or one.least != 0)
    field.validators = []
    return field


def _said(one: Field, value: Any) -> Any:
    if one.shape is Shape.MONEY and isinstance(value, str):
        return _fen(value)
    return bool(value) if one.shape is Shape.YES else value


def _fen(said: str) -> Any:
    try:
        fen = Decimal(said.replace(",", "").replace("，", "").strip("¥￥元 ")) * 100
    except InvalidOperation:
        return said
    return int(fen) if fen.is_finite() and fen == fen.to_integral_value() and abs(fen) < 10**17 else said


def _shown(one: Field, value: Any) -> Any:
    if one.shape is Shape.MONEY and isinstance(value, int):
        return f"{value // 100}.{value % 100:02}" if value % 100 else str(value // 100)
    if one.shape is Shape.ROWS and isinstance(value, list):
        return [{c.key: _shown(c, row.get(c.key, "")) for c in one.columns} for row in value]
    return value


class Begin(forms.Form):
    """For whom, and where."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.ChoiceField(label=_("For which organisation"), widget=forms.RadioSelect)
    person = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect)
    region = forms.ChoiceField(label=_("Where you apply"))

    def __init__(self, *args: Any, people: list[tuple[str, str]], organisations: list[tuple[str, str]],
                 regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("organisation", organisations), ("person", people), ("region", regions)):
            if choices:
                among(self, name).choices = choices
                self.initial.setdefault(name, choices[0][0])
            else:
                del self.fields[name]


class Search(forms.Form):
    q = forms.CharField(label=_("What do you want to do?"), required=False, max_length=100)
    audience = forms.ChoiceField(label=_("For whom"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "audience").choices = [("", _("for everybody")), *(
            (key.value, speak(label)) for key, label in AUDIENCES.items())]


class Words(forms.Form):
    """One text that the other side reads."""

    text = forms.CharField(max_length=LONGEST, widget=forms.Textarea)

    def __init__(self, *args: Any, label: str, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label, self.fields["text"].help_text = label, hint


class Return(forms.Form):
    why = forms.ChoiceField(label=_("Why it is not accepted"), widget=forms.RadioSelect)
    text = forms.CharField(label=_("In your words; where another body decides, name it"), max_length=LONGEST,
                           widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "why").choices = [(key, speak(label)) for key, label in RETURNS.items()]


class Opening(forms.Form):
    why = forms.ChoiceField(label=_("What the numbers are needed for"), widget=forms.RadioSelect,
                            help_text=_("Who applied reads when they were shown, and for which reason."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "why").choices = [(key, speak(label)) for key, label in OPENINGS.items()]


class Finding(forms.Form):
    step = forms.CharField(widget=forms.HiddenInput, max_length=40)
    favourable = forms.ChoiceField(label=_("What came of it"), widget=forms.RadioSelect, choices=(
        ("yes", _("nothing stands against it")), ("no", _("something stands against it"))))
    finding = forms.CharField(label=_("What was found"), max_length=LONGEST, widget=forms.Textarea)


class Refusal(forms.Form):
    ground = forms.ChoiceField(label=_("Ground of the law"))
    reasons = forms.CharField(label=_("Reasons, as the applicant will read them"), max_length=LONGEST,
                              widget=forms.Textarea)

    def __init__(self, *args: Any, grounds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if grounds:
            among(self, "ground").choices = [("", gettext("Choose")), *grounds]
        else:
            del self.fields["ground"]


class Extension(forms.Form):
    days = forms.IntegerField(label=_("By how many days, counted as the limit is"), min_value=1)
    text = forms.CharField(label=_("Why, as the applicant will read it"), max_length=LONGEST, widget=forms.Textarea)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].widget.attrs["max"], self.initial["days"] = most, most


class Call(forms.Form):
    """Day, hour and place of a hearing."""

    sits_from = forms.DateTimeField(label=_("Day and time"), widget=forms.DateTimeInput(
        {"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    place = forms.CharField(label=_("Place"), max_length=200)


class Record(forms.Form):
    text = forms.CharField(label=_("What was said and shown"), max_length=RECORD, widget=forms.Textarea)


class Asking(forms.Form):
    text = forms.CharField(label=_("What you want to say to it"), required=False, max_length=LONGEST,
                           widget=forms.Textarea)


class Opinion(forms.Form):
    favourable = forms.ChoiceField(label=_("The opinion"), widget=forms.RadioSelect, choices=(
        ("yes", _("nothing stands against it")), ("no", _("something stands against it"))))
    text = forms.CharField(label=_("Reasons"), max_length=LONGEST, widget=forms.Textarea)


class Transfer(forms.Form):
    region = forms.ChoiceField(label=_("Office in charge"))

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among(self, "region").choices = [("", gettext("Choose")), *regions]


class Rating(forms.Form):
    grade = forms.TypedChoiceField(label=_("How content are you?"), coerce=int, choices=GRADES,
                                   widget=forms.RadioSelect)
    remark = forms.CharField(label=_("What we should know"), required=False, max_length=LONGEST,
                             widget=forms.Textarea)
