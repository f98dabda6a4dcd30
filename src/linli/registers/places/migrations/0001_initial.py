import django.db.models.deletion
import linli.kernel.refs
import linli.registers.places.rules.facilities
import linli.registers.places.rules.regions
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('issuer', models.CharField(db_comment='plain', default=linli.registers.places.rules.regions.Issuer['STATS'], max_length=10)),
                ('level', models.CharField(db_comment='plain', max_length=10)),
                ('code', models.CharField(db_comment='plain', max_length=12)),
                ('name', models.CharField(db_comment='plain', max_length=60)),
                ('parent_code', models.CharField(blank=True, db_comment='plain', default='', max_length=12)),
                ('since', models.DateField(db_comment='plain')),
                ('until', models.DateField(db_comment='plain', null=True)),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('lon', models.FloatField(db_comment='plain', null=True)),
                ('lat', models.FloatField(db_comment='plain', null=True)),
                ('placed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('placed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['code'], name='region_by_code'), models.Index(fields=['parent_code', 'code'], name='region_by_parent'), models.Index(fields=['name'], name='region_by_name')],
                'constraints': [models.UniqueConstraint(fields=('issuer', 'level', 'code', 'since'), name='region_once', violation_error_message='An issuer gives a code once for a level and a period.'), models.CheckConstraint(condition=models.Q(('level__in', [linli.registers.places.rules.regions.Level['PROVINCE'], linli.registers.places.rules.regions.Level['CITY'], linli.registers.places.rules.regions.Level['COUNTY'], linli.registers.places.rules.regions.Level['TOWNSHIP'], linli.registers.places.rules.regions.Level['VILLAGE']])), name='region_level_known', violation_error_message='A region is of a known level.'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='region_period_forward', violation_error_message='A region ends after it begins.'), models.CheckConstraint(condition=models.Q(models.Q(('lat', None), ('lon', None), ('placed_at', None), ('placed_by', None)), models.Q(('lat__isnull', False), ('lon__isnull', False), ('placed_at__isnull', False), ('placed_by__isnull', False)), _connector='OR'), name='region_point_whole', violation_error_message="A region's point has its longitude, its latitude, and who placed it when."), models.UniqueConstraint(condition=models.Q(('until', None)), fields=('issuer', 'level', 'code'), name='region_one_in_force', violation_error_message='One region of an issuer bears a code at a time on a level.'), models.CheckConstraint(condition=models.Q(('issuer__in', [linli.registers.places.rules.regions.Issuer['STATS'], linli.registers.places.rules.regions.Issuer['CIVIL'], linli.registers.places.rules.regions.Issuer['YEARLY']])), name='region_issuer_known', violation_error_message='A region comes from a known issuer.')],
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(db_comment='plain')),
                ('kind', models.CharField(db_comment='plain', max_length=8)),
                ('level', models.PositiveSmallIntegerField(db_comment='plain')),
                ('old_code', models.CharField(blank=True, db_comment='plain', max_length=12)),
                ('old_name', models.CharField(blank=True, db_comment='plain', max_length=60)),
                ('new_code', models.CharField(blank=True, db_comment='plain', max_length=12)),
                ('new_name', models.CharField(blank=True, db_comment='plain', max_length=60)),
                ('document', models.CharField(blank=True, db_comment='plain', max_length=40)),
                ('source', models.CharField(blank=True, db_comment='plain', max_length=200)),
                ('note', models.CharField(blank=True, db_comment='plain', max_length=500)),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'indexes': [models.Index(fields=['old_code'], name='change_by_old_code'), models.Index(fields=['new_code'], name='change_by_new_code')],
                'constraints': [models.UniqueConstraint(fields=('year', 'kind', 'old_code', 'old_name', 'new_code', 'new_name'), name='change_once', violation_error_message='A change is kept once.'), models.CheckConstraint(condition=models.Q(('kind__in', ['新设', '撤销', '更名', '同名改码', '码位改派', '撤县设市', '撤县设区', '撤市设区', '撤旗设区', '撤地设市', '撤区设区', '区划调整', '划转', '驻地迁移'])), name='change_kind_known', violation_error_message='A change is of a known kind.')],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(db_comment='plain', max_length=10)),
                ('on', models.DateField(db_comment='plain')),
                ('rows', models.PositiveIntegerField(db_comment='plain')),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('issuer', 'on'), name='edition_once', violation_error_message='An issuer puts out one table for a day.')],
            },
        ),
        migrations.CreateModel(
            name='Facility',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('kind', models.CharField(db_comment='plain', max_length=20)),
                ('tier', models.CharField(db_comment='plain', max_length=10)),
                ('name', models.CharField(db_comment='plain', max_length=100)),
                ('region_code', models.CharField(db_comment='plain', max_length=12)),
                ('address', models.CharField(blank=True, db_comment='plain', max_length=200)),
                ('lon', models.FloatField(db_comment='plain', null=True)),
                ('lat', models.FloatField(db_comment='plain', null=True)),
                ('given_crs', models.CharField(db_comment='plain', default='wgs84', max_length=5)),
                ('cell', models.BigIntegerField(db_comment='plain', null=True)),
                ('capacity', models.PositiveIntegerField(db_comment='plain', null=True)),
                ('area_m2', models.PositiveIntegerField(db_comment='plain', null=True)),
                ('phone', models.CharField(blank=True, db_comment='plain', max_length=30)),
                ('opened_on', models.DateField(db_comment='plain', null=True)),
                ('closed_on', models.DateField(db_comment='plain', null=True)),
                ('is_demo', models.BooleanField(db_comment='plain', default=False)),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('changed_at', models.DateTimeField(db_comment='plain')),
                ('changed_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'cell'], name='facility_by_kind_cell'), models.Index(fields=['cell'], name='facility_by_cell'), models.Index(fields=['region_code', 'kind'], name='facility_by_region')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('region_code', 'kind', 'name'), name='facility_once', violation_error_message='A facility of this kind and name is in this region already.'), models.CheckConstraint(condition=models.Q(('kind__in', ['service_centre', 'service_station', 'social_work_station', 'day_care', 'canteen', 'care_home', 'clinic', 'childcare', 'kindergarten', 'children_home', 'reading_room', 'sports_ground', 'market', 'premises'])), name='facility_kind_known', violation_error_message='A facility is of a known kind.'), models.CheckConstraint(condition=models.Q(('tier__in', [linli.registers.places.rules.facilities.Tier['CITY'], linli.registers.places.rules.facilities.Tier['COUNTY'], linli.registers.places.rules.facilities.Tier['TOWNSHIP'], linli.registers.places.rules.facilities.Tier['VILLAGE']])), name='facility_tier_known', violation_error_message='A facility serves a city, a district, a street or a community.'), models.CheckConstraint(condition=models.Q(models.Q(('cell', None), ('lat', None), ('lon', None)), models.Q(('cell__isnull', False), ('lat__isnull', False), ('lon__isnull', False)), _connector='OR'), name='facility_point_whole', violation_error_message="A facility's point is whole."), models.CheckConstraint(condition=models.Q(('closed_on', None), ('opened_on', None), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='facility_period_forward', violation_error_message='A facility closes after it opens.')],
            },
        ),
        migrations.CreateModel(
            name='GridCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('code', models.CharField(db_comment='plain', max_length=20)),
                ('name', models.CharField(db_comment='plain', max_length=60)),
                ('region_code', models.CharField(db_comment='plain', max_length=12)),
                ('households', models.PositiveIntegerField(db_comment='plain', null=True)),
                ('boundary', models.JSONField(db_comment='plain', null=True)),
                ('closed_on', models.DateField(db_comment='plain', null=True)),
                ('is_demo', models.BooleanField(db_comment='plain', default=False)),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'indexes': [models.Index(fields=['region_code'], name='gridcell_by_region')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('code',), name='gridcell_once', violation_error_message="A grid cell's code is given once.")],
            },
        ),
        migrations.CreateModel(
            name='GridPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('called', models.CharField(blank=True, db_comment="personal: the officer's name, published while on duty, then blanked", max_length=40)),
                ('phone', models.CharField(blank=True, db_comment='personal: the duty phone, blanked with the name', max_length=30)),
                ('from_on', models.DateField(db_comment='plain')),
                ('until_on', models.DateField(db_comment='plain', null=True)),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('cell', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='places.gridcell')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until_on', None)), fields=('cell',), name='gridpost_one_at_a_time', violation_error_message='A grid cell has one officer at a time.'), models.CheckConstraint(condition=models.Q(('until_on', None), ('until_on__gte', models.F('from_on')), _connector='OR'), name='gridpost_period_forward', violation_error_message='A post ends after it begins.')],
            },
        ),
        migrations.CreateModel(
            name='Population',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region_code', models.CharField(db_comment='plain', max_length=12)),
                ('group', models.CharField(db_comment='plain', max_length=12)),
                ('people', models.PositiveIntegerField(db_comment='plain')),
                ('counted_on', models.DateField(db_comment='plain')),
                ('is_demo', models.BooleanField(db_comment='plain', default=False)),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region_code', 'group'), name='population_once', violation_error_message='An age group of a region has one figure.'), models.CheckConstraint(condition=models.Q(('group__in', [linli.registers.places.rules.facilities.Group['TODDLERS'], linli.registers.places.rules.facilities.Group['PRESCHOOLERS'], linli.registers.places.rules.facilities.Group['PUPILS'], linli.registers.places.rules.facilities.Group['ADULTS'], linli.registers.places.rules.facilities.Group['ELDERS'], linli.registers.places.rules.facilities.Group['OLDEST']])), name='population_group_known', violation_error_message='An age group is a known one.')],
            },
        ),
        migrations.CreateModel(
            name='Street',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_lon', models.FloatField(db_comment='plain')),
                ('from_lat', models.FloatField(db_comment='plain')),
                ('to_lon', models.FloatField(db_comment='plain')),
                ('to_lat', models.FloatField(db_comment='plain')),
                ('metres', models.FloatField(db_comment='plain')),
                ('cell', models.BigIntegerField(db_comment='plain')),
                ('recorded_at', models.DateTimeField(db_comment='plain')),
                ('recorded_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'indexes': [models.Index(fields=['cell'], name='street_by_cell')],
                'constraints': [models.UniqueConstraint(fields=('from_lon', 'from_lat', 'to_lon', 'to_lat'), name='street_once', violation_error_message='A stretch of street is kept once.')],
            },
        ),
    ]
