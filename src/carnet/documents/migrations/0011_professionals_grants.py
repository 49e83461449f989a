"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Wall


class Migration(migrations.Migration):
    dependencies = [("documents", "0010_professionals"), ("platform", "0001_ground")]
    operations = [Wall("documents_reading", app="select, insert, update, delete")]
