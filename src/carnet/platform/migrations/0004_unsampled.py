"""What somebody wrote or what is sealed stays out of the planner's statistics."""

from django.db import migrations

from carnet.platform.walls import Unsampled


class Migration(migrations.Migration):
    dependencies = [("platform", "0003_applied_migrations")]
    operations = [
        Unsampled("platform_personkey", "wrapped"),
        Unsampled("platform_outbox", "key", "payload", "error"),
    ]
