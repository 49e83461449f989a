"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants

ALL = "select, insert, update, delete"
KEEP = "select, insert, update"


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Grants("sandbox_mail", app="select, insert, delete", batch="select, insert"),
        Grants("sandbox_franceconnectidentity", app="select, insert"),
        migrations.RunSQL(
            'alter table sandbox_mail alter column "to" set statistics 0, alter column subject set statistics 0,'
            " alter column text set statistics 0",
            migrations.RunSQL.noop,
        ),
    ]
