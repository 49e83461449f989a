"""Which e-mail speaks of a notice. Until now each had its own, under its own id."""

from django.db import migrations, models

BACKFILL = """
update notices_notice n set mail_id = n.id
from notices_delivery d where d.key = 'notice:' || n.id::text"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_preference_grants")]
    operations = [
        migrations.AddField("notice", "mail_id", models.UUIDField(null=True)),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["person_id", "-mail_id"],
                condition=models.Q(mail_id__isnull=False),
                name="notice_mailed",
            ),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
