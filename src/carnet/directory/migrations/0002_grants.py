"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants

KEEP = "select, insert, update"


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Grants("directory_structure", app=KEEP),
        Grants("directory_software", app=KEEP),
        Grants("directory_client", app=KEEP),
        Grants("directory_usedassertion", app="select, insert, delete"),
    ]
