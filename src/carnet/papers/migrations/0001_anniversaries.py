"""Finding the advance directives that are to be read again must not read every document."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("documents", "0006_record_references")]
    operations = [
        migrations.RunSQL(
            "create index document_directives on documents_document (person_id, created_on)"
            " where type_code = 'EXPPAT_3' and status = 'current'",
            "drop index document_directives",
        ),
    ]
