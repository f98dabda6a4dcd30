from django.db import models
from django.db.models import F, Q

from linli.kernel.refs import new_ref
from linli.kernel.rows import Row
from linli.registers.people.rules import Audit, Gender, Group, Kind, Purpose, Relation, Right
from linli.registers.people.states import Asked, Audited, Living, Permit, State


class Person(Row):
    """Sealed columns open only with the person's `key`; who has none any more was erased."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="pseudonym: the person's ref")
    number = models.CharField(max_length=10, unique=True, db_comment="pseudonym: Linli number, read out on the phone")
    name_sealed = models.BinaryField(null=True, blank=True, db_comment="personal: sealed; to address them")
    id_number_sealed = models.BinaryField(null=True, blank=True, db_comment="personal: sealed; real-name check")
    id_index = models.CharField(
        max_length=64, blank=True, default="",
        db_comment="pseudonym: keyed digest of the ID number, to register nobody twice",
    )
    phone_sealed = models.BinaryField(null=True, blank=True, db_comment="personal: sealed; to reach them")
    phone_index = models.CharField(
        max_length=64, blank=True, default="", db_index=True,
        db_comment="pseudonym: keyed digest of the phone, to find a caller",
    )
    address_sealed = models.BinaryField(null=True, blank=True, db_comment="personal: sealed; home visits")
    birth_on_sealed = models.BinaryField(null=True, blank=True, db_comment="personal: sealed; age on a day")
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True,
                                                  db_comment="personal: coarse age for eligibility")
    gender = models.CharField(max_length=6, blank=True, default="", db_comment="personal: wishes about who comes")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="personal: where services are looked for")
    language = models.CharField(max_length=10, blank=True, default="",
                                db_comment="personal: the language they are spoken to in")
    is_demo = models.BooleanField(default=False, db_comment="plain")
    registered_at = models.DateTimeField(db_comment="plain")
    registered_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    real_name_checked_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    real_name_checked_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the actor")
    real_name_method = models.CharField(max_length=40, blank=True, default="", db_comment="plain")
    erase_on = models.DateField(null=True, blank=True, db_index=True, db_comment="plain")
    erased_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    erased_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (models.Index(fields=["erased_at"], condition=Q(erased_at__isnull=False), name="person_erased"),)
        constraints = (
            models.UniqueConstraint("id_index", condition=~Q(id_index=""), name="person_id_once",
                                    violation_error_message="An ID number belongs to one person."),
            models.CheckConstraint(condition=Q(gender__in=["", *Gender]), name="person_gender_known",
                                   violation_error_message="A gender is female, male or not given."),
            models.CheckConstraint(
                condition=Q(real_name_checked_at=None, real_name_checked_by=None, real_name_method="")
                | Q(real_name_checked_at__isnull=False, real_name_checked_by__isnull=False) & ~Q(real_name_method=""),
                name="person_checked_whole",
                violation_error_message="A checked name has who checked it when and how.",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, erased_by=None)
                | Q(erased_at__isnull=False, erased_by__isnull=False, name_sealed=None, id_number_sealed=None,
                    id_index="", phone_sealed=None, phone_index="", address_sealed=None, birth_on_sealed=None,
                    birth_year=None, gender=""),
                name="person_erased_whole",
                violation_error_message="Nothing personal is left of an erased person.",
            ),
        )

    def __str__(self) -> str:
        return f"person {self.ref}"


class PersonKey(Row):
    """A person's own key, wrapped under the node's master key. Deleting the row is what erasing means."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="key", db_comment="pseudonym: whose key")
    wrapped = models.BinaryField(db_comment="personal: opens everything sealed of this person")

    def __str__(self) -> str:
        return f"key {self.pk}"


