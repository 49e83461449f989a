"""Who may touch which table; existing documents get the identifiers that they had without saying so."""

from django.db import migrations

from carnet.platform.walls import Unsampled, Wall

ALL = "select, insert, update, delete"
_FILL = [
    # The owner obeys the wall too, and would update nothing.
    "alter table documents_document no force row level security",
    "update documents_document set logical_id = id, entry_id = id where logical_id is null",
    "insert into documents_source (person_id, id, document_id, depositor, structure, at, sealed)"
    " select person_id, id, id, depositor, structure, deposited_at, ''::bytea from documents_document",
    "alter table documents_document force row level security",
]


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_record")]
    operations = [
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        Wall("documents_words", app=ALL),
        Wall("documents_folder", app=ALL),
        Wall("documents_source", app=ALL),
        Unsampled("documents_document", "set_key", "content_key"),
        Unsampled("documents_words", "vector", "sealed"),
        Unsampled("documents_folder", "name_key", "sealed"),
        Unsampled("documents_source", "sealed"),
    ]
