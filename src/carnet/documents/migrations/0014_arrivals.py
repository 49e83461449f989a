"""What arrived lately, across persons; a row goes the moment its document is no more what it was."""

from django.db import migrations, models

import carnet.documents.models
from carnet.platform.walls import Grants, Unsampled

_FORGET = """
create function documents_forget_arrival() returns trigger language plpgsql as $$
begin
  delete from documents_arrival where person_id = new.person_id and document_id = new.id;
  return null;
end $$;
create trigger documents_arrival_forgotten
  after update of status, same_as, masked, level, type_code, structure, professional_id on documents_document
  for each row when (
    (old.status, old.same_as, old.masked, old.level, old.type_code, old.structure, old.professional_id)
    is distinct from
    (new.status, new.same_as, new.masked, new.level, new.type_code, new.structure, new.professional_id))
  execute function documents_forget_arrival();
"""
_KEEP = """
drop trigger documents_arrival_forgotten on documents_document;
drop function documents_forget_arrival();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0013_level"), ("platform", "0001_ground")]
    operations = [
        migrations.CreateModel(
            name="Arrival",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id",
                        "document_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("document_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                ("seen_by", carnet.documents.models.Identifiers()),
            ],
            options={"indexes": [models.Index(fields=["at"], name="arrival_at")]},
        ),
        Grants("documents_arrival", app="select, insert, update, delete"),
        Unsampled("documents_arrival", "sealed", "seen_by"),
        migrations.RunSQL(_FORGET, _KEEP),
    ]
