import django.db.models.deletion
import linli.kernel.refs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('site', models.UUIDField(db_comment='plain', db_index=True, null=True)),
                ('category', models.CharField(db_comment='plain', max_length=40)),
                ('name', models.CharField(db_comment='plain', max_length=60)),
                ('summary', models.TextField(db_comment='plain', max_length=500)),
                ('on_site', models.BooleanField(db_comment='plain', default=False)),
                ('home', models.BooleanField(db_comment='plain', default=False)),
                ('remote', models.BooleanField(db_comment='plain', default=False)),
                ('lon', models.FloatField(db_comment='plain', null=True)),
                ('lat', models.FloatField(db_comment='plain', null=True)),
                ('cell', models.BigIntegerField(db_comment='plain', null=True)),
                ('region_code', models.CharField(db_comment='plain', db_index=True, max_length=12)),
                ('languages', models.JSONField(db_comment='plain', default=list)),
                ('accessibility', models.JSONField(db_comment='plain', default=list)),
                ('price_fen', models.PositiveBigIntegerField(db_comment='plain', default=0)),
                ('price_unit', models.CharField(db_comment='plain', default='visit', max_length=10)),
                ('subsidy_fen', models.PositiveBigIntegerField(db_comment='plain', default=0)),
                ('subsidy_min_age', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('subsidy_groups', models.JSONField(db_comment='plain', default=list)),
                ('min_age', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('max_age', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('groups', models.JSONField(db_comment='plain', default=list)),
                ('gender', models.CharField(blank=True, db_comment='plain', default='', max_length=10)),
                ('duration_minutes', models.PositiveSmallIntegerField(db_comment='plain', default=60)),
                ('buffer_minutes', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('setup_minutes', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('capacity', models.PositiveSmallIntegerField(db_comment='plain', default=1)),
                ('wave', models.BooleanField(db_comment='plain', default=False)),
                ('lead_minutes', models.PositiveIntegerField(db_comment='plain', default=120)),
                ('horizon_days', models.PositiveSmallIntegerField(db_comment='plain', default=28)),
                ('open_on_holidays', models.BooleanField(db_comment='plain', default=False)),
                ('state', models.CharField(db_comment='plain', default='draft', max_length=10)),
                ('provider_open', models.BooleanField(db_comment='plain', default=True)),
                ('assured_on', models.DateField(db_comment='plain', null=True)),
                ('assured_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('is_demo', models.BooleanField(db_comment='plain', default=False)),
                ('provider', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', to_field='ref')),
                ('changed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('changed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('checked_by', models.UUIDField(db_comment="pseudonym: ref of the officer's account", null=True)),
                ('checked_on', models.DateField(db_comment='plain', null=True)),
                ('source', models.CharField(db_comment='plain', max_length=100, null=True)),
                ('open_hours', models.BigIntegerField(db_comment='plain', default=0)),
                ('special_until', models.DateField(db_comment='plain', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['provider', 'state'], name='service_of_provider'), models.Index(fields=['changed_at'], name='service_changed'), models.Index(fields=['category', 'cell', 'state', 'provider_open', 'open_hours', 'special_until', 'open_on_holidays', 'lon', 'lat'], name='service_near'), models.Index(fields=['cell', 'state', 'provider_open', 'open_hours', 'special_until', 'open_on_holidays', 'lon', 'lat'], name='service_around')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'listed', 'paused', 'withdrawn'])), name='service_state_known', violation_error_message='A service is in one of the known states.'), models.CheckConstraint(condition=models.Q(('on_site', True), ('home', True), ('remote', True), _connector='OR'), name='service_has_a_mode', violation_error_message='A service is given in at least one way: at the site, at home or remotely.'), models.CheckConstraint(condition=models.Q(models.Q(('cell', None), ('lat', None), ('lon', None)), models.Q(('cell__isnull', False), ('lat__range', (-90, 90)), ('lon__range', (-180, 180))), _connector='OR'), name='service_on_earth', violation_error_message='A service has a longitude, a latitude and their cell, or none of them.'), models.CheckConstraint(condition=models.Q(('price_fen__gte', 0), ('subsidy_fen__gte', 0), ('subsidy_fen__lte', models.F('price_fen'))), name='service_price_whole', violation_error_message='A price is not negative, and a subsidy is at most the price.'), models.CheckConstraint(condition=models.Q(('min_age', None), ('max_age', None), ('max_age__gte', models.F('min_age')), _connector='OR'), name='service_ages_in_order', violation_error_message='The highest age is not below the lowest.'), models.CheckConstraint(condition=models.Q(('capacity__gte', 1), ('duration_minutes__gte', 5), ('horizon_days__gte', 1)), name='service_bookable', violation_error_message='A service takes at least 5 minutes and has a place for somebody.'), models.CheckConstraint(condition=models.Q(('wave', False), ('capacity__gte', 2), _connector='OR'), name='service_wave_of_several', violation_error_message='One after another are called two people or more.'), models.CheckConstraint(condition=models.Q(models.Q(('assured_by', None), ('assured_on', None)), models.Q(('assured_by__isnull', False), ('assured_on__isnull', False)), _connector='OR'), name='service_assured_by_somebody', violation_error_message='Who assured a listing is kept with when.')],
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(db_comment='plain')),
                ('opens', models.TimeField(db_comment='plain')),
                ('closes', models.TimeField(db_comment='plain')),
                ('since', models.DateField(db_comment='plain', null=True)),
                ('until', models.DateField(db_comment='plain', null=True)),
                ('service', models.ForeignKey(db_comment='plain', db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='hours', to='directory.service')),
            ],
            options={
                'indexes': [models.Index(fields=['service', 'weekday', 'opens', 'closes', 'since', 'until'], name='hours_of_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('weekday__range', (0, 6))), name='hours_weekday_known', violation_error_message='A weekday is a number from 0 (Monday) to 6 (Sunday).'), models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), ('closes', '00:00'), _connector='OR'), name='hours_forward', violation_error_message='Hours end after they begin.'), models.CheckConstraint(condition=models.Q(('since', None), ('until', None), ('until__gt', models.F('since')), _connector='OR'), name='hours_period_forward', violation_error_message='Hours are valid until after they begin to be.')],
            },
        ),
        migrations.CreateModel(
            name='OpeningException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(db_comment='plain')),
                ('opens', models.TimeField(db_comment='plain', null=True)),
                ('closes', models.TimeField(db_comment='plain', null=True)),
                ('reason', models.CharField(blank=True, db_comment='plain', max_length=100)),
                ('service', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='directory.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'on'), name='exception_once', violation_error_message='A day has one exception.'), models.CheckConstraint(condition=models.Q(models.Q(('closes', None), ('opens', None)), ('closes__gt', models.F('opens')), models.Q(('closes', '00:00'), ('opens__isnull', False)), _connector='OR'), name='exception_forward', violation_error_message='An exceptional day has both its times, in order, or neither.')],
            },
        ),
        migrations.CreateModel(
            name='ServiceArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', models.CharField(db_comment='plain', max_length=12)),
                ('service', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='directory.service')),
            ],
            options={
                'indexes': [models.Index(fields=['region_code', 'service'], name='area_by_region')],
                'constraints': [models.UniqueConstraint(fields=('service', 'region_code'), name='area_once', violation_error_message='A service names a region once.')],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('begin', models.DateTimeField(db_comment='plain')),
                ('until', models.DateTimeField(db_comment='plain')),
                ('book_until', models.DateTimeField(db_comment='plain')),
                ('capacity', models.PositiveSmallIntegerField(db_comment='plain')),
                ('taken', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('ever_taken', models.BooleanField(db_comment='plain', default=False)),
                ('service', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='directory.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('capacity__gt', 0)), fields=('service', 'begin'), name='slot_once', violation_error_message='A service has one slot at a time.'), models.CheckConstraint(condition=models.Q(('taken__gte', 0), ('taken__lte', models.F('capacity'))), name='slot_not_overfull', violation_error_message='A slot is taken at most as often as it has places.'), models.CheckConstraint(condition=models.Q(('until__gt', models.F('begin')), ('book_until__lte', models.F('begin'))), name='slot_forward', violation_error_message='A slot ends after it begins, and booking closes before.')],
            },
        ),
        migrations.CreateModel(
            name='Bundle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('kind', models.CharField(db_comment='plain', max_length=20)),
                ('name', models.CharField(db_comment='plain', max_length=60)),
                ('summary', models.TextField(db_comment='plain', max_length=500)),
                ('price_fen', models.PositiveBigIntegerField(db_comment='plain', null=True)),
                ('region_code', models.CharField(db_comment='plain', db_index=True, max_length=12)),
                ('state', models.CharField(db_comment='plain', default='draft', max_length=10)),
                ('is_demo', models.BooleanField(db_comment='plain', default=False)),
                ('provider', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation', to_field='ref')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'listed', 'withdrawn'])), name='bundle_state_known', violation_error_message='A bundle is in one of the known states.')],
            },
        ),
        migrations.CreateModel(
            name='BundlePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(db_comment='plain')),
                ('role', models.CharField(db_comment='plain', default='main', max_length=10)),
                ('times', models.PositiveSmallIntegerField(db_comment='plain', default=1)),
                ('agreed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('agreed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('bundle', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='directory.bundle')),
                ('service', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bundle', 'service'), name='bundle_part_once', violation_error_message='A bundle holds a service once.'), models.CheckConstraint(condition=models.Q(('times__gte', 1)), name='bundle_part_given', violation_error_message='A service of a bundle is given at least once.'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_at', None), ('agreed_by', None)), models.Q(('agreed_at__isnull', False), ('agreed_by__isnull', False)), _connector='OR'), name='bundle_part_agreed_by_somebody', violation_error_message='Who agreed to be part of a bundle is kept with when.')],
            },
        ),
        migrations.CreateModel(
            name='Capacity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('unit', models.CharField(db_comment='plain', max_length=10)),
                ('group', models.CharField(blank=True, db_comment='plain', default='', max_length=20)),
                ('maximum', models.PositiveIntegerField(db_comment='plain')),
                ('available', models.PositiveIntegerField(db_comment='plain')),
                ('funded_percent', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('waiting_list', models.BooleanField(db_comment='plain', default=False)),
                ('updated_at', models.DateTimeField(db_comment='plain')),
                ('updated_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('service', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='capacities', to='directory.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'unit', 'group'), name='capacity_once', violation_error_message='A service says once how many of a group it can take.'), models.CheckConstraint(condition=models.Q(('available__lte', models.F('maximum'))), name='capacity_not_overfull', violation_error_message='At most as many places are free as there are.'), models.CheckConstraint(condition=models.Q(('funded_percent__lte', 100)), name='capacity_funded_share', violation_error_message='The funded share is between 0 and 100 percent.')],
            },
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('kind', models.CharField(db_comment='plain', max_length=10)),
                ('name', models.CharField(db_comment='plain', max_length=60)),
                ('quantity', models.PositiveSmallIntegerField(db_comment='plain', default=1)),
                ('url', models.CharField(blank=True, db_comment='plain', default='', max_length=300)),
                ('service', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='resources', to='directory.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'kind', 'name'), name='resource_once', violation_error_message='A service names a resource once.'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='resource_there', violation_error_message='There is at least one of a resource.')],
            },
        ),
    ]
