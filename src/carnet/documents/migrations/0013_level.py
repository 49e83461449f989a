"""The level of confidentiality stands beside the flags, where the decision about professionals reads it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0012_holds")]
    operations = [
        migrations.AddField(
            model_name="document", name="level", field=models.TextField(db_default="N", default="N")
        )
    ]
