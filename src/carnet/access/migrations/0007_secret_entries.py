"""A consent or a relation may belong to a minor's confidential care: her representatives are not shown it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0006_professionals_grants")]
    operations = [
        migrations.AddField(
            model_name=name, name="secret", field=models.BooleanField(default=False, db_default=False)
        )
        for name in ("consent", "carerelation")
    ]
