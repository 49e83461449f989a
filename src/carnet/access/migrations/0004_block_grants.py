"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants


class Migration(migrations.Migration):
    dependencies = [("access", "0003_block"), ("platform", "0001_ground")]
    operations = [Grants("access_block", app="select, insert, delete")]
