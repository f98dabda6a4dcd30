"""How much may be sent at once. Said before any of it is read: what is too large is not waited for. And where it lies
meanwhile: what is too much for memory lies veiled, and nothing plain is ever on the disk."""
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from linli.kernel.refusals import RuleBroken
from linli.kernel.text import N_


class TooLarge(RuleBroken):
    """More than may be sent at once."""


class Unmeasured(RuleBroken):
    """It does not say beforehand how large it is."""


def unfit(request: HttpRequest) -> RuleBroken | None:
    """Why nothing of this request's body is read, if so.

    The server hands on no more than was announced, and nothing of what was not: a body in pieces of unsaid size could
    go on for ever.
    """
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not announced:
        if request.META.get("HTTP_TRANSFER_ENCODING"):
            return Unmeasured(N_("Say beforehand how large it is what you send (Content-Length)."), rule="uploads.size")
        return None
    if not announced.isdecimal() or int(announced) > settings.MOST_UPLOAD:
        return TooLarge(N_("What you send is larger than {megabytes} MB. Make the files smaller, or send them one by"
                           " one."), rule="uploads.size", megabytes=settings.MOST_UPLOAD // 1_000_000)
    return None


class Veiled(FileUploadHandler):
    """Django's way to take what is too large for memory: instead of a file with a name and plain content, one without a
    name whose content nobody can read. It goes with the request."""

    def new_file(self, *given: Any, **more: Any) -> None:
        from linli.engines.archive import actions as archive  # when rooms are ready: settings name this class

        super().new_file(*given, **more)
        self.file = archive.passing()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        self.file.seek(0)
        return UploadedFile(file=self.file, name=self.file_name, content_type=self.content_type, size=file_size,
                            charset=self.charset, content_type_extra=self.content_type_extra)

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
