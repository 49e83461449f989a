"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants

ALL = "select, insert, update, delete"
KEEP = "select, insert, update"


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Grants("notices_notice", app=ALL, batch="insert"),
        Grants("notices_delivery", app=KEEP, batch=KEEP),
    ]
