from django.db import models


class Indexed(models.Model):
    """A document as it was registered. Its words stand in the text index beside it (`TextIndex`)."""

    kind = models.CharField(max_length=40, db_comment="plain")
    ref = models.UUIDField(db_comment="plain")
    lang = models.CharField(max_length=8, default="", blank=True, db_comment="plain")
    title = models.CharField(max_length=300, db_comment="plain")
    title_key = models.CharField(max_length=400, db_index=True, db_comment="plain")
    sounds = models.TextField(default="", blank=True, db_comment="plain")
    letters_key = models.CharField(max_length=100, default="", blank=True, db_index=True, db_comment="plain")
    initials_key = models.CharField(max_length=50, default="", blank=True, db_index=True, db_comment="plain")
    body = models.TextField(default="", blank=True, db_comment="plain")
    region_code = models.CharField(max_length=12, default="", blank=True, db_comment="plain")
    cell = models.BigIntegerField(null=True, db_comment="plain")
    weight = models.FloatField(default=0, db_comment="plain")
    url = models.CharField(max_length=400, db_comment="plain")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "ref", "lang"], name="document_once",
                                    violation_error_message="A thing has one document in a language."),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"
