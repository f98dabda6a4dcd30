import django.db.models.deletion
import linli.kernel.refs
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='OwnerKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(db_comment='pseudonym: scope of whose key it is', max_length=60, unique=True)),
                ('wrapped', models.BinaryField(db_comment="plain: wrapped key, opened by the node's master key only")),
                ('made_at', models.DateTimeField(db_comment='plain')),
                ('made_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='File',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('owner', models.CharField(db_comment='pseudonym: scope of whose key seals it', max_length=60)),
                ('kind', models.CharField(choices=[('pdf', 'pdf'), ('ofd', 'ofd'), ('jpeg', 'jpeg'), ('png', 'png'), ('docx', 'docx'), ('xlsx', 'xlsx'), ('zip', 'zip'), ('xml', 'xml'), ('csv', 'csv'), ('text', 'text')], db_comment='plain', max_length=10)),
                ('size', models.PositiveBigIntegerField(db_comment='plain')),
                ('sha256', models.CharField(blank=True, db_comment='pseudonym: digest of what was sent', max_length=64)),
                ('name_sealed', models.BinaryField(db_comment='sealed: the name it came with', null=True)),
                ('kept_at', models.DateTimeField(db_comment='plain')),
                ('kept_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('cleared_at', models.DateTimeField(db_comment='plain', null=True)),
                ('cleared_by', models.UUIDField(db_comment='pseudonym: ref of the actor', null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('cleared_at', None)), fields=['owner'], name='file_of_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('cleared_at', None), ('name_sealed__isnull', False), models.Q(('sha256', ''), _negated=True)), models.Q(('cleared_at__isnull', False), ('name_sealed', None), ('sha256', '')), _connector='OR'), name='file_whole_or_cleared', violation_error_message='Of a file that was cleared, nothing but its kind and size is left.')],
            },
        ),
        migrations.CreateModel(
            name='Package',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(db_comment='plain', default=linli.kernel.refs.new_ref, editable=False, unique=True)),
                ('sha256', models.CharField(db_comment='plain', max_length=64)),
                ('files', models.PositiveIntegerField(db_comment='plain')),
                ('forever', models.BooleanField(db_comment='plain')),
                ('until_on', models.DateField(db_comment='plain', null=True)),
                ('packed_at', models.DateTimeField(db_comment='plain')),
                ('packed_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('file', models.OneToOneField(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='archive.file')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('forever', True), ('until_on', None)), models.Q(('forever', False), ('until_on__isnull', False)), _connector='OR'), name='package_for_ever_or_until', violation_error_message='A package is kept for ever, which is said, or until a day, which is named.')],
            },
        ),
        migrations.CreateModel(
            name='Fixity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fault', models.CharField(blank=True, choices=[('', ''), ('gone', 'gone'), ('changed', 'changed'), ('unreadable', 'unreadable')], db_comment='plain', default='', max_length=10)),
                ('checked_at', models.DateTimeField(db_comment='plain', db_index=True)),
                ('checked_by', models.UUIDField(db_comment='pseudonym: ref of the actor')),
                ('package', models.OneToOneField(db_comment='plain', on_delete=django.db.models.deletion.PROTECT, related_name='fixity', to='archive.package')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