class Representation(Row):
    """That one person may act for another, as what, and since when."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    person = models.ForeignKey(Person, models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: who is represented")
    representative = models.ForeignKey(Person, models.PROTECT, to_field="ref", related_name="+",
                                       db_comment="pseudonym: who acts for them")
    kind = models.CharField(max_length=10, db_comment="personal: how the two stand to one another")
    state = models.CharField(max_length=10, db_comment="plain")
    consent_version = models.CharField(max_length=20, blank=True, default="", db_comment="plain")
    since = models.DateTimeField(null=True, blank=True, db_comment="plain")
    until = models.DateTimeField(null=True, blank=True, db_comment="plain")
    declared_at = models.DateTimeField(db_comment="plain")
    declared_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    accepted_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    accepted_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the actor")
    ended_at = models.DateTimeField(null=True, blank=True, db_comment="plain")
    ended_by = models.UUIDField(null=True, blank=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(person=F("representative")), name="representation_of_another",
                                   violation_error_message="Nobody represents themself."),
            models.UniqueConstraint("person", "representative", condition=~Q(state=State.ENDED),
                                    name="representation_once",
                                    violation_error_message="Somebody represents another once at a time."),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="representation_state_known",
                                   violation_error_message="A representation is in a known state."),
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="representation_kind_known",
                                   violation_error_message="A representation is of a known kind."),
            models.CheckConstraint(
                condition=~Q(state=State.ACTIVE) | Q(since__isnull=False) & ~Q(consent_version=""),
                name="representation_active_whole",
                violation_error_message="A representation in force has its beginning and the consent it rests on.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.ENDED, ended_at__isnull=False, ended_by__isnull=False)
                | ~Q(state=State.ENDED) & Q(ended_at=None, ended_by=None),
                name="representation_ended_whole",
                violation_error_message="An ended representation, and no other, has who ended it when.",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="representation_period",
                                   violation_error_message="A representation ends after it begins."),
        )

    def __str__(self) -> str:
        return f"representation {self.ref}"


class Household(Row):
    """Who lives together at one address; who lives alone is a household of one."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    head = models.ForeignKey(Person, models.PROTECT, to_field="ref", related_name="+",
                             db_comment="pseudonym: who speaks for the household")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="personal: where the household lives")
    address_sealed = models.BinaryField(null=True, db_comment="sealed: where they live, under the head's key")
    formed_at = models.DateTimeField(db_comment="plain")
    formed_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    ended_at = models.DateTimeField(null=True, db_comment="plain")
    ended_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint("head", condition=Q(ended_at=None), name="household_head_once",
                                    violation_error_message="Somebody is head of one household."),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, address_sealed=None),
                name="household_ended_whole",
                violation_error_message="An ended household has who ended it when, and no address any more.",
            ),
        )

    def __str__(self) -> str:
        return f"household {self.ref}"


class HouseholdMember(Row):
    """That somebody lives in a household, or is asked to join it; an ended term stays."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    household = models.ForeignKey(Household, models.PROTECT, related_name="members", db_comment="plain")
    person = models.ForeignKey(Person, models.PROTECT, to_field="ref", related_name="+",
                               db_comment="pseudonym: who lives there")
    relation = models.CharField(max_length=11, db_comment="personal: how they stand to the head")
    state = models.CharField(max_length=7, db_comment="plain")
    consent_version = models.CharField(max_length=20, blank=True, default="", db_comment="plain")
    since = models.DateTimeField(null=True, db_comment="plain")
    until = models.DateTimeField(null=True, db_comment="plain")
    noted_at = models.DateTimeField(db_comment="plain")
    noted_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    joined_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")
    ended_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint("person", condition=Q(state=Living.LIVING), name="household_one_at_a_time",
                                    violation_error_message="Nobody lives in two households at once."),
            models.UniqueConstraint("household", "person", condition=~Q(state=Living.ENDED),
                                    name="household_member_once",
                                    violation_error_message="Somebody is in a household once."),
            models.CheckConstraint(condition=Q(state__in=list(Living)), name="household_state_known",
                                   violation_error_message="A membership is in a known state."),
            models.CheckConstraint(condition=Q(relation__in=list(Relation)), name="household_relation_known",
                                   violation_error_message="A relation is one of the list."),
            models.CheckConstraint(
                condition=~Q(state=Living.LIVING) | Q(since__isnull=False, joined_by__isnull=False)
                & ~Q(consent_version=""),
                name="household_joined_whole",
                violation_error_message="Who lives in a household has since when, and the consent it rests on.",
            ),
            models.CheckConstraint(
                condition=Q(state=Living.ENDED, until__isnull=False, ended_by__isnull=False)
                | ~Q(state=Living.ENDED) & Q(until=None, ended_by=None),
                name="household_left_whole",
                violation_error_message="An ended membership, and no other, has who ended it when.",
            ),
            models.CheckConstraint(condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                                   name="household_period",
                                   violation_error_message="A membership ends no earlier than it begins."),
        )

    def __str__(self) -> str:
        return f"household member {self.ref}"


class Choice(Row):
    """What somebody last said to a purpose. Earlier answers stand in the journal."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_comment="pseudonym: who said it")
    purpose = models.CharField(max_length=20, db_comment="personal: which use of their data")
    given = models.BooleanField(db_comment="personal: yes or no")
    version = models.CharField(max_length=20, db_comment="plain")
    chosen_at = models.DateTimeField(db_comment="plain")
    chosen_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint("person", "purpose", name="choice_once",
                                    violation_error_message="Somebody has one answer to a purpose."),
            models.CheckConstraint(condition=Q(purpose__in=list(Purpose)), name="choice_purpose_known",
                                   violation_error_message="A purpose is one of the known ones."),
        )

    def __str__(self) -> str:
        return f"choice {self.pk}"


