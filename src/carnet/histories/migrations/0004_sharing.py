"""The switch stands with the others, in the room of access."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("histories", "0003_load"), ("access", "0002_grants")]
    operations = [migrations.DeleteModel(name="Sharing")]
