"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Unsampled, Wall

ALL = "select, insert, update, delete"


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Wall("measures_value", app=ALL),
        Wall("measures_setting", app=ALL),
        Unsampled("measures_value", "value", "second", "sealed"),
        Unsampled("measures_setting", "target_low", "target_high"),
    ]
