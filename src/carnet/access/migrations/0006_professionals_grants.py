"""Who may touch which table; what is sealed or hashed stays out of the planner's statistics."""

from django.db import migrations

from carnet.platform.walls import Grants, Unsampled

ALL = "select, insert, update, delete"
TABLES = (
    "professionalblock", "carerelation", "consent", "administrator", "delegation", "pass", "emergency",
    "visit", "resultschoice", "guardreading", "guardstate", "guardbaseline",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0005_professionals"), ("platform", "0001_ground")]
    operations = [
        *(Grants(f"access_{name}", app=ALL) for name in TABLES),
        Unsampled("access_pass", "key"),
        Unsampled("access_emergency", "reason", "answer"),
    ]
