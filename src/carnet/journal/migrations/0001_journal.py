"""The journal: append-only, walled, partitioned by month on the range of its UUIDv7 id.

Row triggers are cloned to partitions, statement triggers are not: the function that makes a month
gives it its own truncate trigger. No DEFAULT partition: a line beyond the last month is refused.
"""

from django.db import migrations

JOURNAL = """
create table journal (
  id uuid not null,
  person_id uuid not null,
  at timestamptz not null,
  event text not null,
  actor_kind text not null,
  actor_id uuid,
  structure text not null,
  purpose text not null,
  allowed boolean not null,
  reference uuid,
  reason text not null,
  sealed bytea,
  xid xid8 not null default pg_current_xact_id(),
  primary key (person_id, id)
) partition by range (id);

create function journal_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger journal_no_change before update or delete on journal
  for each row execute function journal_refuse();
create trigger journal_no_truncate before truncate on journal
  for each statement execute function journal_refuse();

alter table journal enable row level security;
alter table journal force row level security;
create policy person_wall on journal for select
  using (person_id = current_setting('carnet.person_id')::uuid);
create policy anyone_writes on journal for insert with check (true);
create policy seal_reads on journal for select to carnet_seal using (true);
revoke all on journal from public;
grant select, insert on journal to carnet_app, carnet_loader;
grant insert on journal to carnet_batch;
grant select on journal to carnet_seal;

create function journal_ensure_months(first date, last date) returns void language plpgsql as $$
declare
  month date := date_trunc('month', first)::date;
  child text;
begin
  while month <= last loop
    child := 'journal_' || to_char(month, 'YYYYMM');
    if to_regclass(child) is null then
      execute format('create table %I partition of journal for values from (%L) to (%L)', child,
        uuid7_floor(month::timestamp at time zone 'UTC'),
        uuid7_floor((month + interval '1 month')::timestamp at time zone 'UTC'));
      execute format('create trigger no_truncate before truncate on %I
        for each statement execute function journal_refuse()', child);
      execute format('alter table %I enable row level security', child);
      execute format('alter table %I force row level security', child);
      execute format('alter table %I owner to carnet_owner', child);
      execute format('revoke all on %I from public', child);
    end if;
    month := (month + interval '1 month')::date;
  end loop;
end $$;
revoke all on function journal_ensure_months(date, date) from public;
grant execute on function journal_ensure_months(date, date) to carnet_loader;
select journal_ensure_months((now() - interval '2 months')::date, (now() + interval '6 months')::date);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("platform", "0001_ground")]
    operations = [migrations.RunSQL(JOURNAL, "drop table journal; drop function journal_refuse(), journal_ensure_months(date, date)")]
