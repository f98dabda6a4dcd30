from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.work.orders.models.visits import SOMEBODY
from linli.work.orders.states import FeedState


class Feed(Row):
    """A calendar that somebody's own programs read at a secret address, made from the generation and the node's key."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: ref of one feed")
    account = models.UUIDField(db_comment="pseudonym: whose rights it has")
    scope = models.CharField(max_length=60, db_comment="pseudonym: own, or a practitioner or site by its ref")
    language = models.CharField(max_length=10, db_comment="plain")
    generation = models.PositiveIntegerField(default=1, db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    made_at = models.DateTimeField(db_comment="plain")
    made_by = models.UUIDField(db_comment=SOMEBODY)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "scope"], name="feed_once",
                                    violation_error_message=_("There is one calendar of a kind for an account.")),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in FeedState]), name="feed_state_known",
                                   violation_error_message=_("A calendar is open or stopped.")),
        )

    def __str__(self) -> str:
        return f"feed {self.ref}"
