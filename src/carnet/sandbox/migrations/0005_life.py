"""Whose life of care was laid down: once, whole."""

from django.db import migrations, models

from carnet.platform.walls import Grants


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0004_reader")]
    operations = [
        migrations.CreateModel(
            name="Life",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                ("seed", models.BigIntegerField()),
                ("begun_at", models.DateTimeField()),
                ("fed_at", models.DateTimeField(null=True)),
                ("documents", models.IntegerField(default=0)),
                ("measures", models.IntegerField(default=0)),
                ("entries", models.IntegerField(default=0)),
                ("episodes", models.IntegerField(default=0)),
            ],
        ),
        Grants("sandbox_life"),
    ]
