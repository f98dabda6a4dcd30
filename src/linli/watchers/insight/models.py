from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.rows import Row
from linli.watchers.insight.rules.measures import State


class Course(Row):
    """How a need went, as far as it is counted: no words, no number, no exact place. Made from the journal."""

    need = models.UUIDField(unique=True, db_comment="pseudonym: ref of the need")
    person = models.UUIDField(db_comment="pseudonym: whom it is for, to count special groups")
    region_code = models.CharField(max_length=12, db_comment="personal: village or township")
    category = models.CharField(max_length=40, db_comment="personal: the kind of help")
    state = models.CharField(max_length=12, db_comment="plain")
    posted_at = models.DateTimeField(db_comment="plain")
    posted_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    ended_at = models.DateTimeField(null=True, db_comment="plain")
    ended_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (
            models.Index(fields=["posted_at", "region_code"], name="course_of_period"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="course_state_known",
                violation_error_message=_("A need is in one of the known states."),
            ),
        )

    def __str__(self) -> str:
        return f"course of {self.need}"


class Free(Row):
    """How many places of a service could be booked in the days after it was counted."""

    service = models.UUIDField(unique=True, db_comment="plain")
    places = models.PositiveIntegerField(db_comment="plain")
    counted_at = models.DateTimeField(db_comment="plain")
    counted_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    def __str__(self) -> str:
        return f"{self.places} of {self.service}"
