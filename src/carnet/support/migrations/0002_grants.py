"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants, Unsampled


class Migration(migrations.Migration):
    dependencies = [("support", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Grants("support_ticket", app="select, insert, update"),
        Unsampled("support_ticket", "number", "sealed", "answer_sealed"),
    ]
