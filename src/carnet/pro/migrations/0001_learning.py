"""The training set, and what each professional has done with it."""

from django.db import migrations, models

from carnet.platform.walls import Grants


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("platform", "0001_ground"),
    ]

    operations = [
        migrations.CreateModel(
            name="TrainingPatient",
            fields=[
                ("person_id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.SmallIntegerField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="TrainingStep",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("professional_id", models.UUIDField()),
                ("exercise", models.TextField()),
                ("done_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("professional_id", "exercise"), name="trainingstep_once")
                ],
            },
        ),
        Grants("pro_trainingpatient", app="select, insert, delete"),
        Grants("pro_trainingstep", app="select, insert"),
    ]
