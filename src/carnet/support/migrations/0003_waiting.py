"""A document waits for one answer to one person; the desk finds what waits, the oldest first."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0002_grants'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['opened_at'], name='ticket_waiting'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('person_id', 'reference', 'opened_by'), name='ticket_waits_once'),
        ),
    ]
