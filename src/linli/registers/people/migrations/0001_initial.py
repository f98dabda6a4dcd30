import django.db.models.deletion
import linli.kernel.refs
import linli.registers.people.rules
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
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('id_index'), condition=models.Q(('id_index', ''), _negated=True), name='person_id_once', violation_error_message='An ID number belongs to one person.'), models.CheckConstraint(condition=models.Q(('gender__in', ['', linli.registers.people.rules.Gender['FEMALE'], linli.registers.people.rules.Gender['MALE']])), name='person_gender_known', violation_error_message='A gender is female, male or not given.'), models.CheckConstraint(condition=models.Q(models.Q(('real_name_checked_at', None), ('real_name_checked_by', None), ('real_name_method', '')), models.Q(('real_name_checked_at__isnull', False), ('real_name_checked_by__isnull', False), models.Q(('real_name_method', ''), _negated=True)), _connector='OR'), name='person_checked_whole', violation_error_message='A checked name has who checked it when and how.'), models.CheckConstraint(condition=models.Q(models.Q(('erased_at', None), ('erased_by', None)), models.Q(('address_sealed', None), ('birth_on_sealed', None), ('birth_year', None), ('erased_at__isnull', False), ('erased_by__isnull', False), ('gender', ''), ('id_index', ''), ('id_number_sealed', None), ('name_sealed', None), ('phone_index', ''), ('phone_sealed', None)), _connector='OR'), name='person_erased_whole', violation_error_message='Nothing personal is left of an erased person.')],
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
                'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('representative')), _negated=True), name='representation_of_another', violation_error_message='Nobody represents themself.'), models.UniqueConstraint(models.F('person'), models.F('representative'), condition=models.Q(('state', linli.registers.people.states.State['ENDED']), _negated=True), name='representation_once', violation_error_message='Somebody represents another once at a time.'), models.CheckConstraint(condition=models.Q(('state__in', [linli.registers.people.states.State['REQUESTED'], linli.registers.people.states.State['ACTIVE'], linli.registers.people.states.State['ENDED']])), name='representation_state_known', violation_error_message='A representation is in a known state.'), models.CheckConstraint(condition=models.Q(('kind__in', [linli.registers.people.rules.Kind['FAMILY'], linli.registers.people.rules.Kind['GUARDIAN'], linli.registers.people.rules.Kind['AGENT']])), name='representation_kind_known', violation_error_message='A representation is of a known kind.'), models.CheckConstraint(condition=models.Q(models.Q(('state', linli.registers.people.states.State['ACTIVE']), _negated=True), models.Q(('since__isnull', False), models.Q(('consent_version', ''), _negated=True)), _connector='OR'), name='representation_active_whole', violation_error_message='A representation in force has its beginning and the consent it rests on.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('ended_by__isnull', False), ('state', linli.registers.people.states.State['ENDED'])), models.Q(models.Q(('state', linli.registers.people.states.State['ENDED']), _negated=True), ('ended_at', None), ('ended_by', None)), _connector='OR'), name='representation_ended_whole', violation_error_message='An ended representation, and no other, has who ended it when.'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='representation_period', violation_error_message='A representation ends after it begins.')],
            },
        ),
    ]
