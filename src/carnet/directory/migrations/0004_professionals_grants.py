"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants, Unsampled

KEEP = "select, insert, update"


class Migration(migrations.Migration):
    dependencies = [("directory", "0003_professionals"), ("platform", "0001_ground")]
    operations = [
        Grants("directory_professional", app=KEEP),
        Grants("directory_place", app=KEEP),
        Grants("directory_equipment", app=KEEP),
        Grants("directory_load", app=KEEP),
        Grants("directory_professionalsession", app="select, insert, update, delete"),
        Unsampled("directory_professionalsession", "token_key", "id_token"),
    ]
