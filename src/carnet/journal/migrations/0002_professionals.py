"""Who acted as what, where, by which software, how proven (facts/interop.md 10)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_journal")]
    operations = [
        migrations.RunSQL(
            "alter table journal add column role text not null default '',"
            " add column situation text not null default '',"
            " add column software uuid,"
            " add column authentication text not null default '',"
            " add column secret boolean not null default false",
            "alter table journal drop column role, drop column situation, drop column software,"
            " drop column authentication, drop column secret",
        )
    ]
