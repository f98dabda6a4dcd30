"""Forms whose choices are known only when they are made."""
from typing import cast

from django.forms import ChoiceField, Form


def among(form: Form, name: str) -> ChoiceField:
    """The field of this form that offers choices, to be given them."""
    return cast(ChoiceField, form.fields[name])
