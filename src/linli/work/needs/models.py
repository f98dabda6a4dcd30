from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.needs.rules.wishes import Channel
from linli.work.needs.states import OfferState, State

SOMEBODY = "pseudonym: ref of the actor"


class Need(Row):
    """What somebody asks for. The words are sealed under the key of the one it is for."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of a need")
    number = models.CharField(max_length=20, unique=True, db_comment="pseudonym: what people read out")
    person = models.ForeignKey(
        "people.Person", models.PROTECT, to_field="ref", related_name="+", db_comment="pseudonym: whom it is for")
    channel = models.CharField(max_length=10, db_comment="plain")
    consented = models.BooleanField(default=True, db_comment="plain")
    text_sealed = models.BinaryField(db_comment="sealed: what they wrote")
    why_sealed = models.BinaryField(db_comment="sealed: the words that triage rests on")
    category = models.CharField(max_length=40, db_comment="personal: the kind of help")
    urgency = models.CharField(max_length=10, db_comment="personal: how soon")
    flags = models.JSONField(default=list, db_comment="personal: dangers read from the text")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="personal: village or township")
    point_sealed = models.BinaryField(null=True, db_comment="sealed: the exact place")
    cell = models.BigIntegerField(null=True, db_comment="pseudonym: H3 cell of about 200 m round the place")
    windows = models.JSONField(default=list, db_comment="plain")
    repeat = models.CharField(max_length=200, blank=True, default="", db_comment="plain")
    requires = models.JSONField(default=dict, db_comment="personal: language, gender and access asked for")
    mode = models.CharField(max_length=10, blank=True, default="", db_comment="plain")
    state = models.CharField(max_length=12, db_comment="plain")
    posted_at = models.DateTimeField(db_comment="plain")
    posted_by = models.UUIDField(db_comment=SOMEBODY)
    expires_on = models.DateField(db_comment="plain")

    class Meta:
        indexes = (
            models.Index(fields=["state", "region_code", "posted_at"], name="need_of_region"),
            models.Index(fields=["state", "category"], name="need_of_category"),
            models.Index(fields=["person", "posted_at"], name="need_of_person"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in State]), name="need_state_known",
                violation_error_message=_("A need is in one of the known states."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[channel.value for channel in Channel]), name="need_channel_known",
                violation_error_message=_("A need is posted by oneself, by family or by an agent."),
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.AGENT) | Q(consented=True), name="need_by_agent_with_consent",
                violation_error_message=_("An agent posts a need with the caller's consent only."),
            ),
        )

    def __str__(self) -> str:
        return self.number


class Offer(Row):
    """A provider offers one of its services, at a time, to an open need."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    need = models.ForeignKey(Need, models.CASCADE, related_name="offers", db_comment="pseudonym: the need")
    service = models.UUIDField(db_comment="plain")
    slot = models.UUIDField(db_comment="plain")
    provider = models.UUIDField(db_index=True, db_comment="plain")
    note_sealed = models.BinaryField(null=True, db_comment="sealed: what the provider says to the resident")
    state = models.CharField(max_length=12, db_comment="plain")
    made_at = models.DateTimeField(db_comment="plain")
    made_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OfferState]), name="offer_state_known",
                violation_error_message=_("An offer is in one of the known states."),
            ),
            models.UniqueConstraint(
                fields=("need", "service"), condition=Q(state=OfferState.OPEN), name="offer_once",
                violation_error_message=_("A service is offered to a need once."),
            ),
        )

    def __str__(self) -> str:
        return f"offer {self.ref}"
