"""What somebody wrote or what is sealed stays out of the planner's statistics."""

from django.db import migrations

from carnet.platform.walls import Unsampled


class Migration(migrations.Migration):
    dependencies = [("people", "0005_rejects")]
    operations = [
        Unsampled("people_account", "login_key", "sealed", "password_hash", "totp_sealed"),
        Unsampled("people_passkey", "credential_id", "public_key", "label"),
        Unsampled("people_device", "token_key", "label"),
        Unsampled("people_session", "token_key"),
        Unsampled("people_onetimecode", "subject_key", "code_key"),
        Unsampled("people_pending", "token_key", "sealed"),
        Unsampled("people_franceconnectlink", "key"),
    ]
