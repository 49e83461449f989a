"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Unsampled, Wall

ALL = "select, insert, update, delete"


class Migration(migrations.Migration):
    dependencies = [("histories", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Wall("histories_episode", app="select"),
        Wall("histories_sharing", app=ALL),
        Unsampled("histories_episode", "source_key", "sealed"),
    ]
