"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants

KEEP = "select, insert, update"


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Grants("desk_act", app=KEEP),
        Grants("desk_callback", app=KEEP),
    ]
