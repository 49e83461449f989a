"""Loading the register in steps, and finding a person by the five traits."""

from django.db import migrations, models

from carnet.platform.walls import Grants


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_grants'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegisterLine',
            fields=[
                ('key', models.BinaryField(primary_key=True, serialize=False)),
                ('digest', models.TextField()),
                ('line', models.BigIntegerField()),
                ('person_id', models.UUIDField()),
                ('parent_key', models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='RegisterLoad',
            fields=[
                ('digest', models.TextField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('line', models.BigIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('started_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['birth_date', 'birth_place'], name='person_birth'),
        ),
        # the loader's own, which owns them with carnet_owner
        Grants("people_registerload"),
        Grants("people_registerline"),
    ]
