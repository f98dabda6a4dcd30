from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Indexed',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.CharField(db_comment='plain', max_length=40)),
                ('ref', models.UUIDField(db_comment='plain')),
                ('lang', models.CharField(blank=True, db_comment='plain', default='', max_length=8)),
                ('title', models.CharField(db_comment='plain', max_length=300)),
                ('plain', models.TextField(db_comment='plain')),
                ('sounds', models.TextField(blank=True, db_comment='plain', default='')),
                ('body', models.TextField(blank=True, db_comment='plain', default='')),
                ('region_code', models.CharField(blank=True, db_comment='plain', default='', max_length=12)),
                ('cell', models.BigIntegerField(db_comment='plain', null=True)),
                ('weight', models.FloatField(db_comment='plain', default=0)),
                ('url', models.CharField(db_comment='plain', max_length=400)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'ref', 'lang'), name='document_once', violation_error_message='A thing has one document in a language.')],
            },
        ),
        migrations.CreateModel(
            name='Shelf',
            fields=[
                ('number', models.AutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(db_comment='plain', max_length=40)),
                ('lang', models.CharField(blank=True, db_comment='plain', default='', max_length=8)),
                ('level', models.SmallIntegerField(db_comment='plain')),
                ('filled', models.IntegerField(db_comment='plain', default=0)),
                ('changed', models.BigIntegerField(db_comment='plain', default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'lang', 'level'], name='shelf_of_what')],
            },
        ),
    ]
