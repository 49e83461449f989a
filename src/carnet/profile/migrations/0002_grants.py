"""Who may touch which table."""

from django.db import migrations

from carnet.platform.walls import PersonReference, Unsampled, Wall

ALL = "select, insert, update, delete"


class Migration(migrations.Migration):
    dependencies = [("profile", "0001_initial"), ("platform", "0001_ground")]
    operations = [
        Wall("profile_entry", app=ALL),
        Wall("profile_rubricchoice", app=ALL),
        Wall("profile_link", app=ALL),
        PersonReference("profile_link", "entry_id", "profile_entry", "cascade"),
        Unsampled("profile_entry", "sealed"),
    ]
