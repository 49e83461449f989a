"""Professionals ask for help from a page, and are answered."""

from django.db import migrations, models

from carnet.platform.walls import Grants, Unsampled


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0003_waiting'),
    ]

    operations = [
        migrations.CreateModel(
            name='HelpRequest',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('professional_id', models.UUIDField(db_index=True)),
                ('structure', models.TextField(default='')),
                ('page', models.TextField(default='')),
                ('call', models.TextField(default='')),
                ('state', models.TextField()),
                ('opened_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.UUIDField(null=True)),
                ('sealed', models.BinaryField()),
                ('answer_sealed', models.BinaryField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['opened_at'], name='help_waiting')],
            },
        ),
        Grants("support_helprequest", app="select, insert, update"),
        Unsampled("support_helprequest", "number", "sealed", "answer_sealed"),
    ]