class Membership(Row):
    """That somebody belongs to a special group, until a day. Gone without trace once they are erased."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_comment="pseudonym: who belongs to it")
    group = models.CharField(max_length=20, db_comment="personal: sensitive; seen by the group's circle only")
    since = models.DateField(db_comment="plain")
    until = models.DateField(db_comment="plain")
    recorded_at = models.DateTimeField(db_comment="plain")
    recorded_by = models.UUIDField(db_comment="pseudonym: ref of the actor")

    class Meta:
        indexes = (models.Index(fields=["group", "until"], name="membership_of_group"),)
        constraints = (
            models.UniqueConstraint("person", "group", name="membership_once",
                                    violation_error_message="Somebody belongs to a group once."),
            models.CheckConstraint(condition=Q(group__in=list(Group)), name="membership_group_known",
                                   violation_error_message="A group is one of the known ones."),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="membership_period",
                                   violation_error_message="An entry ends after it begins."),
        )

    def __str__(self) -> str:
        return f"membership {self.ref}"


class RightsRequest(Row):
    """What somebody asks of their data. Words and answer lie sealed under the person's key."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_comment="pseudonym: whose data")
    right = models.CharField(max_length=12, db_comment="plain")
    part = models.CharField(max_length=10, blank=True, default="", db_comment="plain")
    words_sealed = models.BinaryField(db_comment="sealed: what they ask, in their words")
    about = models.UUIDField(null=True, db_comment="pseudonym: what was decided, where it is about a decision")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    answer_sealed = models.BinaryField(null=True, db_comment="sealed: what the office answered")
    asked_at = models.DateTimeField(db_comment="plain")
    asked_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    decided_at = models.DateTimeField(null=True, db_comment="plain")
    decided_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=list(Asked)), name="rights_state_known",
                                   violation_error_message="A request is in a known state."),
            models.CheckConstraint(condition=Q(right__in=list(Right)), name="rights_right_known",
                                   violation_error_message="A request is for a known right."),
            models.CheckConstraint(
                condition=Q(state=Asked.OPEN, decided_at=None, decided_by=None)
                | ~Q(state=Asked.OPEN) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="rights_decided_whole", violation_error_message="A settled request has who settled it when.",
            ),
            models.CheckConstraint(condition=~Q(state=Asked.REFUSED) | Q(answer_sealed__isnull=False),
                                   name="rights_refused_with_reason",
                                   violation_error_message="A refusal has its reasons."),
        )

    def __str__(self) -> str:
        return f"request {self.ref}"


class OpeningPermit(Row):
    """Leave to open one field of somebody under age, asked by one officer and given by another."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_comment="pseudonym: whose field")
    field = models.CharField(max_length=10, db_comment="plain")
    reason_sealed = models.BinaryField(db_comment="sealed: why")
    state = models.CharField(max_length=10, db_comment="plain")
    until = models.DateTimeField(null=True, db_comment="plain")
    asked_at = models.DateTimeField(db_comment="plain")
    asked_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    decided_at = models.DateTimeField(null=True, db_comment="plain")
    decided_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=list(Permit)), name="permit_state_known",
                                   violation_error_message="A permit is in a known state."),
            models.CheckConstraint(
                condition=Q(state=Permit.WAITING, decided_at=None, decided_by=None)
                | ~Q(state=Permit.WAITING) & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="permit_decided_whole", violation_error_message="A decided permit has who decided it when.",
            ),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                                   name="permit_by_a_second",
                                   violation_error_message="Who asks does not decide."),
            models.UniqueConstraint("person", "field", "asked_by", condition=Q(state__in=["waiting", "allowed"]),
                                    name="permit_once", violation_error_message="An officer asks for a field once."),
        )

    def __str__(self) -> str:
        return f"permit {self.ref}"


class DataAudit(Row):
    """One look into how people's data are handled, and what was found. It names nobody."""

    ref = models.UUIDField(default=new_ref, unique=True, editable=False, db_comment="plain")
    kind = models.CharField(max_length=12, db_comment="plain")
    region_code = models.CharField(max_length=12, db_index=True, db_comment="plain")
    from_on = models.DateField(db_comment="plain")
    state = models.CharField(max_length=10, db_comment="plain")
    figures = models.JSONField(default=dict, db_comment="plain")
    faults = models.PositiveSmallIntegerField(null=True, db_comment="plain")
    report = models.TextField(blank=True, default="", db_comment="plain")
    reported_on = models.DateField(null=True, db_comment="plain")
    opened_at = models.DateTimeField(db_comment="plain")
    opened_by = models.UUIDField(db_comment="pseudonym: ref of the actor")
    concluded_at = models.DateTimeField(null=True, db_comment="plain")
    concluded_by = models.UUIDField(null=True, db_comment="pseudonym: ref of the actor")

    class Meta:
        constraints = (
            models.UniqueConstraint("kind", "region_code", condition=Q(state=Audited.OPEN), name="audit_once",
                                    violation_error_message="An audit of a kind is open once at a time."),
            models.CheckConstraint(condition=Q(kind__in=list(Audit)), name="audit_kind_known",
                                   violation_error_message="An audit is of a known kind."),
            models.CheckConstraint(
                condition=Q(state=Audited.OPEN, concluded_at=None, concluded_by=None, faults=None)
                | Q(state=Audited.CONCLUDED, concluded_at__isnull=False, concluded_by__isnull=False,
                    faults__isnull=False) & ~Q(report=""),
                name="audit_concluded_whole",
                violation_error_message="A concluded audit, and no other, has its report, who concluded it and when.",
            ),
        )

    def __str__(self) -> str:
        return f"audit {self.ref}"
