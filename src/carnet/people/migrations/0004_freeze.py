"""An account is never locked by somebody's attempts; what may be frozen is its changes."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("people", "0003_register")]
    operations = [migrations.RenameField("account", "locked_until", "frozen_until")]
