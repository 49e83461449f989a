"""Whose word hid a document was not kept: what is hidden now stays so whatever its depositor sends next."""

from django.db import migrations

_FILL = [
    # The owner obeys the wall too, and would update nothing.
    "alter table documents_document no force row level security",
    "update documents_document set masked_by_person = true where masked",
    "alter table documents_document force row level security",
]


class Migration(migrations.Migration):
    dependencies = [("documents", "0008_software_grants")]
    operations = [migrations.RunSQL(_FILL, migrations.RunSQL.noop)]
