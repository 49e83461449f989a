"""What somebody wrote or what is sealed stays out of the planner's statistics."""

from django.db import migrations

from carnet.platform.walls import Unsampled


class Migration(migrations.Migration):
    dependencies = [("enrolment", "0003_erasure_began")]
    operations = [
        Unsampled("enrolment_provisionalcode", "code_key"),
        Unsampled("enrolment_draft", "token_key", "sealed"),
    ]
