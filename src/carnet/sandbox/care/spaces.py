"""Spaces for the persons of the world: two thirds were informed six weeks ago, stayed silent, and have one.

The same persons for the same seed. The others are left to be informed. Runs as carnet_loader.
"""

from datetime import timedelta

from django.db import connection, transaction

from carnet.enrolment import api as enrolment
from carnet.journal.api import ActorKind, EventType, Purpose
from carnet.platform import clock

_SILENCE = timedelta(days=42)
_INFORM = """
with informed as (
  insert into enrolment_space (person_id, state, since, notified_on, channel, version, no_contact,
    documents_masked, emergency_access, samu_access, emergency_masked, terms_version)
  select p.id, 'notified', %(now)s, %(sent)s, 'letter', 1, false, false, true, true, false, ''
  from people_person p
  where p.died_on is null and p.birth_date <= %(sent)s
    and mod(abs(hashtextextended(p.matricule, %(seed)s)), 3) <> 0
    and not (p.matricule = any(%(personas)s))
    and not exists (select from enrolment_space s where s.person_id = p.id)
  order by p.id limit %(most)s
  returning person_id)
insert into journal (id, person_id, at, event, actor_kind, actor_id, structure, purpose, allowed, reference,
  reason, sealed)
select (%(id_prefix)s || substr(gen_random_uuid()::text, 16))::uuid, person_id, %(now)s, %(event)s, %(actor)s,
  null, '', %(purpose)s, true, null, '', null
from informed
"""


def open_spaces(*, seed: int, personas: list[str], most: int | None = None) -> int:
    """Give a space to two thirds of those who have none; return how many. Nothing the second time.

    `personas`: matricules to leave alone. `most`: no more than so many. One transaction.
    """
    now, today = clock.now(), clock.today()
    millis = f"{int(now.timestamp() * 1000):012x}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _INFORM,
            {
                "now": now,
                "sent": today - _SILENCE,
                "seed": seed,
                "personas": personas,
                "most": most,
                "id_prefix": f"{millis[:8]}-{millis[8:]}-7",
                "event": EventType.NOTIFIED,
                "actor": ActorKind.ENROLMENT,
                "purpose": Purpose.OPERATE,
            },
        )
        informed = cursor.rowcount
        enrolment.open_silent_spaces(today)
    return int(informed)
