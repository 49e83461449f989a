"""What was waiting to leave when the backup was made: since then it may have left.

The restored outbox does not know. By the rule of the pump (docs/reliability.md) nothing whose outcome nobody
can know is repeated by itself, so these messages wait for a person: `carnet outbox`.
"""

import psycopg

from carnet.platform.postgres.target import Target

REASON = "restauration"


def hold_back(target: Target, topics: list[str]) -> int:
    """Put in doubt the outbox rows of these topics that were ready or under way; return how many.

    `topics`: those whose handlers act outside the database; the others happen again with the database itself.
    """
    with psycopg.connect(target.conninfo("loader"), autocommit=True) as connection:
        return connection.execute(
            "update platform_outbox set state = 'in_doubt', error = %s"
            " where topic = any(%s) and state in ('ready', 'claimed')",
            [REASON, topics],
        ).rowcount
