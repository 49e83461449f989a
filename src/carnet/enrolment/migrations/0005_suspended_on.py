"""A suspension outlives the closing of the space: reopening must not undo it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0004_unsampled")]
    operations = [migrations.AddField("space", "suspended_on", models.DateField(null=True))]
