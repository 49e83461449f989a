"""What software hid from the patient before a wait had an end gets one: as what comes today (ADR 0025).

Without it those documents would stay hidden for ever, and no doctor would see that they wait.
"""

from django.db import migrations

FILL = [
    # The owner obeys the wall too, and would see nothing.
    "alter table documents_document no force row level security",
    (
        "update documents_document set held_until ="
        " (date_trunc('day', now() at time zone 'Europe/Paris') + interval '8 days')"
        " at time zone 'Europe/Paris'"
        " where invisible_patient and held_until is null and status = 'current'"
    ),
    (
        "insert into documents_hold (person_id, document_id, professional_id, structure, held_until,"
        " deposited_at) select person_id, id, professional_id, structure, held_until, deposited_at"
        " from documents_document where invisible_patient and held_until is not null and status = 'current'"
        " on conflict do nothing"
    ),
    "alter table documents_document force row level security",
]


class Migration(migrations.Migration):
    dependencies = [("documents", "0014_arrivals")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
