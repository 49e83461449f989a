"""What the annuaire adds: a structure's other numbers, whether it is open, and the logical ids of its rows."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_session_software")]
    operations = [
        migrations.AddField("structure", "others", models.JSONField(default=list, db_default=[])),
        migrations.AddField("structure", "source_id", models.TextField(default="", db_default="")),
        migrations.AddField("structure", "active", models.BooleanField(default=True, db_default=True)),
        migrations.AddIndex("structure", models.Index(fields=["source_id"], name="structure_source")),
        migrations.AddIndex("structure", GinIndex(fields=["others"], name="structure_others")),
        migrations.AddIndex("professional", models.Index(fields=["source_id"], name="professional_source")),
    ]
