"""Who may touch which table; what is sealed or hashed stays out of the planner's statistics."""

from django.db import migrations

from carnet.platform.walls import Grants, Unsampled, Wall

ALL = "select, insert, update, delete"


class Migration(migrations.Migration):
    dependencies = [("documents", "0007_software"), ("platform", "0001_ground")]
    operations = [
        Wall("documents_submission", app=ALL),
        Grants("documents_locator", app=ALL),
        Unsampled("documents_document", "face"),
        Unsampled("documents_submission", "sealed"),
        Unsampled("documents_locator", "key"),
    ]
