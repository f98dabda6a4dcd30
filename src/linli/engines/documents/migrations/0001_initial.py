import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', unique=True)),
                ('number', models.PositiveIntegerField(db_comment='plain', unique=True)),
                ('certificates', models.TextField(db_comment='plain')),
                ('test', models.BooleanField(db_comment='plain')),
                ('since', models.DateTimeField(db_comment='plain')),
                ('until', models.DateTimeField(db_comment='plain')),
                ('at', models.DateTimeField(db_comment='plain')),
                ('by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('withdrawn_at', models.DateTimeField(db_comment='plain', null=True)),
                ('withdrawn_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('withdrawn_for', models.CharField(blank=True, choices=[('compromised', 'compromised'), ('superseded', 'superseded'), ('ceased', 'ceased')], db_comment='plain', default='', max_length=20)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None), ('withdrawn_for', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_for', ''), _negated=True)), _connector='OR'), name='signing_key_withdrawn_whole', violation_error_message='A key that was withdrawn says when, by whom and why.')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', unique=True)),
                ('number', models.CharField(db_comment='pseudonym: stands on the document, and finds it', max_length=20, unique=True)),
                ('template', models.CharField(db_comment='plain', max_length=60)),
                ('language', models.CharField(db_comment='plain', max_length=10)),
                ('issuer', models.CharField(db_comment='plain', max_length=200)),
                ('about', models.UUIDField(db_comment='pseudonym: ref of the thing it speaks of')),
                ('holder', models.CharField(db_comment='pseudonym: scope of the person or body it was issued to', max_length=60)),
                ('state', models.CharField(choices=[('valid', 'valid'), ('replaced', 'replaced'), ('revoked', 'revoked')], db_comment='plain', default='valid', max_length=20)),
                ('valid_from', models.DateField(db_comment='plain')),
                ('valid_until', models.DateField(db_comment='plain', null=True)),
                ('sha256', models.CharField(db_comment='pseudonym: digest of the signed file', max_length=64, unique=True)),
                ('size', models.PositiveIntegerField(db_comment='plain')),
                ('data_key', models.BinaryField(db_comment='sealed: the key of this document, wrapped', null=True)),
                ('values_sealed', models.BinaryField(db_comment='sealed: what it says')),
                ('key', models.ForeignKey(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.signingkey')),
                ('replaces', models.UUIDField(db_comment='pseudonym: ref of the document before it', db_index=True, null=True)),
                ('at', models.DateTimeField(db_comment='plain')),
                ('by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('reason', models.CharField(blank=True, choices=[('ended', 'ended'), ('corrected', 'corrected'), ('unlawful', 'unlawful'), ('mistake', 'mistake'), ('surrendered', 'surrendered'), ('replaced', 'replaced')], db_comment='plain', default='', max_length=20)),
                ('revoked_at', models.DateTimeField(db_comment='plain', null=True)),
                ('revoked_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
                ('stamped', models.DateTimeField(db_comment='plain', null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['about', 'id'], name='document_about'), models.Index(fields=['holder', 'id'], name='document_holder'), models.Index(condition=models.Q(('state', 'valid'), _negated=True), fields=['revoked_at', 'id'], name='document_revoked')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='document_period', violation_error_message='A document is valid for at least a day.'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), ('revoked_at', None), ('revoked_by', None), ('state', 'valid')), models.Q(models.Q(('state', 'valid'), _negated=True), models.Q(('reason', ''), _negated=True), ('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='document_taken_back_whole', violation_error_message='What was taken back says when, by whom and why.')],
            },
        ),
        migrations.CreateModel(
            name='Sheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_sealed', models.BinaryField(db_comment='sealed: the signed PDF')),
                ('document', models.OneToOneField(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RevocationList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.CharField(db_comment='plain', max_length=64, unique=True)),
                ('number', models.PositiveIntegerField(db_comment='plain')),
                ('der', models.BinaryField(db_comment='plain')),
                ('since', models.DateTimeField(db_comment='plain')),
                ('until', models.DateTimeField(db_comment='plain')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
