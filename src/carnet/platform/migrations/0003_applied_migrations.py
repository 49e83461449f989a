"""Serving processes may read which migrations are applied: the readiness probe compares them with its own."""

from django.db import migrations

from carnet.platform.walls import Grants


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_jobs")]
    operations = [Grants("django_migrations", app="select", batch="select")]
