"""Which software opened the page of a patient, in the session of a professional."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_professionals_grants")]
    operations = [
        migrations.AddField(
            model_name="professionalsession", name="software", field=models.UUIDField(null=True)
        ),
    ]
