import django.db.models.deletion
import linli.kernel.refs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.UUIDField(db_comment='pseudonym: ref of the account', unique=True)),
                ('up_to', models.PositiveBigIntegerField(db_comment='plain')),
                ('at', models.DateTimeField(db_comment='plain')),
                ('by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveBigIntegerField(db_comment='plain')),
                ('scope', models.CharField(db_comment='pseudonym: who is told', max_length=60)),
                ('fact', models.CharField(db_comment='plain', max_length=100)),
                ('values', models.JSONField(db_comment='pseudonym: refs and figures that the text names')),
                ('url', models.CharField(blank=True, db_comment='pseudonym: page that shows it', default='', max_length=400)),
                ('urgent', models.BooleanField(db_comment='plain', default=False)),
                ('at', models.DateTimeField(db_comment='plain')),
                ('by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scope', 'position'), name='told_once', violation_error_message='Somebody is told a thing once.')],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('account', models.UUIDField(db_comment='pseudonym: ref of the account', db_index=True)),
                ('person', models.UUIDField(db_comment='pseudonym: who is reached, where a person is', db_index=True, null=True)),
                ('kind', models.CharField(choices=[('email', 'email'), ('sms', 'sms'), ('push', 'push')], db_comment='plain', max_length=10)),
                ('key', models.BinaryField(db_comment='plain: wrapped key of this row')),
                ('sealed', models.BinaryField(db_comment='personal: sealed; address, number, or where a browser takes messages')),
                ('index', models.CharField(db_comment='pseudonym: keyed digest of the address', max_length=64)),
                ('shown', models.CharField(db_comment='personal: masked, for its owner to know it again', max_length=80)),
                ('topics', models.JSONField(db_comment='plain', default=list)),
                ('language', models.CharField(db_comment='plain', max_length=10)),
                ('code', models.CharField(blank=True, db_comment='pseudonym: keyed digest of a code', default='', max_length=64)),
                ('tries', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('confirmed', models.BooleanField(db_comment='plain', default=False)),
                ('at', models.DateTimeField(db_comment='plain')),
                ('by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'kind', 'index'), name='channel_once', violation_error_message='An account is reached once at an address.')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('position', models.PositiveBigIntegerField(db_comment='plain')),
                ('fact', models.CharField(db_comment='plain', max_length=100)),
                ('values', models.JSONField(db_comment='pseudonym: refs and figures that the text names; or a code until it is sent')),
                ('url', models.CharField(blank=True, db_comment='pseudonym: page that shows it', default='', max_length=400)),
                ('urgent', models.BooleanField(db_comment='plain', default=False)),
                ('due', models.DateTimeField(db_comment='plain', db_index=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(db_comment='plain', default=0)),
                ('failure', models.CharField(blank=True, db_comment='plain', default='', max_length=200)),
                ('at', models.DateTimeField(db_comment='plain')),
                ('by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('channel', models.ForeignKey(db_comment='pseudonym: to whom', on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='notices.channel')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('position__gt', 0)), fields=('channel', 'position'), name='sent_once', violation_error_message='A thing is sent over a channel once.')],
            },
        ),
    ]
