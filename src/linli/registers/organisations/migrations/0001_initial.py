import django.db.models.deletion
import linli.kernel.refs
import linli.registers.organisations.rules.describing
import linli.registers.organisations.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('source', models.CharField(db_comment='plain', max_length=200)),
                ('on', models.DateField(db_comment='plain')),
                ('rows', models.PositiveIntegerField(db_comment='plain')),
                ('counts', models.JSONField(db_comment='plain: how many rows were new, changed, the same, renamed, repaired, aside')),
                ('quality', models.JSONField(db_comment='plain: so many of so many, by property')),
                ('ignored', models.JSONField(db_comment='plain: columns that nobody read', default=list)),
                ('header', models.JSONField(db_comment='plain: the columns of the file', default=list)),
                ('brought_at', models.DateTimeField(db_comment='plain')),
                ('brought_by', models.UUIDField(db_comment='pseudonym: ref of the account that brought it in')),
            ],
            options={
                'abstract': False,
            },
        ),
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
                ('status', models.CharField(blank=True, db_comment='plain', default='', max_length=12)),
                ('registrar', models.CharField(blank=True, db_comment='plain', default='', max_length=200)),
                ('supervising_unit', models.CharField(blank=True, db_comment='plain', default='', max_length=200)),
                ('legal_representative', models.CharField(blank=True, db_comment='plain: public by law, as on the certificate', default='', max_length=60)),
                ('established_on', models.DateField(db_comment='plain', db_index=True, null=True)),
                ('ended_on', models.DateField(db_comment='plain', null=True)),
                ('registered_funds', models.BigIntegerField(db_comment='plain', null=True)),
                ('certificate_number', models.CharField(blank=True, db_comment='plain', default='', max_length=60)),
                ('grade', models.CharField(blank=True, db_comment='plain', default='', max_length=2)),
                ('marks', models.CharField(blank=True, db_comment='plain', default='', max_length=60)),
                ('words', models.CharField(blank=True, db_comment='plain', default='', max_length=1500)),
                ('turns_on', models.DateField(db_comment='plain', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['name'], name='organisation_by_name'), models.Index(condition=models.Q(('turns_on__isnull', False)), fields=['turns_on'], name='organisation_turning')],
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('state', linli.registers.organisations.states.State['REFUSED']), _negated=True), models.Q(('uscc', ''), _negated=True)), fields=('uscc',), name='organisation_once', violation_error_message='An organisation with this code is registered or has applied.'), models.UniqueConstraint(condition=models.Q(('state', linli.registers.organisations.states.State['LISTED'])), fields=('region_code', 'name'), name='organisation_listed_once', violation_error_message='A public list names an organisation of a region once.'), models.CheckConstraint(condition=models.Q(('uscc__length', 18), models.Q(('state', linli.registers.organisations.states.State['LISTED']), ('uscc', '')), _connector='OR'), name='organisation_uscc_whole', violation_error_message='A unified social credit code has 18 characters.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', linli.registers.organisations.rules.describing.Kind['SOCIETY']), ('uscc__startswith', '51')), models.Q(('kind', linli.registers.organisations.rules.describing.Kind['AGENCY']), ('uscc__startswith', '52')), models.Q(('kind', linli.registers.organisations.rules.describing.Kind['FOUNDATION']), ('uscc__startswith', '53')), models.Q(('kind', linli.registers.organisations.rules.describing.Kind['COMPANY']), ('uscc__startswith', '91')), models.Q(('kind', linli.registers.organisations.rules.describing.Kind['PUBLIC_INSTITUTION']), ('uscc__startswith', '12')), models.Q(('kind', 'unknown'), ('state', linli.registers.organisations.states.State['LISTED']), ('uscc', '')), _connector='OR'), name='organisation_kind_fits_code', violation_error_message='The beginning of the code says what kind of organisation it is.'), models.CheckConstraint(condition=models.Q(('state__in', ['applied', 'returned', 'refused', 'approved', 'suspended', 'listed', 'registered'])), name='organisation_state_known', violation_error_message='An organisation is in one of the known states.'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('region_code', ''), _negated=True)), name='organisation_named', violation_error_message='An organisation has a name and a region.')],
            },
        ),
        migrations.CreateModel(
            name='FormerName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_comment='plain', db_index=True, max_length=100)),
                ('until', models.DateField(db_comment='plain')),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='former_names', to='organisations.organisation')),
                ('revoked', models.BooleanField(db_comment='plain: the change to it was revoked on that day', default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('kind', models.CharField(db_comment='plain', max_length=20)),
                ('number', models.CharField(blank=True, db_comment='plain', default='', max_length=60)),
                ('effective_on', models.DateField(db_comment='plain')),
                ('filed_at', models.DateTimeField(db_comment='plain')),
                ('filed_by', models.UUIDField(db_comment='pseudonym: ref of the account that filed')),
                ('changes', models.JSONField(db_comment='plain: what the register says of an organisation and its officeholders')),
                ('basis', models.CharField(blank=True, db_comment='plain', default='', max_length=300)),
                ('cause', models.CharField(blank=True, db_comment='plain', default='', max_length=1000)),
                ('application', models.UUIDField(db_comment='pseudonym: ref of the application that led to it', null=True)),
                ('corrects', models.ForeignKey(db_comment='plain', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='organisations.filing')),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='organisations.organisation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('application__isnull', False)), fields=['application'], name='filing_by_application')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('corrects__isnull', False), ('kind__in', ['correction', 'annulment']), models.Q(('cause', ''), _negated=True)), models.Q(models.Q(('kind__in', ['correction', 'annulment']), _negated=True), ('corrects', None)), _connector='OR'), name='filing_correction_whole', violation_error_message='A correction names what it corrects, and why.')],
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
            name='Streamed',
            fields=[
                ('position', models.PositiveBigIntegerField(db_comment='plain', primary_key=True, serialize=False)),
                ('filing', models.ForeignKey(db_comment='plain', db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.filing')),
            ],
        ),
        migrations.CreateModel(
            name='WatchList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('person', models.UUIDField(db_comment='pseudonym: ref of the person who watches', db_index=True)),
                ('name', models.CharField(db_comment='personal: in the words of who watches', max_length=60)),
                ('made_at', models.DateTimeField(db_comment='plain')),
                ('made_by', models.UUIDField(db_comment='pseudonym: ref of the account that made it')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('person'), models.F('name'), name='watch_list_once', violation_error_message='You have a list of this name already.')],
            },
        ),
        migrations.CreateModel(
            name='Watched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(db_comment='plain')),
                ('added_by', models.UUIDField(db_comment='pseudonym: ref of the account that added it')),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='watchers', to='organisations.organisation')),
                ('list', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.CASCADE, related_name='watched', to='organisations.watchlist')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('list'), models.F('organisation'), name='watched_once', violation_error_message='A list names an organisation once.')],
            },
        ),
        migrations.CreateModel(
            name='Doubt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('row', models.PositiveIntegerField(db_comment='plain')),
                ('aside', models.BooleanField(db_comment='plain')),
                ('name', models.CharField(db_comment='plain', max_length=100)),
                ('uscc', models.CharField(db_comment='plain', db_index=True, max_length=18)),
                ('region_code', models.CharField(db_comment='plain', db_index=True, max_length=12)),
                ('findings', models.JSONField(db_comment='plain: by column what is wrong, and what may be meant')),
                ('cells', models.JSONField(db_comment='personal: the row as it stood, for the office')),
                ('settled_at', models.DateTimeField(db_comment='plain', null=True)),
                ('settled_by', models.UUIDField(db_comment='pseudonym: ref of the account that settled it', null=True)),
                ('settled_how', models.CharField(blank=True, db_comment='plain', default='', max_length=300)),
                ('intake', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='doubts', to='organisations.intake')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('settled_at', None)), fields=['region_code', 'id'], name='doubt_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('settled_by', None)), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='doubt_settled_by_somebody', violation_error_message='Who settled a doubt is kept with when.')],
            },
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(db_comment='plain', max_length=120)),
                ('name', models.CharField(db_comment='plain: public by law, as in the register', db_index=True, max_length=60)),
                ('post', models.CharField(db_comment='plain', max_length=20)),
                ('person', models.UUIDField(db_comment='pseudonym: ref of the person', db_index=True, null=True)),
                ('since', models.DateField(db_comment='plain')),
                ('until', models.DateField(db_comment='plain', null=True)),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('organisation'), models.F('key'), name='office_once', violation_error_message='A register tells of one post of one person once.')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.UUIDField(db_comment='pseudonym: ref of the person who read')),
                ('since', models.DateTimeField(db_comment='plain')),
                ('latest', models.DateTimeField(db_comment='plain', db_index=True)),
                ('organisation', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('person'), models.F('organisation'), name='entry_read_once', violation_error_message='Who read an entry is kept once.')],
            },
        ),
    ]
