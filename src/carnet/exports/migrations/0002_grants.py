"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants, Unsampled


class Migration(migrations.Migration):
    dependencies = [("exports", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Grants("exports_copy", app="select, insert, update, delete"),
        Unsampled("exports_copy", "blobs"),
    ]
