"""One-time codes: six digits by e-mail or SMS, ten minutes of real time, five tries, used once.

Only a keyed hash is kept, bound to the purpose and the subject (facts/mes.md 1.6 and 11: at least 30
seconds between two sendings). The newest code alone is good.
"""

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction

from carnet.people import limits
from carnet.platform import clock, crypto, post
from carnet.platform.ids import uuid7

LIFETIME = timedelta(minutes=10)
BETWEEN = timedelta(seconds=30)
MOST_TRIES = 5

_SMS = "Carnet : votre code est {code}. Valable 10 minutes. Ne le donnez à personne. Aide : 3422"
_EMAIL = """Bonjour,

Votre code : {code}

Il est valable 10 minutes et ne sert qu’une fois.
Ne le donnez à personne : aucun agent ne vous le demandera, même par téléphone.
Vous n’avez rien demandé ? Ne faites rien : sans ce code, rien ne change.
Une question : appelez le 3422.
"""


class TooSoonError(Exception):
    """A code was sent a moment ago, or too many were. `seconds`: when another may be asked for."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds

    @property
    def message_fr(self) -> str:
        """The sentence to show."""
        wait = f"{self.seconds} secondes" if self.seconds <= 90 else f"{-(-self.seconds // 60)} minutes"  # noqa: PLR2004
        return f"Un code vient d’être envoyé. Vous pourrez en demander un autre dans {wait}."


def send_code(*, purpose: str, subject: str, channel: str, to: str, person_id: UUID | None) -> None:
    """Send a new code to an address and forget the one before.

    `subject`: whom or what the code is for (an account's id, a draft's id and address); the same goes to
    `check_code`. `channel`: "email" or "sms". Raises TooSoonError, LimitsDownError. It is a transaction
    of its own.
    """
    _refuse_too_soon(purpose, subject)
    _take(limits.SENDING, f"{purpose}\0{subject}")
    _take(limits.ADDRESSEE, to)
    code = f"{secrets.randbelow(1_000_000):06d}"
    with transaction.atomic():
        _lock(purpose, subject)
        _refuse_too_soon(purpose, subject)  # a click at the same moment has been faster
        code_id = _store(purpose, subject, code)
        text = (_SMS if channel == post.Channel.SMS else _EMAIL).format(code=code)
        subject_line = "Votre code de confirmation"
        post.send(post.Message(post.Channel(channel), to, subject_line, text, f"code:{code_id}", person_id))


def check_code(*, purpose: str, subject: str, code: str) -> bool:
    """Say whether this is the newest code of the subject; a good one is used up, a wrong one is counted.

    Call it outside the transaction of the act: a try that is rolled back was never counted.
    """
    now = clock.real_now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update people_onetimecode set tries = tries + 1 where subject_key = %s and purpose = %s"
            " and used_at is null and tries < %s and sent_at > %s returning id, code_key",
            [_subject_key(purpose, subject), purpose, MOST_TRIES, now - LIFETIME],
        )
        row = cursor.fetchone()
        good = row is not None and hmac.compare_digest(bytes(row[1]), _code_key(purpose, subject, code))
        if row is not None and good:
            cursor.execute("update people_onetimecode set used_at = %s where id = %s", [now, row[0]])
    if good:
        limits.SENDING.clear(f"{purpose}\0{subject}")
    return good


def forget_code(*, purpose: str, subject: str) -> None:
    """Forget the codes of a subject."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from people_onetimecode where subject_key = %s and purpose = %s",
            [_subject_key(purpose, subject), purpose],
        )


def _refuse_too_soon(purpose: str, subject: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select max(sent_at) from people_onetimecode"
            " where subject_key = %s and purpose = %s and used_at is null",
            [_subject_key(purpose, subject), purpose],
        )
        row = cursor.fetchone()
    if row and row[0] and (left := row[0] + BETWEEN - clock.real_now()) > timedelta(0):
        raise TooSoonError(int(left.total_seconds()) + 1)


def _lock(purpose: str, subject: str) -> None:
    """Keep every other sending to this subject waiting until the transaction ends."""
    number = int.from_bytes(_subject_key(purpose, subject)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])


def _take(ladder: limits.Ladder, subject: str) -> None:
    try:
        ladder.take(subject)
    except limits.TooManyError as error:
        raise TooSoonError(error.seconds) from error


def _store(purpose: str, subject: str, code: str) -> UUID:
    code_id = uuid7()
    forget_code(purpose=purpose, subject=subject)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_onetimecode (id, subject_key, purpose, code_key, sent_at, tries, used_at)"
            " values (%s, %s, %s, %s, %s, 0, null)",
            [
                code_id,
                _subject_key(purpose, subject),
                purpose,
                _code_key(purpose, subject, code),
                clock.real_now(),
            ],
        )
    return code_id


def _subject_key(purpose: str, subject: str) -> bytes:
    return crypto.index_hash("code-subject", f"{purpose}\0{subject}")


def _code_key(purpose: str, subject: str, code: str) -> bytes:
    digits = "".join(code.split())
    return crypto.index_hash("one-time-code", f"{purpose}\0{subject}\0{digits}")
