import django.db.models.deletion
import linli.engines.rulebook.states
import linli.kernel.refs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('rule_id', models.CharField(db_comment='plain', max_length=80)),
                ('owner', models.CharField(db_comment='pseudonym: scope of who owes it', max_length=60)),
                ('owed_to', models.CharField(db_comment='pseudonym: scope of who is owed', max_length=60)),
                ('about', models.UUIDField(db_comment='pseudonym: ref of the thing it is about')),
                ('region_code', models.CharField(db_comment='plain', max_length=12)),
                ('since', models.DateField(db_comment='plain')),
                ('due_on', models.DateField(db_comment='plain')),
                ('provisional', models.BooleanField(db_comment='plain', default=False)),
                ('state', models.CharField(choices=[(linli.engines.rulebook.states.State['RUNNING'], 'Running'), (linli.engines.rulebook.states.State['STOPPED'], 'Clock stopped'), (linli.engines.rulebook.states.State['OVERDUE'], 'Overdue'), (linli.engines.rulebook.states.State['MET'], 'Met'), (linli.engines.rulebook.states.State['MET_LATE'], 'Met late'), (linli.engines.rulebook.states.State['WAIVED'], 'Waived')], db_comment='plain', default=linli.engines.rulebook.states.State['RUNNING'], max_length=10)),
                ('raised_at', models.DateTimeField(db_comment='plain')),
                ('raised_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('met_at', models.DateTimeField(db_comment='plain', null=True)),
                ('met_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('met_on', models.DateField(db_comment='plain', null=True)),
                ('waived_at', models.DateTimeField(db_comment='plain', null=True)),
                ('waived_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('waived_for', models.CharField(blank=True, choices=[(linli.engines.rulebook.states.WaiveReason['WITHDRAWN'], 'What it was about was withdrawn'), (linli.engines.rulebook.states.WaiveReason['NOT_OWED'], 'It was never owed'), (linli.engines.rulebook.states.WaiveReason['SETTLED'], 'It was settled in another way'), (linli.engines.rulebook.states.WaiveReason['IMPOSSIBLE'], 'It can no longer be done')], db_comment='plain', default='', max_length=20)),
                ('extended_at', models.DateTimeField(db_comment='plain', null=True)),
                ('extended_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('extension', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', [linli.engines.rulebook.states.State['RUNNING'], linli.engines.rulebook.states.State['STOPPED'], linli.engines.rulebook.states.State['OVERDUE']])), fields=['region_code', 'due_on'], name='duty_owed'), models.Index(fields=['owner', 'due_on'], name='duty_of_owner'), models.Index(fields=['about'], name='duty_about')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', [linli.engines.rulebook.states.State['RUNNING'], linli.engines.rulebook.states.State['STOPPED'], linli.engines.rulebook.states.State['OVERDUE']])), fields=('about', 'rule_id', 'owner'), name='duty_owed_once', violation_error_message='The same is owed once at a time.'), models.CheckConstraint(condition=models.Q(models.Q(('extended_at', None), ('extended_by', None), ('extension', 0)), models.Q(('extended_at__isnull', False), ('extended_by__isnull', False), ('extension__gt', 0)), _connector='OR'), name='duty_extended_whole', violation_error_message='An extended limit has who extended it when.')],
            },
        ),
        migrations.CreateModel(
            name='ClockStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[(linli.engines.rulebook.states.StopReason['HEARING'], 'A hearing is held'), (linli.engines.rulebook.states.StopReason['EXPERT_REVIEW'], 'Experts examine the case'), (linli.engines.rulebook.states.StopReason['SITE_CHECK'], 'The place is inspected'), (linli.engines.rulebook.states.StopReason['THIRD_PARTY'], 'A third party is asked'), (linli.engines.rulebook.states.StopReason['COMPLETION'], 'The other side has to add something'), (linli.engines.rulebook.states.StopReason['FORCE_MAJEURE'], 'An event that nobody could prevent')], db_comment='plain', max_length=20)),
                ('from_on', models.DateField(db_comment='plain')),
                ('until_on', models.DateField(db_comment='plain', null=True)),
                ('stopped_at', models.DateTimeField(db_comment='plain')),
                ('stopped_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('resumed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('resumed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('duty', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='rulebook.duty')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_on', None)), fields=('duty',), name='one_stop_at_a_time', violation_error_message='A clock that stands cannot be stopped again.')],
            },
        ),
    ]
