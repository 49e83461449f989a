"""Two clicks make one copy."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exports", "0002_grants")]
    operations = [
        migrations.AddConstraint(
            model_name="copy",
            constraint=models.UniqueConstraint(
                condition=models.Q(state__in=["asked", "preparing"]),
                fields=["person_id", "asked_by"],
                name="copy_one_at_a_time",
            ),
        ),
    ]
