"""An entry in emergency may belong to a minor's confidential care: what follows it is not told to her parents."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0007_secret_entries")]
    operations = [
        migrations.AddField(
            model_name="emergency", name="secret", field=models.BooleanField(default=False, db_default=False)
        )
    ]
