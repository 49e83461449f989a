"""As what a session looks at another's space: as her representative, or as her caregiver."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0006_unsampled")]
    operations = [
        migrations.AddField(
            model_name="session", name="caregiver", field=models.BooleanField(db_default=False)
        )
    ]
