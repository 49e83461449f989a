"""What waits to be announced, across persons: how its day is kept, and its doctor reminded."""

from django.db import migrations, models

from carnet.platform.walls import Grants


class Migration(migrations.Migration):
    dependencies = [("documents", "0011_professionals_grants"), ("platform", "0001_ground")]
    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id",
                        "document_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("document_id", models.UUIDField()),
                ("professional_id", models.UUIDField(null=True)),
                ("structure", models.TextField()),
                ("held_until", models.DateTimeField()),
                ("deposited_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["held_until"], name="hold_due"),
                    models.Index(fields=["structure", "held_until"], name="hold_at"),
                    models.Index(fields=["professional_id", "held_until"], name="hold_by"),
                ],
            },
        ),
        Grants("documents_hold", app="select, insert, update, delete"),
    ]
