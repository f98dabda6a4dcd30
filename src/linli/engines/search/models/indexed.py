from django.db import models


class Shelf(models.Model):
    """Room for 65,536 documents of one kind, language and level (10 at the top). A document stands where its key says:
    the shelf in the upper bits, the place in the lowest sixteen. `changed` is another number after each change of what
    its documents are found by, and never one that any shelf had before."""

    number = models.AutoField(primary_key=True)
    kind = models.CharField(max_length=40, db_comment="plain")
    lang = models.CharField(max_length=8, default="", blank=True, db_comment="plain")
    level = models.SmallIntegerField(db_comment="plain")
    filled = models.IntegerField(default=0, db_comment="plain")
    changed = models.BigIntegerField(default=0, db_comment="plain")

    class Meta:
        indexes = (models.Index(fields=["kind", "lang", "level"], name="shelf_of_what"),)

    def __str__(self) -> str:
        return f"{self.number} {self.kind} {self.lang} {self.level}"


class Indexed(models.Model):
    """A document as it was registered. What it is found by stands beside it (`postings`).

    `plain` is what queries are compared with: the title on the first line, all else on the second.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=40, db_comment="plain")
    ref = models.UUIDField(db_comment="plain")
    lang = models.CharField(max_length=8, default="", blank=True, db_comment="plain")
    title = models.CharField(max_length=300, db_comment="plain")
    plain = models.TextField(db_comment="plain")
    sounds = models.TextField(default="", blank=True, db_comment="plain")
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
