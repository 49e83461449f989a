"""Loading the insurer's files in steps."""

from django.db import migrations, models

from carnet.platform.walls import Grants


class Migration(migrations.Migration):
    dependencies = [("histories", "0002_grants")]
    operations = [
        migrations.CreateModel(
            name="Load",
            fields=[
                ("digest", models.TextField(primary_key=True, serialize=False)),
                ("name", models.TextField()),
                ("after_person", models.UUIDField(null=True)),
                ("after_line", models.BigIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        # the loader's own, which owns it with carnet_owner
        Grants("histories_load"),
    ]
