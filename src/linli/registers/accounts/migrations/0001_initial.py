import django.db.models.deletion
import linli.kernel.refs
import linli.registers.accounts.states
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment="pseudonym: the account's ref", default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('username', models.CharField(db_comment='personal: to sign in; a phone number stands as its keyed digest', max_length=80, unique=True)),
                ('password', models.CharField(db_comment='personal: salted hash, to sign in', max_length=128)),
                ('last_login', models.DateTimeField(blank=True, db_comment='personal: to find accounts nobody uses', null=True)),
                ('name', models.CharField(blank=True, db_comment="personal: an official's name, shown to whom they serve", default='', max_length=60)),
                ('region_code', models.CharField(db_comment='plain', db_index=True, max_length=12)),
                ('state', models.CharField(db_comment='plain', default=linli.registers.accounts.states.State['ACTIVE'], max_length=10)),
                ('failed_count', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('locked_until', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('opened_at', models.DateTimeField(db_comment='plain')),
                ('opened_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('password_changed_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('password_changed_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the actor', null=True)),
                ('closed_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('closed_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the actor', null=True)),
                ('person', models.OneToOneField(blank=True, db_comment='pseudonym: who signs in, where it is somebody who uses services', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('state__in', [linli.registers.accounts.states.State['ACTIVE'], linli.registers.accounts.states.State['LOCKED'], linli.registers.accounts.states.State['CLOSED']])), name='account_state_known', violation_error_message='An account is in a known state.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state', linli.registers.accounts.states.State['CLOSED'])), models.Q(models.Q(('state', linli.registers.accounts.states.State['CLOSED']), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='account_closed_whole', violation_error_message='A closed account, and no other, has who closed it when.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='GrantRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('role', models.CharField(db_comment='plain', max_length=30)),
                ('scope', models.CharField(db_comment='plain', db_index=True, max_length=60)),
                ('since', models.DateTimeField(db_comment='plain')),
                ('until', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('granted_at', models.DateTimeField(db_comment='plain')),
                ('granted_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('revoked_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('revoked_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the actor', null=True)),
                ('account', models.ForeignKey(blank=True, db_comment='pseudonym: who holds it', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, db_comment='pseudonym: who will hold it once they have an account', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('account__isnull', False), ('person__isnull', False), _connector='OR'), name='grant_to_somebody', violation_error_message='A role is granted to an account or a person.'),
                    models.UniqueConstraint(models.F('account'), models.F('role'), models.F('scope'), condition=models.Q(('account__isnull', False), ('revoked_at', None)), name='grant_once', violation_error_message='An account holds a role over a thing once.'),
                    models.UniqueConstraint(models.F('person'), models.F('role'), models.F('scope'), condition=models.Q(('account', None), ('revoked_at', None)), name='grant_waits_once', violation_error_message='A role over a thing waits once for a person.'),
                    models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='grant_period', violation_error_message='A role ends after it begins.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='grant_revoked_whole', violation_error_message='A revoked role has who revoked it when.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ResetCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(db_comment='pseudonym: keyed digest of the code', max_length=64)),
                ('made_at', models.DateTimeField(db_comment='plain')),
                ('made_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('until', models.DateTimeField(db_comment='plain')),
                ('tries', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('used_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('used_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the account', null=True)),
                ('account', models.ForeignKey(db_comment='pseudonym: whose', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(models.F('account'), condition=models.Q(('used_at', None)), name='reset_code_once', violation_error_message='An account has one open reset code.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('used_at', None), ('used_by', None)), models.Q(('used_at__isnull', False), ('used_by__isnull', False)), _connector='OR'), name='reset_code_used_whole', violation_error_message='A used code has who used it when.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('digest', models.CharField(db_comment='pseudonym: SHA-256 of the token', max_length=64, unique=True)),
                ('last_four', models.CharField(db_comment='plain', max_length=4)),
                ('label', models.CharField(db_comment='personal: what its owner uses it for', max_length=60)),
                ('issued_at', models.DateTimeField(db_comment='plain')),
                ('issued_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('until', models.DateTimeField(db_comment='plain')),
                ('revoked_at', models.DateTimeField(blank=True, db_comment='plain', null=True)),
                ('revoked_by', models.UUIDField(blank=True, db_comment='pseudonym: ref of the actor', null=True)),
                ('account', models.ForeignKey(db_comment='pseudonym: whose', on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('until__gt', models.F('issued_at'))), name='token_period', violation_error_message='A token ends after it is issued.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('revoked_at', None), ('revoked_by', None)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='token_revoked_whole', violation_error_message='A revoked token has who revoked it when.'),
                ],
            },
        ),
    ]
