"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import Grants

ALL = "select, insert, update, delete"
KEEP = "select, insert, update"


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Grants("enrolment_space", app=KEEP, batch=KEEP),
        Grants("enrolment_provisionalcode", app=KEEP, batch=KEEP),
        Grants("enrolment_draft", app=ALL),
    ]
