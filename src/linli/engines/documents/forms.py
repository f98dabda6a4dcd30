from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, gettext_lazy

from linli.engines.documents.rules import numbers

LARGEST = 10_000_000  # bytes of a file that is looked at; ours have some ten thousand


class ByNumber(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Number to check by"), max_length=40,
        help_text=gettext_lazy("12 letters and figures, at the foot of the document, such as 26K7-3QMX-9D2F."))

    def clean_number(self) -> str:
        number = numbers.read(self.cleaned_data["number"])
        if not numbers.sound(number):
            raise forms.ValidationError(gettext(
                "This cannot be a number of a document: one character is wrong, missing or too many. Compare it once"
                " more."))
        return numbers.shown(number)


class ByFile(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The document as a file"),
        help_text=gettext_lazy("The PDF as you received it, not printed or scanned. It is looked at and not kept."))

    def clean_file(self) -> Any:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if file.size is None or file.size > LARGEST:
            raise forms.ValidationError(gettext("The file is larger than 10 MB: no document from here is."))
        return file
