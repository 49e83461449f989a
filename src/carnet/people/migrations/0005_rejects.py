"""The lines of a register file that were not taken."""

from django.db import migrations, models

from carnet.platform.walls import Grants


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0004_freeze'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegisterReject',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('digest', models.TextField()),
                ('line', models.BigIntegerField()),
                ('column', models.TextField()),
                ('reason', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['digest', 'line'], name='registerreject_file')],
            },
        ),
        Grants("people_registerreject"),
    ]
