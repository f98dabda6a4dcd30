import django.db.models.deletion
import linli.kernel.refs
import linli.work.hall.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('number', models.CharField(blank=True, db_comment='plain', default='', max_length=20)),
                ('matter', models.CharField(db_comment='plain', max_length=60)),
                ('region_code', models.CharField(db_comment='plain', max_length=12)),
                ('desk_code', models.CharField(db_comment='plain', max_length=12)),
                ('state', models.CharField(choices=[(linli.work.hall.states.State['DRAFT'], 'draft'), (linli.work.hall.states.State['SUBMITTED'], 'handed in'), (linli.work.hall.states.State['INCOMPLETE'], 'to be completed'), (linli.work.hall.states.State['ACCEPTED'], 'under review'), (linli.work.hall.states.State['PROPOSED'], 'second reading'), (linli.work.hall.states.State['GRANTED'], 'granted, to be delivered'), (linli.work.hall.states.State['FROZEN'], 'granted, delivery held up'), (linli.work.hall.states.State['DELIVERED'], 'granted and delivered'), (linli.work.hall.states.State['REFUSED'], 'not granted'), (linli.work.hall.states.State['RETURNED'], 'not accepted'), (linli.work.hall.states.State['WITHDRAWN'], 'taken back by the applicant')], db_comment='plain', max_length=10)),
                ('version', models.PositiveIntegerField(db_comment='plain', default=1)),
                ('content_sealed', models.BinaryField(db_comment='personal: sealed; what was filled in and was held', null=True)),
                ('step', models.CharField(blank=True, db_comment='plain', default='', max_length=40)),
                ('officer', models.UUIDField(db_comment='pseudonym: account that took it over', null=True)),
                ('waits_on', models.DateField(db_comment='plain', null=True)),
                ('provisional', models.BooleanField(db_comment='plain', default=False)),
                ('begun_at', models.DateTimeField(db_comment='plain')),
                ('begun_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('saved_at', models.DateTimeField(db_comment='plain')),
                ('saved_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('submitted_at', models.DateTimeField(db_comment='plain', null=True)),
                ('submitted_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('asked_at', models.DateTimeField(db_comment='plain', null=True)),
                ('asked_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('asked_sealed', models.BinaryField(db_comment='personal: sealed; what has to be completed', null=True)),
                ('accepted_at', models.DateTimeField(db_comment='plain', null=True)),
                ('accepted_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('silent', models.BooleanField(db_comment='plain', default=False)),
                ('closed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('closed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('ground', models.CharField(blank=True, db_comment='plain', default='', max_length=40)),
                ('reasons_sealed', models.BinaryField(db_comment='personal: sealed; why it ended as it did', null=True)),
                ('products', models.JSONField(db_comment='plain', default=list)),
                ('tries', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('failure', models.CharField(blank=True, db_comment='plain', default='', max_length=80)),
                ('package', models.UUIDField(db_comment='plain', null=True)),
                ('grade', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('remark_sealed', models.BinaryField(db_comment="personal: sealed; the applicant's words", null=True)),
                ('rated_at', models.DateTimeField(db_comment='plain', null=True)),
                ('rated_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('answer_sealed', models.BinaryField(db_comment="personal: sealed; the office's answer to the rating", null=True)),
                ('answered_at', models.DateTimeField(db_comment='plain', null=True)),
                ('answered_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('organisation', models.ForeignKey(db_comment='plain', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', to_field='ref')),
                ('person', models.ForeignKey(db_comment='pseudonym: who applies', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
                ('extended_at', models.DateTimeField(db_comment='plain', null=True)),
                ('extended_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('extended_sealed', models.BinaryField(db_comment='personal: sealed; why the limit was extended', null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('waits_on__isnull', False)), fields=['waits_on', 'id', 'desk_code', 'officer', 'provisional', 'matter'], name='application_queue'), models.Index(condition=models.Q(('organisation__isnull', False)), fields=['organisation'], name='application_of_organisation'), models.Index(condition=models.Q(('state', 'granted')), fields=['state'], name='application_to_deliver'), models.Index(condition=models.Q(('closed_at__isnull', False), ('package', None)), fields=['closed_at'], name='application_to_pack'), models.Index(condition=models.Q(('waits_on__isnull', False)), fields=['officer', 'waits_on', 'id'], name='application_of_officer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='application_number_once', violation_error_message='A number belongs to one application.'), models.CheckConstraint(condition=models.Q(('state__in', [linli.work.hall.states.State['DRAFT'], linli.work.hall.states.State['SUBMITTED'], linli.work.hall.states.State['INCOMPLETE'], linli.work.hall.states.State['ACCEPTED'], linli.work.hall.states.State['PROPOSED'], linli.work.hall.states.State['GRANTED'], linli.work.hall.states.State['FROZEN'], linli.work.hall.states.State['DELIVERED'], linli.work.hall.states.State['REFUSED'], linli.work.hall.states.State['RETURNED'], linli.work.hall.states.State['WITHDRAWN']])), name='application_state_known', violation_error_message='An application is in a known state.'), models.CheckConstraint(condition=models.Q(('grade', None), ('grade__in', (1, 2, 3, 4, 5)), _connector='OR'), name='application_grade_known', violation_error_message='A grade is a whole number from 1 to 5.'), models.CheckConstraint(condition=models.Q(('waits_on', None), ('state__in', (linli.work.hall.states.State['SUBMITTED'], linli.work.hall.states.State['ACCEPTED'], linli.work.hall.states.State['PROPOSED'], linli.work.hall.states.State['GRANTED'], linli.work.hall.states.State['FROZEN'])), _connector='OR'), name='application_waits_at_a_desk', violation_error_message='Only what lies at a desk waits for it.')],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('step', models.CharField(db_comment='plain', max_length=40)),
                ('desk_code', models.CharField(db_comment='plain', max_length=12)),
                ('reading', models.BooleanField(db_comment='plain', default=False)),
                ('stops', models.BooleanField(db_comment='plain', default=False)),
                ('ground', models.CharField(blank=True, db_comment='plain', default='', max_length=40)),
                ('due_on', models.DateField(db_comment='plain', null=True)),
                ('begun_at', models.DateTimeField(db_comment='plain')),
                ('begun_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('finished_at', models.DateTimeField(db_comment='plain', null=True)),
                ('finished_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('favourable', models.BooleanField(db_comment='plain', null=True)),
                ('finding_sealed', models.BinaryField(db_comment='personal: sealed; what was found, or why to refuse', null=True)),
                ('remark_sealed', models.BinaryField(db_comment='personal: sealed; why a proposal was sent back', null=True)),
                ('application', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='hall.application')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('reading', False)), fields=('application', 'step'), name='stage_once', violation_error_message='A step is taken once.'), models.UniqueConstraint(condition=models.Q(('finished_at', None), ('reading', True)), fields=('application',), name='reading_one_open', violation_error_message='One proposal at a time is read.'), models.CheckConstraint(condition=models.Q(('reading', False), ('finished_by', None), models.Q(('finished_by', models.F('begun_by')), _negated=True), _connector='OR'), name='reading_by_another', violation_error_message='Somebody else reads a refusal a second time.'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('finished_by', None)), models.Q(('finished_at__isnull', False), ('finished_by__isnull', False)), _connector='OR'), name='stage_finished_whole', violation_error_message='A finished step has who finished it when.')],
            },
        ),
        migrations.CreateModel(
            name='DeskLoad',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('desk_code', models.CharField(db_comment='plain', max_length=12)),
                ('officer', models.UUIDField(db_comment='pseudonym: account that took them over', null=True)),
                ('waits_on', models.DateField(db_comment='plain')),
                ('provisional', models.BooleanField(db_comment='plain')),
                ('count', models.IntegerField(db_comment='plain')),
            ],
            options={
                'indexes': [models.Index(fields=['desk_code', 'officer', 'waits_on', 'provisional', 'count'], name='desk_load_summed')],
            },
        ),
        migrations.CreateModel(
            name='Hearing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[(linli.work.hall.states.HearingState['OFFERED'], 'a hearing may be asked for'), (linli.work.hall.states.HearingState['ASKED'], 'a hearing was asked for'), (linli.work.hall.states.HearingState['CALLED'], 'day and place of the hearing are set'), (linli.work.hall.states.HearingState['HELD'], 'the hearing was held'), (linli.work.hall.states.HearingState['WAIVED'], 'no hearing is wanted'), (linli.work.hall.states.HearingState['LAPSED'], 'no hearing was asked for in time')], db_comment='plain', max_length=10)),
                ('told_at', models.DateTimeField(db_comment='plain')),
                ('told_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('told_sealed', models.BinaryField(db_comment='personal: sealed; what the office means to decide, and why', null=True)),
                ('ask_until', models.DateField(db_comment='plain')),
                ('asked_at', models.DateTimeField(db_comment='plain', null=True)),
                ('asked_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('asked_sealed', models.BinaryField(db_comment='personal: sealed; why it was asked for', null=True)),
                ('called_at', models.DateTimeField(db_comment='plain', null=True)),
                ('called_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('sits_from', models.DateTimeField(db_comment='plain', null=True)),
                ('place', models.CharField(blank=True, db_comment='plain', default='', max_length=200)),
                ('ended_at', models.DateTimeField(db_comment='plain', null=True)),
                ('ended_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('record_sealed', models.BinaryField(db_comment='personal: sealed; the record of the hearing', null=True)),
                ('application', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='hearings', to='hall.application')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'offered')), fields=['ask_until'], name='hearing_to_lapse')],
                'constraints': [models.UniqueConstraint(fields=('application',), name='hearing_once', violation_error_message='An application has one hearing.'), models.CheckConstraint(condition=models.Q(('state__in', [linli.work.hall.states.HearingState['OFFERED'], linli.work.hall.states.HearingState['ASKED'], linli.work.hall.states.HearingState['CALLED'], linli.work.hall.states.HearingState['HELD'], linli.work.hall.states.HearingState['WAIVED'], linli.work.hall.states.HearingState['LAPSED']])), name='hearing_state_known', violation_error_message='A hearing is in a known state.'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('called', 'held')), _negated=True), models.Q(('sits_from__isnull', False), models.Q(('place', ''), _negated=True)), _connector='OR'), name='hearing_has_its_day', violation_error_message='A hearing that was called has its day and place.')],
            },
        ),
    ]
