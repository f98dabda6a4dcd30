import django.db.models.deletion
import django.db.models.expressions
import linli.kernel.refs
import linli.work.orders.states
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('directory', '0001_initial'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Diary',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('practitioner', models.UUIDField(db_comment='pseudonym: ref of somebody at work', unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='pseudonym: ref of one feed', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('account', models.UUIDField(db_comment='pseudonym: whose rights it has')),
                ('scope', models.CharField(db_comment='pseudonym: own, or a practitioner or site by its ref', max_length=60)),
                ('language', models.CharField(db_comment='plain', max_length=10)),
                ('generation', models.PositiveIntegerField(db_comment='plain', default=1)),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('made_at', models.DateTimeField(db_comment='plain')),
                ('made_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'scope'), name='feed_once', violation_error_message='There is one calendar of a kind for an account.'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'stopped'])), name='feed_state_known', violation_error_message='A calendar is open or stopped.')],
            },
        ),
        migrations.CreateModel(
            name='Order',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='pseudonym: ref of one visit', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('number', models.CharField(db_comment='pseudonym: what people read out, such as HF-2611-004182', max_length=24, null=True, unique=True)),
                ('need', models.UUIDField(db_comment='pseudonym: ref of what is asked for', db_index=True, null=True)),
                ('channel', models.CharField(db_comment='plain', max_length=10)),
                ('service_name', models.CharField(db_comment='plain', max_length=60)),
                ('category', models.CharField(db_comment='plain', max_length=40)),
                ('provider', models.UUIDField(db_comment='plain')),
                ('slot', models.UUIDField(db_comment='plain', db_index=True)),
                ('begin', models.DateTimeField(db_comment='plain')),
                ('until', models.DateTimeField(db_comment='plain')),
                ('practitioner', models.UUIDField(db_comment='pseudonym: ref of who goes', null=True)),
                ('state', models.CharField(db_comment='plain', max_length=12)),
                ('hold_until', models.DateTimeField(db_comment='plain', null=True)),
                ('price_fen', models.PositiveBigIntegerField(db_comment='plain')),
                ('subsidy_fen', models.PositiveBigIntegerField(db_comment='plain', default=0)),
                ('reduced_fen', models.PositiveBigIntegerField(db_comment='plain', default=0)),
                ('party', models.CharField(blank=True, db_comment='plain', default='', max_length=10)),
                ('places', models.PositiveSmallIntegerField(db_comment='plain', default=1)),
                ('unit', models.UUIDField(db_comment='plain', null=True)),
                ('mode', models.CharField(db_comment='plain', max_length=10)),
                ('region_code', models.CharField(db_comment='personal: the village or township of the visit', max_length=12)),
                ('address_sealed', models.BinaryField(db_comment='sealed: where to come; shown to the provider from acceptance until the visit is over', null=True)),
                ('point_sealed', models.BinaryField(db_comment='sealed: the place of the visit, to measure check-ins', null=True)),
                ('cell', models.BigIntegerField(db_comment='pseudonym: H3 cell of about 200 m round the place', null=True)),
                ('series', models.UUIDField(db_comment='pseudonym: ref of a weekly series', db_index=True, null=True)),
                ('series_no', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('series_of', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('created_at', models.DateTimeField(db_comment='plain')),
                ('created_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('booked_at', models.DateTimeField(db_comment='plain', null=True)),
                ('booked_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('accepted_at', models.DateTimeField(db_comment='plain', null=True)),
                ('accepted_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('closed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('closed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('reason', models.CharField(blank=True, db_comment='plain', default='', max_length=20)),
                ('cancelled_late', models.BooleanField(db_comment='plain', default=False)),
                ('confirmed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('confirmed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('reminded_on', models.DateField(db_comment='plain', null=True)),
                ('grade', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('comment_sealed', models.BinaryField(db_comment='sealed: what the resident wrote, for both sides of the visit', null=True)),
                ('rated_at', models.DateTimeField(db_comment='plain', null=True)),
                ('rated_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('person', models.ForeignKey(db_comment='pseudonym: ref of the resident', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
                ('service', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.service', to_field='ref')),
            ],
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='pseudonym: ref of one dispute', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('side', models.CharField(db_comment='plain', max_length=10)),
                ('claim', models.CharField(db_comment='plain', max_length=20)),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('raised_at', models.DateTimeField(db_comment='plain')),
                ('raised_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('answer_until', models.DateTimeField(db_comment='plain')),
                ('closed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('closed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('outcome', models.CharField(blank=True, db_comment='plain', default='', max_length=20)),
                ('minutes', models.PositiveIntegerField(db_comment='plain', null=True)),
                ('minutes_before', models.PositiveIntegerField(db_comment='plain', null=True)),
                ('reduced_fen', models.PositiveBigIntegerField(db_comment='plain', default=0)),
                ('reasons_sealed', models.BinaryField(db_comment="sealed: the officer's reasons, for both sides", null=True)),
                ('order', models.ForeignKey(db_comment='pseudonym: the visit', on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='Bundled',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('booking', models.UUIDField(db_comment='pseudonym: ref of what was booked in one act', db_index=True)),
                ('name', models.CharField(db_comment='plain', max_length=60)),
                ('no', models.PositiveSmallIntegerField(db_comment='plain')),
                ('of', models.PositiveSmallIntegerField(db_comment='plain')),
                ('alone_fen', models.PositiveBigIntegerField(db_comment='plain')),
                ('bundle', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.bundle', to_field='ref')),
                ('order', models.OneToOneField(db_comment='pseudonym: the visit', on_delete=django.db.models.deletion.PROTECT, related_name='bundled', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('no', models.PositiveSmallIntegerField(db_comment='plain')),
                ('person', models.UUIDField(db_comment='pseudonym: ref of who takes part', null=True)),
                ('name_sealed', models.BinaryField(db_comment="sealed: what they are called, under who booked's key", null=True)),
                ('price_fen', models.PositiveBigIntegerField(db_comment='plain')),
                ('subsidy_fen', models.PositiveBigIntegerField(db_comment='plain', default=0)),
                ('state', models.CharField(db_comment='plain', default='coming', max_length=10)),
                ('withdrawn_at', models.DateTimeField(db_comment='plain', null=True)),
                ('withdrawn_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('order', models.ForeignKey(db_comment='pseudonym: the visit', on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.UUIDField(db_comment='plain')),
                ('person', models.UUIDField(db_comment='pseudonym: ref of the resident')),
                ('on', models.DateField(db_comment='plain')),
                ('region_code', models.CharField(db_comment='personal: the village or township of the visit', max_length=12)),
                ('practitioner', models.UUIDField(db_comment='pseudonym: ref of who came')),
                ('began', models.DateTimeField(db_comment='plain')),
                ('ended', models.DateTimeField(db_comment='plain', null=True)),
                ('minutes', models.PositiveIntegerField(db_comment='plain', null=True)),
                ('capped', models.BooleanField(db_comment='plain', default=False)),
                ('came', models.PositiveSmallIntegerField(db_comment='plain', null=True)),
                ('check_in_at', models.DateTimeField(db_comment='plain')),
                ('check_in_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('check_in_method', models.CharField(db_comment='plain', max_length=10)),
                ('check_in_metres', models.PositiveIntegerField(db_comment='plain', null=True)),
                ('check_in_reason', models.CharField(blank=True, db_comment='plain', default='', max_length=20)),
                ('check_out_at', models.DateTimeField(db_comment='plain', null=True)),
                ('check_out_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('check_out_method', models.CharField(blank=True, db_comment='plain', default='', max_length=10)),
                ('check_out_metres', models.PositiveIntegerField(db_comment='plain', null=True)),
                ('check_out_reason', models.CharField(blank=True, db_comment='plain', default='', max_length=20)),
                ('resident_confirmed_at', models.DateTimeField(db_comment='plain', null=True)),
                ('resident_confirmed_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('worth', models.CharField(blank=True, db_comment='plain', default='', max_length=1)),
                ('order', models.OneToOneField(db_comment='pseudonym: the visit', on_delete=django.db.models.deletion.PROTECT, related_name='proof', to='orders.order')),
            ],
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='pseudonym: ref of one statement', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('side', models.CharField(db_comment='plain', max_length=10)),
                ('text_sealed', models.BinaryField(db_comment="sealed: a side's own words", null=True)),
                ('file_sealed', models.BinaryField(db_comment='sealed: a picture or paper, in base 64', null=True)),
                ('file_kind', models.CharField(blank=True, db_comment='plain', default='', max_length=5)),
                ('file_bytes', models.PositiveIntegerField(db_comment='plain', default=0)),
                ('said_at', models.DateTimeField(db_comment='plain')),
                ('said_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('dispute', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='orders.dispute')),
            ],
        ),
        migrations.CreateModel(
            name='Wait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='pseudonym: ref of one wait', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('need', models.UUIDField(db_comment='pseudonym: ref of what is asked for', null=True)),
                ('channel', models.CharField(db_comment='plain', max_length=10)),
                ('mode', models.CharField(db_comment='plain', max_length=10)),
                ('region_code', models.CharField(db_comment='personal: the village or township of the visit', max_length=12)),
                ('address_sealed', models.BinaryField(db_comment='sealed: where to come', null=True)),
                ('point_sealed', models.BinaryField(db_comment='sealed: the place of the visit', null=True)),
                ('from_on', models.DateField(db_comment='plain')),
                ('until_on', models.DateField(db_comment='plain')),
                ('part', models.CharField(db_comment='plain', max_length=10)),
                ('state', models.CharField(db_comment='plain', max_length=10)),
                ('joined_at', models.DateTimeField(db_comment='plain')),
                ('joined_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('ended_at', models.DateTimeField(db_comment='plain', null=True)),
                ('ended_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('person', models.ForeignKey(db_comment='pseudonym: ref of the resident', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person', to_field='ref')),
                ('service', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='directory.service', to_field='ref')),
            ],
        ),
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.UUIDField(db_comment='plain')),
                ('given_at', models.DateTimeField(db_comment='plain')),
                ('given_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('outcome', models.CharField(blank=True, db_comment='plain', default='', max_length=10)),
                ('order', models.OneToOneField(db_comment='pseudonym: the held order', on_delete=django.db.models.deletion.PROTECT, related_name='turn', to='orders.order')),
                ('wait', models.ForeignKey(db_comment='pseudonym: whose turn', on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='orders.wait')),
            ],
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['person', 'state', 'begin'], name='order_of_person'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['provider', 'state', 'begin'], name='order_of_provider'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['practitioner', 'begin'], name='order_of_practitioner'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['region_code', 'state'], name='order_of_region'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['state', 'hold_until'], name='order_held_until'),
        ),
        migrations.AddIndex(
            model_name='order',
            index=models.Index(fields=['provider', 'created_at'], name='order_counted'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['held', 'booked', 'accepted', 'in_service', 'served', 'confirmed', 'rated', 'declined', 'cancelled', 'no_show', 'lapsed', 'struck'])), name='order_state_known', violation_error_message='An order is in one of the known states.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('channel__in', ['self', 'family', 'agent'])), name='order_channel_known', violation_error_message='An order is placed by oneself, by family or by an agent.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('begin'))), name='order_forward', violation_error_message='A visit ends after it begins.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', linli.work.orders.states.State['HELD']), _negated=True), ('hold_until__isnull', False), _connector='OR'), name='order_held_has_an_end', violation_error_message='A held time has an end.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('booked_at', None), ('booked_by', None), ('state__in', [linli.work.orders.states.State['HELD'], linli.work.orders.states.State['LAPSED'], linli.work.orders.states.State['CANCELLED']])), models.Q(('booked_at__isnull', False), ('booked_by__isnull', False), ('need__isnull', False)), _connector='OR'), name='order_booked_whole', violation_error_message='A booked order has its need, and who booked it when.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('practitioner', None), ('state__in', [linli.work.orders.states.State['ACCEPTED'], linli.work.orders.states.State['IN_SERVICE'], linli.work.orders.states.State['IN_SERVICE'], linli.work.orders.states.State['SERVED'], linli.work.orders.states.State['CONFIRMED'], linli.work.orders.states.State['RATED'], linli.work.orders.states.State['CANCELLED'], linli.work.orders.states.State['NO_SHOW'], linli.work.orders.states.State['STRUCK']]), _connector='OR'), name='order_practitioner_from_accepted', violation_error_message='A practitioner is chosen once the order is accepted.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['in_service', 'served', 'confirmed', 'rated']), _negated=True), ('practitioner__isnull', False), _connector='OR'), name='order_visited_by_somebody', violation_error_message='A visit under way or over has its practitioner.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('party', ''), ('places', 1), ('unit', None)), models.Q(('party__in', ['family', 'class', 'elders', 'group']), ('places__gte', 1)), _connector='OR'), name='order_party_whole', violation_error_message='Several places are booked for a group, and a group has at least one.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('subsidy_fen__lte', models.F('price_fen'))), name='order_subsidy_within_price', violation_error_message='A subsidy is at most the price.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('price_fen__gte', django.db.models.expressions.CombinedExpression(models.F('subsidy_fen'), '+', models.F('reduced_fen')))), name='order_reduced_within_price', violation_error_message='A price is reduced at most to nothing.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('grade__isnull', False), ('grade__range', (1, 5)), ('rated_at__isnull', False), ('rated_by__isnull', False), ('state', linli.work.orders.states.State['RATED'])), models.Q(models.Q(('state', linli.work.orders.states.State['RATED']), _negated=True), ('comment_sealed', None), ('grade', None), ('rated_at', None), ('rated_by', None)), _connector='OR'), name='order_rated_whole', violation_error_message='A rated order, and no other, has its grade and who gave it when.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state__in', ['declined', 'cancelled', 'no_show', 'lapsed'])), models.Q(models.Q(('state__in', ['declined', 'cancelled', 'no_show', 'lapsed']), _negated=True), ('closed_at', None), ('closed_by', None)), _connector='OR'), name='order_closed_whole', violation_error_message='An order that ended without a visit, and no other, has who ended it when.'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('series', None), ('series_no', None), ('series_of', None)), models.Q(('series__isnull', False), ('series_no__gte', 1), ('series_no__isnull', False), ('series_of__gte', models.F('series_no')), ('series_of__isnull', False)), _connector='OR'), name='order_series_whole', violation_error_message='A visit of a series has its number in it.'),
        ),
        migrations.AddIndex(
            model_name='dispute',
            index=models.Index(fields=['state', 'raised_at'], name='dispute_pending'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('claim__in', ['not_given', 'shorter', 'not_as_agreed', 'was_there', 'came', 'rating']), ('side__in', ['resident', 'provider']), ('state__in', ['open', 'answered', 'decided', 'withdrawn'])), name='dispute_words_known', violation_error_message='A dispute has a known state, side and claim.'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(condition=models.Q(('state', linli.work.orders.states.DisputeState['WITHDRAWN']), _negated=True), fields=('order',), name='dispute_once', violation_error_message='A visit is disputed once; what was decided stays decided.'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('state__in', ['open', 'answered'])), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), ('state__in', [linli.work.orders.states.DisputeState['DECIDED'], linli.work.orders.states.DisputeState['WITHDRAWN']])), _connector='OR'), name='dispute_closed_whole', violation_error_message='A closed dispute, and no other, has who closed it when.'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['stands', 'struck', 'minutes', 'price', 'provider_absent', 'resident_absent', 'rating_struck']), ('state', linli.work.orders.states.DisputeState['DECIDED'])), models.Q(models.Q(('state', linli.work.orders.states.DisputeState['DECIDED']), _negated=True), ('outcome', '')), _connector='OR'), name='dispute_outcome_known', violation_error_message='A decided dispute, and no other, has its outcome.'),
        ),
        migrations.AddConstraint(
            model_name='bundled',
            constraint=models.UniqueConstraint(fields=('booking', 'no'), name='bundled_once', violation_error_message='A bundle booked as a whole has each visit once.'),
        ),
        migrations.AddConstraint(
            model_name='bundled',
            constraint=models.CheckConstraint(condition=models.Q(('no__gte', 1), ('of__gte', models.F('no'))), name='bundled_counted', violation_error_message='A visit of a bundle has its number in it.'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('order', 'no'), name='participant_once', violation_error_message='A place of a group has its own number.'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('order', 'person'), name='participant_person_once', violation_error_message='Somebody takes part in a group once.'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', linli.work.orders.states.Coming['COMING']), ('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('state', linli.work.orders.states.Coming['WITHDRAWN']), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='participant_withdrawn_whole', violation_error_message='Who took somebody off a group is kept with when.'),
        ),
        migrations.AddIndex(
            model_name='proof',
            index=models.Index(fields=['check_out_at'], name='proof_ended'),
        ),
        migrations.AddConstraint(
            model_name='proof',
            constraint=models.CheckConstraint(condition=models.Q(('check_in_method__in', ['geofence', 'district', 'remote', 'supervisor', 'later']), ('check_out_method__in', ['', 'geofence', 'district', 'remote', 'supervisor', 'later'])), name='proof_method_known', violation_error_message='A check-in and a check-out say how they came about.'),
        ),
        migrations.AddConstraint(
            model_name='proof',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('check_out_at', None), ('check_out_by', None), ('ended', None), ('minutes', None), ('worth', '')), models.Q(('check_out_at__isnull', False), ('check_out_by__isnull', False), ('ended__gte', models.F('began')), ('ended__isnull', False), ('minutes__isnull', False), ('worth__in', ['A', 'B', 'C', 'D'])), _connector='OR'), name='proof_ended_whole', violation_error_message='A finished proof has its end, its minutes and what it is worth.'),
        ),
        migrations.AddConstraint(
            model_name='proof',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resident_confirmed_at', None), ('resident_confirmed_by', None)), models.Q(('resident_confirmed_at__isnull', False), ('resident_confirmed_by__isnull', False)), _connector='OR'), name='proof_confirmed_whole', violation_error_message='Who confirmed a visit is kept with when.'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file_bytes', 0), ('file_kind', ''), ('file_sealed', None)), models.Q(('file_bytes__gte', 1), ('file_kind__in', ['jpeg', 'png', 'pdf']), ('file_sealed__isnull', False)), _connector='OR'), name='statement_file_whole', violation_error_message='A file is kept with its kind and its size.'),
        ),
        migrations.AddIndex(
            model_name='wait',
            index=models.Index(fields=['service', 'state', 'joined_at'], name='wait_in_line'),
        ),
        migrations.AddIndex(
            model_name='wait',
            index=models.Index(fields=['person', 'state'], name='wait_of_person'),
        ),
        migrations.AddConstraint(
            model_name='wait',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'offered', 'taken', 'left', 'ended'])), name='wait_state_known', violation_error_message='A wait is in one of the known states.'),
        ),
        migrations.AddConstraint(
            model_name='wait',
            constraint=models.CheckConstraint(condition=models.Q(('part__in', ['any', 'morning', 'afternoon'])), name='wait_part_known', violation_error_message='A wait is for the whole day, the morning or the afternoon.'),
        ),
        migrations.AddConstraint(
            model_name='wait',
            constraint=models.CheckConstraint(condition=models.Q(('until_on__gt', models.F('from_on'))), name='wait_forward', violation_error_message='A wait ends after it begins.'),
        ),
        migrations.AddConstraint(
            model_name='wait',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'offered'])), fields=('person', 'service'), name='wait_once', violation_error_message='A person stands in line once for a service.'),
        ),
        migrations.AddConstraint(
            model_name='wait',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None), ('state__in', ['waiting', 'offered'])), models.Q(models.Q(('state__in', ['waiting', 'offered']), _negated=True), ('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='wait_ended_whole', violation_error_message='A wait that is over, and no other, has who ended it when.'),
        ),
        migrations.AddConstraint(
            model_name='turn',
            constraint=models.UniqueConstraint(fields=('wait', 'slot'), name='turn_once', violation_error_message='A time is kept for somebody in line once.'),
        ),
        migrations.AddConstraint(
            model_name='turn',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('wait',), name='turn_one_standing', violation_error_message='One time is kept for somebody in line, not two.'),
        ),
        migrations.AddConstraint(
            model_name='turn',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['', 'taken', 'passed', 'missed'])), name='turn_outcome_known', violation_error_message='A turn was taken, passed on or missed.'),
        ),
    ]
