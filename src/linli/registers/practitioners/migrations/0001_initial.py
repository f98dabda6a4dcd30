import django.db.models.deletion
import linli.kernel.refs
import linli.registers.practitioners.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Practitioner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='pseudonym: a colleague', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('number', models.CharField(db_comment='pseudonym: passport number, shown at the door', max_length=11, unique=True)),
                ('title', models.CharField(db_comment='plain', max_length=60)),
                ('public_name', models.CharField(blank=True, db_comment='personal: shown on the passport, so that residents know who comes; by consent, emptied on erasure', max_length=60)),
                ('gender', models.CharField(blank=True, db_comment='personal: residents may ask for a woman or a man', max_length=6)),
                ('languages', models.JSONField(db_comment='personal: residents may ask for a language', default=list)),
                ('state', models.CharField(db_comment='plain', db_index=True, max_length=10)),
                ('bars', models.JSONField(db_comment='personal: when an office forbids this work; the passport is red', default=list)),
                ('joined_on', models.DateField(db_comment='plain')),
                ('added_at', models.DateTimeField(db_comment='plain')),
                ('added_by', models.UUIDField(db_comment='pseudonym: ref of the account that added them')),
                ('left_at', models.DateTimeField(db_comment='plain', null=True)),
                ('left_by', models.UUIDField(db_comment='pseudonym: ref of the account that noted it', null=True)),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', to_field='ref')),
                ('person', models.ForeignKey(db_comment='pseudonym: ref of the person', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'organisation'), name='practitioner_once', violation_error_message='This person is on the staff already.'), models.CheckConstraint(condition=models.Q(('state__in', ['active', 'left'])), name='practitioner_state_known', violation_error_message='A practitioner works here or has left.'), models.CheckConstraint(condition=models.Q(models.Q(('left_at', None), ('left_by', None), ('state', linli.registers.practitioners.states.State['ACTIVE'])), models.Q(('left_at__isnull', False), ('left_by__isnull', False), ('state', linli.registers.practitioners.states.State['LEFT'])), _connector='OR'), name='practitioner_left_by_somebody', violation_error_message='Who noted that somebody left is kept with when.'), models.CheckConstraint(condition=models.Q(('gender__in', ['', 'female', 'male'])), name='practitioner_gender_known', violation_error_message='A gender is female, male or not given.')],
            },
        ),
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('kind', models.CharField(db_comment='personal: what somebody is qualified for; shown on the passport', max_length=30)),
                ('number_sealed', models.BinaryField(db_comment="sealed: number on the paper, under the person's key", null=True)),
                ('issuer', models.CharField(blank=True, db_comment='plain', max_length=100)),
                ('valid_from', models.DateField(db_comment='plain')),
                ('valid_until', models.DateField(db_comment='plain', db_index=True, null=True)),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the account that recorded it')),
                ('withdrawn_at', models.DateTimeField(db_comment='plain', null=True)),
                ('withdrawn_by', models.UUIDField(db_comment='pseudonym: ref of the account that withdrew it', null=True)),
                ('withdrawn_for', models.CharField(blank=True, db_comment='plain', max_length=10)),
                ('announced_at', models.DateTimeField(db_comment='plain', null=True)),
                ('announced_by', models.UUIDField(db_comment='pseudonym: ref of who told that it lapses', null=True)),
                ('practitioner', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='credentials', to='practitioners.practitioner')),
                ('level', models.CharField(blank=True, db_comment='personal: how far qualified', default='', max_length=10)),
                ('registered', models.BooleanField(db_comment='plain', default=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='credential_has_a_period', violation_error_message='A credential ends after it begins.'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None), ('withdrawn_for', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), ('withdrawn_for__in', ['revoked', 'mistake'])), _connector='OR'), name='credential_withdrawn_whole', violation_error_message='Who withdrew a credential is kept with when and why.'), models.CheckConstraint(condition=models.Q(models.Q(('announced_at', None), ('announced_by', None)), models.Q(('announced_at__isnull', False), ('announced_by__isnull', False)), _connector='OR'), name='credential_announced_by_somebody', violation_error_message='Who announced a lapse is kept with when.')],
            },
        ),
    ]
