"""The ground's tables, `carnet_uuid7` and the floor of a UUIDv7."""

from django.db import migrations, models
from django.db.models import Q

from carnet.platform.walls import Grants

UUID7 = """
create function carnet_uuid7(t timestamptz) returns uuid volatile strict parallel safe language sql as $$
  select (lpad(to_hex((extract(epoch from t) * 1000)::bigint), 12, '0')
    || '7' || substr(r, 1, 3)
    || substr('89ab', 1 + (get_byte(decode(substr(r, 4, 2), 'hex'), 0) & 3), 1) || substr(r, 6, 3)
    || substr(r, 9, 12))::uuid
  from (select replace(gen_random_uuid()::text, '-', '') as u) g,
       lateral (select substr(g.u, 1, 12) || substr(g.u, 18, 3) || substr(g.u, 21, 12) as r) s
$$;
create function uuid7_floor(t timestamptz) returns uuid immutable strict parallel safe language sql as $$
  select (lpad(to_hex((extract(epoch from t) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
revoke all on function carnet_uuid7(timestamptz), uuid7_floor(timestamptz) from public;
grant execute on function carnet_uuid7(timestamptz), uuid7_floor(timestamptz)
  to carnet_app, carnet_batch, carnet_seal, carnet_stats, carnet_loader;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(UUID7, "drop function carnet_uuid7(timestamptz), uuid7_floor(timestamptz)"),
        migrations.CreateModel("PersonKey", [
            ("person_id", models.UUIDField(primary_key=True, serialize=False)),
            ("key_id", models.TextField()),
            ("wrapped", models.BinaryField()),
        ]),
        migrations.CreateModel("Clock", [
            ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
            ("offset_seconds", models.BigIntegerField()),
        ]),
        migrations.CreateModel("Outbox", [
            ("id", models.UUIDField(primary_key=True, serialize=False)),
            ("topic", models.TextField()),
            ("key", models.TextField(unique=True)),
            ("person_id", models.UUIDField(null=True)),
            ("payload", models.BinaryField()),
            ("state", models.TextField(
                choices=[("ready", "Ready"), ("claimed", "Claimed"), ("in_doubt", "In Doubt"), ("failed", "Failed")],
                default="ready")),
            ("attempts", models.SmallIntegerField(default=0)),
            ("due_at", models.DateTimeField()),
            ("error", models.TextField(default="")),
        ]),
        migrations.AddIndex("outbox", models.Index(fields=["due_at", "id"], condition=Q(state="ready"), name="outbox_ready")),
        migrations.CreateModel("DailyRun", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.TextField()),
            ("day", models.DateField()),
            ("done_at", models.DateTimeField()),
        ]),
        migrations.AddConstraint("dailyrun", models.UniqueConstraint(fields=["day", "name"], name="dailyrun_once")),
        migrations.CreateModel("RateLimit", [
            ("key", models.BinaryField(primary_key=True, serialize=False)),
            ("window_ends_at", models.DateTimeField()),
            ("count", models.IntegerField()),
        ]),
        migrations.RunSQL("alter table platform_ratelimit set unlogged", "alter table platform_ratelimit set logged"),
        Grants("platform_personkey", app="select, insert", loader="select, insert, update, delete"),
        Grants("platform_clock", app="select, insert, update", batch="select, insert, update", loader="select"),
        Grants("platform_outbox", app="select, insert, update, delete", batch="select, insert, update, delete", loader="select, insert, update, delete"),
        Grants("platform_dailyrun", app="select, insert", batch="select, insert", loader="select, insert"),
        migrations.RunSQL(
            "grant usage on sequence platform_dailyrun_id_seq to carnet_app, carnet_batch, carnet_loader",
            migrations.RunSQL.noop),
        Grants("platform_ratelimit", app="select, insert, update, delete"),
    ]
