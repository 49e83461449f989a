"""Who may put and take jobs: the queue's four tables, for every role that works."""

from django.db import migrations

from carnet.platform.walls import Grants

WORK = "select, insert, update, delete"
TABLES = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
SEQUENCES = "procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq"


class Migration(migrations.Migration):
    dependencies = [("platform", "0001_ground"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [
        *(Grants(table, app=WORK, batch=WORK, loader=WORK) for table in TABLES),
        migrations.RunSQL(
            f"grant usage on sequence {SEQUENCES} to carnet_app, carnet_batch, carnet_loader",
            migrations.RunSQL.noop),
    ]
