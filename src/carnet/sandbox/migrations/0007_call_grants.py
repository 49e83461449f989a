"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0006_call"), ("platform", "0001_ground")]
    operations = [Grants("sandbox_call", app="select, insert, delete")]
