"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Wall

ALL = "select, insert, update, delete"
KEEP = "select, insert, update"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Wall("documents_document", app=KEEP),
    ]
