"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_preference"), ("platform", "0001_ground")]
    operations = [Grants("notices_preference", app="select, insert, update, delete", batch="select")]
