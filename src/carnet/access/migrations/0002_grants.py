"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Unsampled, Wall


class Migration(migrations.Migration):
    dependencies = [("access", "0001_sharing"), ("platform", "0001_ground")]
    operations = [
        Wall("access_sharing", app="select, insert, update, delete"),
        Unsampled("access_sharing", "part"),
    ]
