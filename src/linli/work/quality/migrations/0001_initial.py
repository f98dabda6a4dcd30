import django.db.models.deletion
import django.db.models.expressions
import linli.kernel.refs
import linli.work.quality.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.UUIDField(db_comment='pseudonym: the order that was rated', unique=True)),
                ('service', models.UUIDField(db_comment='plain', db_index=True)),
                ('provider', models.UUIDField(db_comment='plain')),
                ('grade', models.PositiveSmallIntegerField(db_comment='plain')),
                ('rated_at', models.DateTimeField(db_comment='plain')),
                ('rated_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'indexes': [models.Index(fields=['provider', '-rated_at'], name='rating_of_provider')],
                'constraints': [models.CheckConstraint(condition=models.Q(('grade__in', (1, 2, 3, 4, 5))), name='rating_grade_known', violation_error_message='A grade is a whole number from 1 to 5.')],
            },
        ),
        migrations.CreateModel(
            name='Rectification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('order', models.UUIDField(db_comment='pseudonym: the order that was rated', unique=True)),
                ('service', models.UUIDField(db_comment='plain')),
                ('region_code', models.CharField(db_comment='plain', max_length=12)),
                ('grade', models.PositiveSmallIntegerField(db_comment='plain')),
                ('state', models.CharField(choices=[(linli.work.quality.states.State['OPEN'], 'waits for the provider'), (linli.work.quality.states.State['ANSWERED'], 'waits for the resident'), (linli.work.quality.states.State['ACCEPTED'], 'accepted'), (linli.work.quality.states.State['SETTLED'], 'closed without objection'), (linli.work.quality.states.State['DROPPED'], 'the rating does not count')], db_comment='plain', default=linli.work.quality.states.State['OPEN'], max_length=10)),
                ('raised_at', models.DateTimeField(db_comment='plain')),
                ('raised_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('closed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('closed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('person', models.ForeignKey(db_comment='pseudonym: who rated', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
                ('provider', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', to_field='ref')),
            ],
            options={
                'indexes': [models.Index(fields=['provider', 'state'], name='rectification_of_provider'), models.Index(condition=models.Q(('state__in', (linli.work.quality.states.State['ACCEPTED'], linli.work.quality.states.State['SETTLED'], linli.work.quality.states.State['DROPPED'])), _negated=True), fields=['region_code'], name='rectification_running')],
                'constraints': [models.CheckConstraint(condition=models.Q(('grade__gte', 1), ('grade__lte', 2)), name='rectification_of_bad_grade', violation_error_message='Only the two lowest grades are rectified.'), models.CheckConstraint(condition=models.Q(('state__in', [linli.work.quality.states.State['OPEN'], linli.work.quality.states.State['ANSWERED'], linli.work.quality.states.State['ACCEPTED'], linli.work.quality.states.State['SETTLED'], linli.work.quality.states.State['DROPPED']])), name='rectification_state_known', violation_error_message='A rectification is in a known state.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state__in', (linli.work.quality.states.State['ACCEPTED'], linli.work.quality.states.State['SETTLED'], linli.work.quality.states.State['DROPPED']))), models.Q(models.Q(('state__in', (linli.work.quality.states.State['ACCEPTED'], linli.work.quality.states.State['SETTLED'], linli.work.quality.states.State['DROPPED'])), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='rectification_closed_whole', violation_error_message='A closed rectification, and no other, has who closed it when.')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text_sealed', models.BinaryField(db_comment='personal: sealed; may tell about the resident', null=True)),
                ('answered_at', models.DateTimeField(db_comment='plain')),
                ('answered_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('objection_sealed', models.BinaryField(db_comment="personal: sealed; the resident's words", null=True)),
                ('rejected_at', models.DateTimeField(db_comment='plain', null=True)),
                ('rejected_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('rectification', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='quality.rectification')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('rejected_at', None)), fields=('rectification',), name='answer_one_standing', violation_error_message='A new answer follows when the last one was rejected.'), models.CheckConstraint(condition=models.Q(models.Q(('objection_sealed', None), ('rejected_at', None), ('rejected_by', None)), models.Q(('rejected_at__isnull', False), ('rejected_by__isnull', False)), _connector='OR'), name='answer_rejected_whole', violation_error_message='A rejected answer has who rejected it when.')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.UUIDField(db_comment='plain', unique=True)),
                ('provider', models.UUIDField(db_comment='plain', db_index=True)),
                ('count', models.PositiveIntegerField(db_comment='plain')),
                ('total', models.PositiveIntegerField(db_comment='plain')),
                ('ones', models.PositiveIntegerField(db_comment='plain', default=0)),
                ('twos', models.PositiveIntegerField(db_comment='plain', default=0)),
                ('threes', models.PositiveIntegerField(db_comment='plain', default=0)),
                ('fours', models.PositiveIntegerField(db_comment='plain', default=0)),
                ('fives', models.PositiveIntegerField(db_comment='plain', default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('count', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('ones'), '+', models.F('twos')), '+', models.F('threes')), '+', models.F('fours')), '+', models.F('fives')))), name='score_counts_each_once', violation_error_message='A score counts every rating under one grade.'), models.CheckConstraint(condition=models.Q(('total', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('ones'), '+', django.db.models.expressions.CombinedExpression(models.Value(2), '*', models.F('twos'))), '+', django.db.models.expressions.CombinedExpression(models.Value(3), '*', models.F('threes'))), '+', django.db.models.expressions.CombinedExpression(models.Value(4), '*', models.F('fours'))), '+', django.db.models.expressions.CombinedExpression(models.Value(5), '*', models.F('fives'))))), name='score_adds_up', violation_error_message='The sum of a score is the sum of its grades.')],
            },
        ),
    ]
