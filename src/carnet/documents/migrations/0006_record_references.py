"""Identifiers that every document has, and ties between rows of one person."""

from django.db import migrations, models

from carnet.platform.walls import PersonReference


class Migration(migrations.Migration):
    dependencies = [("documents", "0005_record_grants")]
    operations = [
        migrations.AlterField("document", "logical_id", models.UUIDField()),
        migrations.AlterField("document", "entry_id", models.UUIDField()),
        PersonReference("documents_words", "id", "documents_document", "cascade"),
        PersonReference("documents_source", "document_id", "documents_document", "cascade"),
        PersonReference("documents_document", "folder_id", "documents_folder"),
    ]
