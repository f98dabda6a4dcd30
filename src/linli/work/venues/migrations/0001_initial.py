import django.db.models.deletion
import linli.kernel.refs
import linli.work.venues.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Booking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='pseudonym: ref of one booking', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('begin', models.DateTimeField(db_comment='plain')),
                ('until', models.DateTimeField(db_comment='plain')),
                ('people', models.PositiveSmallIntegerField(db_comment='plain', default=1)),
                ('purpose', models.CharField(db_comment='plain', max_length=20)),
                ('price_fen', models.PositiveIntegerField(db_comment='plain', default=0)),
                ('code', models.CharField(db_comment='pseudonym: what is said at the door', max_length=6)),
                ('series', models.UUIDField(db_comment='pseudonym: ref of a weekly series', db_index=True, null=True)),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('made_at', models.DateTimeField(db_comment='plain')),
                ('made_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('came_at', models.DateTimeField(db_comment='plain', null=True)),
                ('came_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('closed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('closed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('person', models.ForeignKey(db_comment="pseudonym: ref of the resident; none for the organisation's own use", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
            ],
        ),
        migrations.CreateModel(
            name='Venue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('name', models.CharField(db_comment='plain', max_length=40)),
                ('kind', models.CharField(db_comment='plain', max_length=20)),
                ('about', models.TextField(blank=True, db_comment='plain', default='', max_length=500)),
                ('address', models.CharField(db_comment='plain', max_length=100)),
                ('region_code', models.CharField(db_comment='plain', max_length=12)),
                ('capacity', models.PositiveSmallIntegerField(db_comment='plain')),
                ('equipment', models.JSONField(db_comment='plain', default=list)),
                ('house_rules', models.TextField(blank=True, db_comment='plain', default='', max_length=500)),
                ('opened_by', models.CharField(db_comment='plain: which post opens the door, and its phone', max_length=100)),
                ('price_fen', models.PositiveIntegerField(db_comment='plain', default=0)),
                ('lead_hours', models.PositiveSmallIntegerField(db_comment='plain', default=2)),
                ('cancel_hours', models.PositiveSmallIntegerField(db_comment='plain', default=12)),
                ('most_hours', models.PositiveSmallIntegerField(db_comment='plain', default=3)),
                ('horizon_days', models.PositiveSmallIntegerField(db_comment='plain', default=28)),
                ('state', models.CharField(db_comment='plain', default='open', max_length=10)),
                ('changed_at', models.DateTimeField(db_comment='plain')),
                ('changed_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('is_demo', models.BooleanField(db_comment='plain', default=False)),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', to_field='ref')),
            ],
            options={
                'indexes': [models.Index(fields=['region_code', 'state'], name='venue_of_region')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'closed'])), name='venue_state_known', violation_error_message='A venue is open or closed.'), models.CheckConstraint(condition=models.Q(('capacity__gte', 1), ('horizon_days__gte', 1), ('most_hours__gte', 1)), name='venue_bookable', violation_error_message='A venue holds somebody, for an hour at least.'), models.UniqueConstraint(fields=('organisation', 'name'), name='venue_name_once', violation_error_message='You have a venue of this name already.')],
            },
        ),
        migrations.CreateModel(
            name='TakenHalf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begin', models.DateTimeField(db_comment='plain')),
                ('booking', models.ForeignKey(db_comment='pseudonym: who has it', on_delete=django.db.models.deletion.CASCADE, related_name='halves', to='venues.booking')),
                ('venue', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='taken', to='venues.venue')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('venue', 'begin'), name='half_once', violation_error_message='Half an hour of a venue is taken once.')],
            },
        ),
        migrations.AddField(
            model_name='booking',
            name='venue',
            field=models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='venues.venue'),
        ),
        migrations.CreateModel(
            name='VenueHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(db_comment='plain')),
                ('opens', models.TimeField(db_comment='plain')),
                ('closes', models.TimeField(db_comment='plain')),
                ('venue', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='venues.venue')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), ('closes', '00:00'), _connector='OR'), name='venue_hours_forward', violation_error_message='Hours end after they begin.'), models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6))), name='venue_hours_weekday', violation_error_message='A weekday is a number from 0 (Monday) to 6 (Sunday).')],
            },
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['venue', 'begin'], name='booking_of_venue'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['person', 'begin'], name='booking_of_person'),
        ),
        migrations.AddIndex(
            model_name='booking',
            index=models.Index(fields=['state', 'until'], name='booking_over'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['booked', 'in_use', 'used', 'cancelled', 'no_show'])), name='booking_state_known', violation_error_message='A booking is in one of the known states.'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('begin'))), name='booking_forward', violation_error_message='A booking ends after it begins.'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('came_at', None), ('came_by', None)), models.Q(('came_at__isnull', False), ('came_by__isnull', False)), _connector='OR'), name='booking_came_whole', violation_error_message='Who checked a booking in is kept with when.'),
        ),
        migrations.AddConstraint(
            model_name='booking',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state__in', [linli.work.venues.states.State['CANCELLED'], linli.work.venues.states.State['NO_SHOW'], linli.work.venues.states.State['USED']])), models.Q(('closed_at', None), ('closed_by', None), ('state__in', [linli.work.venues.states.State['BOOKED'], linli.work.venues.states.State['IN_USE']])), _connector='OR'), name='booking_closed_whole', violation_error_message='A booking that is over, and no other, has who ended it when.'),
        ),
    ]
