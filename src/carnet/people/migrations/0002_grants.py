"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants

ALL = "select, insert, update, delete"
KEEP = "select, insert, update"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        # the register: written by the loader alone
        Grants("people_person", app="select", batch="select"),
        Grants("people_insindex", app="select", batch="select"),
        Grants("people_address", app="select", batch="select"),
        Grants("people_contact", app="select", batch="select"),
        Grants("people_card", app="select", batch="select"),
        Grants("people_attachment", app="select", batch="select"),
        # relations and accounts
        Grants("people_representation", app=KEEP, batch=KEEP),
        Grants("people_account", app=ALL),
        Grants("people_passkey", app=ALL),
        Grants("people_device", app=ALL),
        Grants("people_session", app=ALL),
        Grants("people_onetimecode", app=ALL),
        Grants("people_pending", app=ALL),
        Grants("people_franceconnectlink", app=ALL),
        # no sample of what an erasure must remove may linger in the planner's statistics
        migrations.RunSQL("alter table people_device alter column label set statistics 0", migrations.RunSQL.noop),
        migrations.RunSQL("alter table people_passkey alter column label set statistics 0", migrations.RunSQL.noop),
    ]
