"""What somebody wrote or what is sealed stays out of the planner's statistics."""

from django.db import migrations

from carnet.platform.walls import Unsampled


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_grants")]
    operations = [
        Unsampled("documents_document", "unique_key", "blob", "sealed"),
    ]
