import django.db.models.deletion
import linli.kernel.refs
import linli.registers.people.rules.audits
import linli.registers.people.rules.groups
import linli.registers.people.rules.households
import linli.registers.people.rules.person
import linli.registers.people.rules.purposes
import linli.registers.people.rules.rights
import linli.registers.people.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment="pseudonym: the person's ref", default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('number', models.CharField(db_comment='pseudonym: Linli number, read out on the phone', max_length=10, unique=True)),
                ('name_sealed', models.BinaryField(blank=True, db_comment='personal: sealed; to address them', null=True)),
                ('id_number_sealed', models.BinaryField(blank=True, db_comment='personal: sealed; real-name check', null=True)),
                ('id_index', models.CharField(blank=True, db_comment='pseudonym: keyed digest of the ID number, to register nobody twice', default='', max_length=64)),
                ('phone_sealed', models.BinaryField(blank=True, db_comment='personal: sealed; to reach them', null=True)),
                ('phone_index', models.CharField(blank=True, db_comment='pseudonym: keyed digest of the phone, to find a caller', db_index=True, default='', max_length=64)),
                ('address_sealed', models.BinaryField(blank=True, db_comment='personal: sealed; home visits', null=True)),
                ('birth_on_sealed', models.BinaryField(blank=True, db_comment='personal: sealed; age on a day', null=True)),
                ('birth_year', models.PositiveSmallIntegerField(blank=True, db_comment='personal: coarse age for eligibility', null=True)),
                ('gender', models.CharField(blank=True, db_comment='personal: wishes about who comes', default='', max_length=6)),
                ('region_code', models.CharField(db_comment='personal: where services are looked for', db_index=True, max_length=12)),
                ('language', models.CharField(blank=True, db_comment='personal: the language they are spoken to in', default='', max_length=10)),
                ('is_demo', models.BooleanField(db_comment='plain', default=False)),
                ('registered_at', models.DateTimeField(db_comment='plain')),
                ('registered_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('real_name_checked_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('real_name_checked_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the actor', null=True)),
                ('real_name_method', models.CharField(blank=True, db_comment='plain', default='', max_length=40)),
                ('erased_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('erased_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the actor', null=True)),
                ('erase_on', models.DateField(blank=True, db_comment='plain', db_index=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('id_index'), condition=models.Q(('id_index', ''), _negated=True), name='person_id_once', violation_error_message='An ID number belongs to one person.'), models.CheckConstraint(condition=models.Q(('gender__in', ['', linli.registers.people.rules.person.Gender['FEMALE'], linli.registers.people.rules.person.Gender['MALE']])), name='person_gender_known', violation_error_message='A gender is female, male or not given.'), models.CheckConstraint(condition=models.Q(models.Q(('real_name_checked_at', None), ('real_name_checked_by', None), ('real_name_method', '')), models.Q(('real_name_checked_at__isnull', False), ('real_name_checked_by__isnull', False), models.Q(('real_name_method', ''), _negated=True)), _connector='OR'), name='person_checked_whole', violation_error_message='A checked name has who checked it when and how.'), models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), ('erased_by', None)), models.Q(('address_sealed', None), ('birth_on_sealed', None), ('birth_year', None), ('erased_at__isnull', False), ('erased_by__isnull', False), ('gender', ''), ('id_index', ''), ('id_number_sealed', None), ('name_sealed', None), ('phone_index', ''), ('phone_sealed', None)), _connector='OR'), name='person_erased_whole', violation_error_message='Nothing personal is left of an erased person.')],
                'indexes': [models.Index(condition=models.Q(('erased_at__isnull', False)), fields=['erased_at'], name='person_erased')],
            },
        ),
        migrations.CreateModel(
            name='PersonKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wrapped', models.BinaryField(db_comment='personal: opens everything sealed of this person')),
                ('person', models.OneToOneField(db_comment='pseudonym: whose key', on_delete=django.db.models.deletion.PROTECT, related_name='key', to='people.person')),
            ],
        ),
        migrations.CreateModel(
            name='Representation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('kind', models.CharField(db_comment='personal: how the two stand to one another', max_length=10)),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('consent_version', models.CharField(blank=True, db_comment='plain', default='', max_length=20)),
                ('since', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('until', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('declared_at', models.DateTimeField(db_comment='plain')),
                ('declared_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('accepted_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('accepted_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the actor', null=True)),
                ('ended_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('ended_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the actor', null=True)),
                ('person', models.ForeignKey(db_comment='pseudonym: who is represented', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
                ('representative', models.ForeignKey(db_comment='pseudonym: who acts for them', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('representative')), _negated=True), name='representation_of_another', violation_error_message='Nobody represents themself.'), models.UniqueConstraint(models.F('person'), models.F('representative'), condition=models.Q(('state', linli.registers.people.states.State['ENDED']), _negated=True), name='representation_once', violation_error_message='Somebody represents another once at a time.'), models.CheckConstraint(condition=models.Q(('state__in', [linli.registers.people.states.State['REQUESTED'], linli.registers.people.states.State['ACTIVE'], linli.registers.people.states.State['ENDED']])), name='representation_state_known', violation_error_message='A representation is in a known state.'), models.CheckConstraint(condition=models.Q(('kind__in', [linli.registers.people.rules.person.Kind['FAMILY'], linli.registers.people.rules.person.Kind['GUARDIAN'], linli.registers.people.rules.person.Kind['AGENT']])), name='representation_kind_known', violation_error_message='A representation is of a known kind.'), models.CheckConstraint(condition=models.Q(models.Q(('state', linli.registers.people.states.State['ACTIVE']), _negated=True), models.Q(('since__isnull', False), models.Q(('consent_version', ''), _negated=True)), _connector='OR'), name='representation_active_whole', violation_error_message='A representation in force has its beginning and the consent it rests on.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state', linli.registers.people.states.State['ENDED'])), models.Q(models.Q(('state', linli.registers.people.states.State['ENDED']), _negated=True), ('ended_at', None), ('ended_by', None)), _connector='OR'), name='representation_ended_whole', violation_error_message='An ended representation, and no other, has who ended it when.'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='representation_period', violation_error_message='A representation ends after it begins.')],
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(db_comment='personal: which use of their data', max_length=20)),
                ('given', models.BooleanField(db_comment='personal: yes or no')),
                ('version', models.CharField(db_comment='plain', max_length=20)),
                ('chosen_at', models.DateTimeField(db_comment='plain')),
                ('chosen_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('person', models.ForeignKey(db_comment='pseudonym: who said it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('person'), models.F('purpose'), name='choice_once', violation_error_message='Somebody has one answer to a purpose.'), models.CheckConstraint(condition=models.Q(('purpose__in', [linli.registers.people.rules.purposes.Purpose['SERVICE'], linli.registers.people.rules.purposes.Purpose['RANKING'], linli.registers.people.rules.purposes.Purpose['SUBSIDIES'], linli.registers.people.rules.purposes.Purpose['OUTREACH'], linli.registers.people.rules.purposes.Purpose['FINDING'], linli.registers.people.rules.purposes.Purpose['CHILD']])), name='choice_purpose_known', violation_error_message='A purpose is one of the known ones.')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('group', models.CharField(db_comment="personal: sensitive; seen by the group's circle only", max_length=20)),
                ('since', models.DateField(db_comment='plain')),
                ('until', models.DateField(db_comment='plain')),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('person', models.ForeignKey(db_comment='pseudonym: who belongs to it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'indexes': [models.Index(fields=['group', 'until'], name='membership_of_group')],
                'constraints': [models.UniqueConstraint(models.F('person'), models.F('group'), name='membership_once', violation_error_message='Somebody belongs to a group once.'), models.CheckConstraint(condition=models.Q(('group__in', [linli.registers.people.rules.groups.Group['LIVING_ALONE'], linli.registers.people.rules.groups.Group['DISABLED'], linli.registers.people.rules.groups.Group['NEEDS_CARE'], linli.registers.people.rules.groups.Group['LEFT_BEHIND_CHILD'], linli.registers.people.rules.groups.Group['VETERAN'], linli.registers.people.rules.groups.Group['MIGRANT'], linli.registers.people.rules.groups.Group['LOW_INCOME'], linli.registers.people.rules.groups.Group['EXTREME_POVERTY'], linli.registers.people.rules.groups.Group['LOST_ONLY_CHILD'], linli.registers.people.rules.groups.Group['CHILD_AT_RISK'], linli.registers.people.rules.groups.Group['MENTAL_ILLNESS'], linli.registers.people.rules.groups.Group['VIOLENCE'], linli.registers.people.rules.groups.Group['RESETTLED']])), name='membership_group_known', violation_error_message='A group is one of the known ones.'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('since'))), name='membership_period', violation_error_message='An entry ends after it begins.')],
            },
        ),
        migrations.CreateModel(
            name='OpeningPermit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('field', models.CharField(db_comment='plain', max_length=10)),
                ('reason_sealed', models.BinaryField(db_comment='sealed: why')),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('until', models.DateTimeField(db_comment='plain', null=True)),
                ('asked_at', models.DateTimeField(db_comment='plain')),
                ('asked_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('decided_at', models.DateTimeField(db_comment='plain', null=True)),
                ('decided_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('person', models.ForeignKey(db_comment='pseudonym: whose field', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', [linli.registers.people.states.Permit['WAITING'], linli.registers.people.states.Permit['ALLOWED'], linli.registers.people.states.Permit['REFUSED'], linli.registers.people.states.Permit['USED']])), name='permit_state_known', violation_error_message='A permit is in a known state.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', linli.registers.people.states.Permit['WAITING'])), models.Q(models.Q(('state', linli.registers.people.states.Permit['WAITING']), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='permit_decided_whole', violation_error_message='A decided permit has who decided it when.'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='permit_by_a_second', violation_error_message='Who asks does not decide.'), models.UniqueConstraint(models.F('person'), models.F('field'), models.F('asked_by'), condition=models.Q(('state__in', ['waiting', 'allowed'])), name='permit_once', violation_error_message='An officer asks for a field once.')],
            },
        ),
        migrations.CreateModel(
            name='RightsRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('right', models.CharField(db_comment='plain', max_length=12)),
                ('part', models.CharField(blank=True, db_comment='plain', default='', max_length=10)),
                ('words_sealed', models.BinaryField(db_comment='sealed: what they ask, in their words')),
                ('about', models.UUIDField(db_comment='pseudonym: what was decided, where it is about a decision', null=True)),
                ('region_code', models.CharField(db_comment='plain', db_index=True, max_length=12)),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('answer_sealed', models.BinaryField(db_comment='sealed: what the office answered', null=True)),
                ('asked_at', models.DateTimeField(db_comment='plain')),
                ('asked_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('decided_at', models.DateTimeField(db_comment='plain', null=True)),
                ('decided_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('person', models.ForeignKey(db_comment='pseudonym: whose data', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', [linli.registers.people.states.Asked['OPEN'], linli.registers.people.states.Asked['GRANTED'], linli.registers.people.states.Asked['REFUSED'], linli.registers.people.states.Asked['WITHDRAWN']])), name='rights_state_known', violation_error_message='A request is in a known state.'), models.CheckConstraint(condition=models.Q(('right__in', [linli.registers.people.rules.rights.Right['COPY'], linli.registers.people.rules.rights.Right['CORRECTION'], linli.registers.people.rules.rights.Right['DELETION'], linli.registers.people.rules.rights.Right['EXPLANATION']])), name='rights_right_known', violation_error_message='A request is for a known right.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state', linli.registers.people.states.Asked['OPEN'])), models.Q(models.Q(('state', linli.registers.people.states.Asked['OPEN']), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='rights_decided_whole', violation_error_message='A settled request has who settled it when.'), models.CheckConstraint(condition=models.Q(models.Q(('state', linli.registers.people.states.Asked['REFUSED']), _negated=True), ('answer_sealed__isnull', False), _connector='OR'), name='rights_refused_with_reason', violation_error_message='A refusal has its reasons.')],
            },
        ),
        migrations.CreateModel(
            name='DataAudit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('kind', models.CharField(db_comment='plain', max_length=12)),
                ('region_code', models.CharField(db_comment='plain', db_index=True, max_length=12)),
                ('from_on', models.DateField(db_comment='plain')),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('figures', models.JSONField(db_comment='plain', default=dict)),
                ('faults', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('report', models.TextField(blank=True, db_comment='plain', default='')),
                ('reported_on', models.DateField(db_comment='plain', null=True)),
                ('opened_at', models.DateTimeField(db_comment='plain')),
                ('opened_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('concluded_at', models.DateTimeField(db_comment='plain', null=True)),
                ('concluded_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('kind'), models.F('region_code'), condition=models.Q(('state', linli.registers.people.states.Audited['OPEN'])), name='audit_once', violation_error_message='An audit of a kind is open once at a time.'), models.CheckConstraint(condition=models.Q(('kind__in', [linli.registers.people.rules.audits.Audit['MINORS'], linli.registers.people.rules.audits.Audit['PERSONAL'], linli.registers.people.rules.audits.Audit['PROTECTION'], linli.registers.people.rules.audits.Audit['CRYPTOGRAPHY']])), name='audit_kind_known', violation_error_message='An audit is of a known kind.'), models.CheckConstraint(condition=models.Q(models.Q(('concluded_at', None), ('concluded_by', None), ('faults', None), ('state', linli.registers.people.states.Audited['OPEN'])), models.Q(('concluded_at__isnull', False), ('concluded_by__isnull', False), ('faults__isnull', False), ('state', linli.registers.people.states.Audited['CONCLUDED']), models.Q(('report', ''), _negated=True)), _connector='OR'), name='audit_concluded_whole', violation_error_message='A concluded audit, and no other, has its report, who concluded it and when.')],
            },
        ),
        migrations.CreateModel(
            name='Household',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('region_code', models.CharField(db_comment='personal: where the household lives', db_index=True, max_length=12)),
                ('address_sealed', models.BinaryField(db_comment="sealed: where they live, under the head's key", null=True)),
                ('formed_at', models.DateTimeField(db_comment='plain')),
                ('formed_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('ended_at', models.DateTimeField(db_comment='plain', null=True)),
                ('ended_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('head', models.ForeignKey(db_comment='pseudonym: who speaks for the household', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('head'), condition=models.Q(('ended_at', None)), name='household_head_once', violation_error_message='Somebody is head of one household.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('address_sealed', None), ('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='household_ended_whole', violation_error_message='An ended household has who ended it when, and no address any more.')],
            },
        ),
        migrations.CreateModel(
            name='HouseholdMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('relation', models.CharField(db_comment='personal: how they stand to the head', max_length=11)),
                ('state', models.CharField(db_comment='plain', max_length=7)),
                ('consent_version', models.CharField(blank=True, db_comment='plain', default='', max_length=20)),
                ('since', models.DateTimeField(db_comment='plain', null=True)),
                ('until', models.DateTimeField(db_comment='plain', null=True)),
                ('noted_at', models.DateTimeField(db_comment='plain')),
                ('noted_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('joined_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('ended_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('household', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='members', to='people.household')),
                ('person', models.ForeignKey(db_comment='pseudonym: who lives there', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('person'), condition=models.Q(('state', linli.registers.people.states.Living['LIVING'])), name='household_one_at_a_time', violation_error_message='Nobody lives in two households at once.'), models.UniqueConstraint(models.F('household'), models.F('person'), condition=models.Q(('state', linli.registers.people.states.Living['ENDED']), _negated=True), name='household_member_once', violation_error_message='Somebody is in a household once.'), models.CheckConstraint(condition=models.Q(('state__in', [linli.registers.people.states.Living['INVITED'], linli.registers.people.states.Living['LIVING'], linli.registers.people.states.Living['ENDED']])), name='household_state_known', violation_error_message='A membership is in a known state.'), models.CheckConstraint(condition=models.Q(('relation__in', [linli.registers.people.rules.households.Relation['HEAD'], linli.registers.people.rules.households.Relation['SPOUSE'], linli.registers.people.rules.households.Relation['SON'], linli.registers.people.rules.households.Relation['DAUGHTER'], linli.registers.people.rules.households.Relation['GRANDCHILD'], linli.registers.people.rules.households.Relation['PARENT'], linli.registers.people.rules.households.Relation['GRANDPARENT'], linli.registers.people.rules.households.Relation['SIBLING'], linli.registers.people.rules.households.Relation['RELATIVE'], linli.registers.people.rules.households.Relation['UNRELATED']])), name='household_relation_known', violation_error_message='A relation is one of the list.'), models.CheckConstraint(condition=models.Q(models.Q(('state', linli.registers.people.states.Living['LIVING']), _negated=True), models.Q(('joined_by__isnull', False), ('since__isnull', False), models.Q(('consent_version', ''), _negated=True)), _connector='OR'), name='household_joined_whole', violation_error_message='Who lives in a household has since when, and the consent it rests on.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_by__isnull', False), ('state', linli.registers.people.states.Living['ENDED']), ('until__isnull', False)), models.Q(models.Q(('state', linli.registers.people.states.Living['ENDED']), _negated=True), ('ended_by', None), ('until', None)), _connector='OR'), name='household_left_whole', violation_error_message='An ended membership, and no other, has who ended it when.'), models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gte', models.F('since')), _connector='OR'), name='household_period', violation_error_message='A membership ends no earlier than it begins.')],
            },
        ),
    ]
