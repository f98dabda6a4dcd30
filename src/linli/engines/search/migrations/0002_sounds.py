from django.db import migrations, models


def start_again(apps, schema_editor):
    """The index is made again from the journal, with how titles are said; the table is made after migrating."""
    if "journal_reader" in schema_editor.connection.introspection.table_names():
        apps.get_model("journal", "Reader").objects.filter(name="search").delete()
    apps.get_model("search", "Indexed").objects.all().delete()
    schema_editor.execute("DROP TABLE IF EXISTS search_words")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("journal", "0001_initial")]
    operations = [
        migrations.AddField("indexed", "sounds", models.TextField(blank=True, db_comment="plain", default="")),
        migrations.AddField("indexed", "letters_key", models.CharField(
            blank=True, db_comment="plain", db_index=True, default="", max_length=100)),
        migrations.AddField("indexed", "initials_key", models.CharField(
            blank=True, db_comment="plain", db_index=True, default="", max_length=50)),
        migrations.RunPython(start_again, migrations.RunPython.noop, elidable=True),
    ]
