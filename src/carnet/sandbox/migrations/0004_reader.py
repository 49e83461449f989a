"""Whose account a message about somebody else's space was sent to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0003_unsampled")]
    operations = [migrations.AddField("mail", "reader_id", models.UUIDField(null=True))]
