"""The identities of the Pro Santé Connect simulator."""

from django.db import migrations, models

from carnet.platform.walls import Grants


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0007_call_grants"), ("platform", "0001_ground")]
    operations = [
        migrations.CreateModel(
            name="PscIdentity",
            fields=[
                ("login", models.TextField(primary_key=True, serialize=False)),
                ("national_id", models.TextField(unique=True)),
                ("use", models.TextField()),
                ("claims", models.JSONField()),
                ("position", models.IntegerField(default=0)),
            ],
        ),
        Grants("sandbox_pscidentity", app="select, insert, update"),
    ]
