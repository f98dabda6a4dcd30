import django.db.models.deletion
import linli.kernel.refs
import linli.registers.organisations.rules
import linli.registers.organisations.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('kind', models.CharField(db_comment='plain', max_length=20)),
                ('name', models.CharField(db_comment='plain', max_length=100)),
                ('short_name', models.CharField(blank=True, db_comment='plain', max_length=40)),
                ('english_name', models.CharField(blank=True, db_comment='plain', max_length=200)),
                ('uscc', models.CharField(db_comment='plain', max_length=18)),
                ('region_code', models.CharField(db_comment='plain', db_index=True, max_length=12)),
                ('address', models.CharField(db_comment='plain', max_length=200)),
                ('phone', models.CharField(db_comment='plain', max_length=30)),
                ('introduction', models.TextField(blank=True, db_comment='plain', max_length=2000)),
                ('state', models.CharField(db_comment='plain', db_index=True, max_length=10)),
                ('applicant', models.UUIDField(db_comment='pseudonym: ref of the person who applied', db_index=True, null=True)),
                ('applied_at', models.DateTimeField(db_comment='plain')),
                ('applied_by', models.UUIDField(db_comment='pseudonym: ref of the account that applied')),
                ('is_demo', models.BooleanField(db_comment='plain', default=False)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('region_code', ''), _negated=True)), name='organisation_named', violation_error_message='An organisation has a name and a region.'), models.UniqueConstraint(condition=models.Q(models.Q(('state', linli.registers.organisations.states.State['REFUSED']), _negated=True), models.Q(('uscc', ''), _negated=True)), fields=('uscc',), name='organisation_once', violation_error_message='An organisation with this code is registered or has applied.'), models.UniqueConstraint(condition=models.Q(('state', linli.registers.organisations.states.State['LISTED'])), fields=('region_code', 'name'), name='organisation_listed_once', violation_error_message='A public list names an organisation of a region once.'), models.CheckConstraint(condition=models.Q(('uscc__length', 18), models.Q(('state', linli.registers.organisations.states.State['LISTED']), ('uscc', '')), _connector='OR'), name='organisation_uscc_whole', violation_error_message='A unified social credit code has 18 characters.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', linli.registers.organisations.rules.Kind['SOCIETY']), ('uscc__startswith', '51')), models.Q(('kind', linli.registers.organisations.rules.Kind['AGENCY']), ('uscc__startswith', '52')), models.Q(('kind', linli.registers.organisations.rules.Kind['FOUNDATION']), ('uscc__startswith', '53')), models.Q(('kind', linli.registers.organisations.rules.Kind['COMPANY']), ('uscc__startswith', '91')), models.Q(('kind', linli.registers.organisations.rules.Kind['PUBLIC_INSTITUTION']), ('uscc__startswith', '12')), models.Q(('kind', 'unknown'), ('state', linli.registers.organisations.states.State['LISTED']), ('uscc', '')), _connector='OR'), name='organisation_kind_fits_code', violation_error_message='The beginning of the code says what kind of organisation it is.'), models.CheckConstraint(condition=models.Q(('state__in', ['applied', 'returned', 'refused', 'approved', 'suspended', 'listed'])), name='organisation_state_known', violation_error_message='An organisation is in one of the known states.')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('move', models.CharField(db_comment='plain', max_length=20)),
                ('reasons', models.TextField(blank=True, db_comment='plain', max_length=1000)),
                ('decided_at', models.DateTimeField(db_comment='plain')),
                ('decided_by', models.UUIDField(db_comment="pseudonym: ref of the officer's account")),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('move__in', ['approve', 'restore']), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='decision_has_reasons', violation_error_message='A decision against somebody gives its reasons.')],
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('name', models.CharField(db_comment='plain', max_length=100)),
                ('address', models.CharField(db_comment='plain', max_length=200)),
                ('region_code', models.CharField(db_comment='plain', db_index=True, max_length=12)),
                ('lon', models.FloatField(db_comment='plain', null=True)),
                ('lat', models.FloatField(db_comment='plain', null=True)),
                ('phone', models.CharField(blank=True, db_comment='plain', max_length=30)),
                ('accessibility', models.JSONField(db_comment='plain', default=list)),
                ('closed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('closed_by', models.UUIDField(db_comment='pseudonym: ref of the account that closed it', null=True)),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('lat', None), ('lon', None)), models.Q(('lat__isnull', False), ('lat__range', (-90, 90)), ('lon__isnull', False), ('lon__range', (-180, 180))), _connector='OR'), name='site_on_earth', violation_error_message='A site has a longitude and a latitude, or neither.'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='site_closed_by_somebody', violation_error_message='Who closed a site is kept with when.'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('region_code', ''), _negated=True)), name='site_named', violation_error_message='A site has a name and a region.')],
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('claimant', models.UUIDField(db_comment='pseudonym: ref of the person who claims', db_index=True)),
                ('kind', models.CharField(db_comment='plain', max_length=20)),
                ('uscc', models.CharField(db_comment='plain', max_length=18)),
                ('phone', models.CharField(db_comment='plain', max_length=30)),
                ('statement', models.TextField(db_comment="personal: in the claimant's words, for the office", max_length=1000)),
                ('state', models.CharField(db_comment='plain', db_index=True, max_length=10)),
                ('reasons', models.TextField(blank=True, db_comment='plain', default='', max_length=1000)),
                ('claimed_at', models.DateTimeField(db_comment='plain')),
                ('claimed_by', models.UUIDField(db_comment='pseudonym: ref of the account that claimed')),
                ('decided_at', models.DateTimeField(db_comment='plain', null=True)),
                ('decided_by', models.UUIDField(db_comment="pseudonym: ref of the officer's account", null=True)),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', linli.registers.organisations.states.ClaimState['OPEN'])), fields=('organisation', 'claimant'), name='claim_once', violation_error_message='One person claims an organisation once at a time.'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'granted', 'refused'])), name='claim_state_known', violation_error_message='A claim is in one of the known states.'), models.CheckConstraint(condition=models.Q(models.Q(('state', linli.registers.organisations.states.ClaimState['REFUSED']), _negated=True), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='claim_refused_with_reasons', violation_error_message='A decision against somebody gives its reasons.')],
            },
        ),
    ]
