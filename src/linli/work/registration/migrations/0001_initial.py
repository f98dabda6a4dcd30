import django.db.models.deletion
import linli.kernel.refs
import linli.work.registration.rules
import linli.work.registration.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('hall', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailedCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('year', models.PositiveSmallIntegerField(db_comment='plain')),
                ('faults', models.JSONField(db_comment='plain', default=list)),
                ('reasons', models.TextField(db_comment='plain', max_length=500)),
                ('state', models.CharField(choices=[(linli.work.registration.states.State['PROPOSED'], 'second reading'), (linli.work.registration.states.State['CONFIRMED'], 'confirmed'), (linli.work.registration.states.State['OBJECTED'], 'sent back')], db_comment='plain', max_length=10)),
                ('proposed_at', models.DateTimeField(db_comment='plain')),
                ('proposed_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('read_at', models.DateTimeField(db_comment='plain', null=True)),
                ('read_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('remark', models.TextField(blank=True, db_comment='plain', default='', max_length=500)),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', to_field='ref')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('organisation', 'year'), name='failed_check_one_open', violation_error_message='One proposal of a year at a time is read.'), models.CheckConstraint(condition=models.Q(('state__in', [linli.work.registration.states.State['PROPOSED'], linli.work.registration.states.State['CONFIRMED'], linli.work.registration.states.State['OBJECTED']])), name='failed_check_state_known', violation_error_message='A proposed failure is in a known state.'), models.CheckConstraint(condition=models.Q(models.Q(('read_at', None), ('read_by', None), ('state', 'proposed')), models.Q(models.Q(('state', 'proposed'), _negated=True), ('read_at__isnull', False), ('read_by__isnull', False)), _connector='OR'), name='failed_check_read_whole', violation_error_message='A failure that was read says when and by whom.'), models.CheckConstraint(condition=models.Q(('read_by', None), models.Q(('read_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='failed_check_by_another', violation_error_message='Somebody else reads a decision against an organisation a second time.')],
            },
        ),
        migrations.CreateModel(
            name='WantedName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_comment='plain', max_length=100)),
                ('kind', models.CharField(choices=[(linli.work.registration.rules.Kind['SOCIETY'], 'Society'), (linli.work.registration.rules.Kind['AGENCY'], 'Social service agency'), (linli.work.registration.rules.Kind['FOUNDATION'], 'Foundation')], db_comment='plain', max_length=10)),
                ('office', models.CharField(db_comment='plain', max_length=12)),
                ('wanted_at', models.DateTimeField(db_comment='plain')),
                ('wanted_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('application', models.OneToOneField(db_comment='pseudonym: whose application it is', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hall.application', to_field='ref')),
            ],
            options={
                'indexes': [models.Index(fields=['office'], name='wanted_name_of_office')],
            },
        ),
        migrations.CreateModel(
            name='PublishedReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(db_comment='plain')),
                ('filing', models.UUIDField(db_comment='plain: the filing by which the register knows of it', unique=True)),
                ('said', models.JSONField(db_comment='plain: what the organisation says of itself to everybody, without persons')),
                ('filed_on', models.DateField(db_comment='plain')),
                ('published_at', models.DateTimeField(db_comment='plain')),
                ('published_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', to_field='ref')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
