import django.db.models.deletion
import linli.kernel.refs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Queue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('provider', models.UUIDField(db_comment='plain', db_index=True)),
                ('name', models.CharField(db_comment='plain', max_length=40)),
                ('prefix', models.CharField(db_comment='plain', max_length=1)),
                ('counters', models.PositiveSmallIntegerField(db_comment='plain')),
                ('planned_minutes', models.PositiveSmallIntegerField(db_comment='plain')),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('on', models.DateField(db_comment='plain')),
                ('last_number', models.PositiveIntegerField(db_comment='plain', default=0)),
                ('opened_at', models.DateTimeField(db_comment='plain')),
                ('opened_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('service', models.OneToOneField(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.service', to_field='ref')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'paused', 'closed'])), name='queue_state_known', violation_error_message='A queue is open, paused or closed.'), models.CheckConstraint(condition=models.Q(('counters__gte', 1)), name='queue_has_counters', violation_error_message='A queue has at least one counter.')],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='pseudonym: ref of one number', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('on', models.DateField(db_comment='plain')),
                ('number', models.PositiveIntegerField(db_comment='plain')),
                ('order', models.UUIDField(db_comment='pseudonym: ref of their booking', null=True)),
                ('channel', models.CharField(db_comment='plain', max_length=10)),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('place', models.DateTimeField(db_comment='plain')),
                ('said_low', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('said_high', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('taken_at', models.DateTimeField(db_comment='plain')),
                ('taken_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('called_at', models.DateTimeField(db_comment='plain', null=True)),
                ('called_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('counter', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('began', models.DateTimeField(db_comment='plain', null=True)),
                ('ended', models.DateTimeField(db_comment='plain', null=True)),
                ('person', models.ForeignKey(db_comment='pseudonym: ref of the resident; none for a number from the counter', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
                ('queue', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='queueing.queue')),
            ],
            options={
                'indexes': [models.Index(fields=['queue', 'on', 'state', 'place'], name='ticket_in_line')],
                'constraints': [models.UniqueConstraint(fields=('queue', 'on', 'number'), name='ticket_number_once', violation_error_message='A number is given once a day.'), models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'called', 'serving', 'missed'])), fields=('queue', 'on', 'person'), name='ticket_one_standing', violation_error_message='A person has one number at a time.'), models.UniqueConstraint(condition=models.Q(('order__isnull', False)), fields=('order',), name='ticket_of_order_once', violation_error_message='A booking gives one number.'), models.CheckConstraint(condition=models.Q(('channel__in', ['phone', 'counter', 'booking']), ('state__in', ['waiting', 'called', 'serving', 'served', 'missed', 'left'])), name='ticket_state_known', violation_error_message='A number is in a known state.'), models.CheckConstraint(condition=models.Q(models.Q(('called_at', None), ('called_by', None), ('counter', None)), models.Q(('called_at__isnull', False), ('called_by__isnull', False), ('counter__isnull', False)), _connector='OR'), name='ticket_called_whole', violation_error_message='Who called a number is kept with when and where to.')],
            },
        ),
    ]
