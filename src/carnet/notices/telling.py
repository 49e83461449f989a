"""Telling a person: a notice in her centre, and an e-mail at once, later with others, or none.

An e-mail's id is made when it is written, and tells that moment: a person's latest one is the greatest.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from carnet.notices.policies import ANSWERS, GATHERING, URGENT, Mail, Rhythm, decide_mail
from carnet.notices.preferences import get_preferences
from carnet.notices.second_channel import plan_second_channel
from carnet.notices.wordings import WORDINGS, NoticeCode, Wording, gathered
from carnet.people import api as people
from carnet.platform import clock, outbox, post
from carnet.platform.ids import uuid7

GATHER = "notices.gather"
_LOCK = 0x4E4F_5449  # advisory lock, with a number of the person


def tell(person_id: UUID, *, about_id: UUID, code: NoticeCode, reference: UUID | None = None) -> UUID | None:
    """Tell a person: a notice in her centre, and an e-mail if she has an address and wants one.

    Returns the notice's id, None for a person without account, who has no centre to read it in.
    Call it in the transaction of what is told.
    """
    account = people.find_account(person_id)
    if account is None:
        return None
    notice_id = uuid7()
    mail = _decide(person_id, code) if account.email else Mail.NEVER
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into notices_notice"
            " (id, person_id, about_id, code, reference, at, read_at, in_digest, mail_id)"
            " values (%s, %s, %s, %s, %s, %s, null, %s, %s)",
            [notice_id, person_id, about_id, code, reference, clock.now(), mail is Mail.LATER,
             notice_id if mail is Mail.NOW else None],
        )  # fmt: skip
    if mail is Mail.NOW:
        send(account.email, WORDINGS[code], mail_id=notice_id, person_id=person_id)
    if code in URGENT:
        plan_second_channel(notice_id, code, person_id=person_id, mailed=mail is Mail.NOW)
    return notice_id


def gather(person_id: UUID) -> None:
    """Write one e-mail about the unread notices of a person that wait for it; nothing when none does.

    Raises post.TemporaryFailureError while another process decides for the same person.
    """
    if get_preferences(person_id).rhythm is not Rhythm.IMMEDIATE:
        return  # the e-mail of the day takes them
    if not _is_alone(person_id):
        raise post.TemporaryFailureError("un autre processus écrit à cette personne")
    last = _find_last(person_id)
    if last and clock.now() - last < GATHERING:
        if _waits(person_id):
            _plan(person_id, last + GATHERING, once=False)
        return
    send_gathered([person_id])


def send_gathered(person_ids: Sequence[UUID], *, until: datetime | None = None) -> None:
    """Write to each of these persons the e-mail that says how many notices wait, if any does.

    `until`: only of those that came before. In the present transaction.
    """
    mails = {person: uuid7() for person in person_ids}
    for person, count in _take(mails, until).items():
        account = people.find_account(person)
        if account and account.email:
            send(account.email, gathered(count), mail_id=mails[person], person_id=person)
        else:
            _forget_mail(person, mails[person])


def _take(mails: dict[UUID, UUID], until: datetime | None) -> dict[UUID, int]:
    """Take the waiting notices of these persons out of the wait; return how many each is written to about.

    None about a space that she no longer manages: her centre does not show it either.
    """
    spaces = people.list_spaces(list(mails))
    with connection.cursor() as cursor:
        cursor.execute(
            "with taken as (update notices_notice n set in_digest = false, mail_id = case when exists"
            " (select from unnest(%(owners)s::uuid[], %(abouts)s::uuid[]) s (owner, about)"
            " where s.owner = n.person_id and s.about = n.about_id) then m.mail_id end"
            " from unnest(%(persons)s::uuid[], %(mails)s::uuid[]) m (person_id, mail_id)"
            " where n.person_id = m.person_id and n.in_digest and n.read_at is null"
            " and (%(until)s::timestamptz is null or n.at < %(until)s) returning n.person_id, n.mail_id)"
            " select person_id, count(*) from taken where mail_id is not null"
            " group by person_id order by person_id",
            {"owners": [owner for owner, _ in spaces], "abouts": [about for _, about in spaces],
             "persons": list(mails), "mails": list(mails.values()), "until": until},
        )  # fmt: skip
        return dict(cursor.fetchall())


def _forget_mail(person_id: UUID, mail_id: UUID) -> None:
    """No e-mail leaves for who has no address any more: none is said to be on its way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update notices_notice set mail_id = null where person_id = %s and mail_id = %s",
            [person_id, mail_id],
        )


def send(to: str, wording: Wording, *, mail_id: UUID, person_id: UUID) -> None:
    """Write one e-mail about notices. It says nothing of health; its key names it in the delivery log."""
    text = (
        f"Bonjour,\n\n{wording.text}\n\n"
        f"Pour le voir, connectez-vous : {settings.CARNET_BASE_URL}\n\n"
        "Vous pouvez choisir ces messages dans votre espace, page « Avis ».\n"
        "Par sécurité, ce message ne contient aucune information de santé.\n"
        "Besoin d’aide ? Appelez le 3422 (service gratuit + prix d’un appel).\n"
    )
    post.send(
        post.Message(
            channel=post.Channel.EMAIL,
            to=to,
            subject=wording.subject,
            text=text,
            key=f"notice:{mail_id}",
            person_id=person_id,
        )
    )


def _decide(person_id: UUID, code: NoticeCode) -> Mail:
    """Decide on the e-mail of a notice; one that is put off for a few minutes is planned."""
    preferences, now = get_preferences(person_id), clock.now()
    mail = decide_mail(code, preferences, last=None, now=now)
    if mail is not Mail.NOW or code in URGENT | ANSWERS:
        return mail
    alone = _is_alone(person_id)
    last = _find_last(person_id)
    mail = decide_mail(code, preferences, last=last, now=now, alone=alone)
    if mail is Mail.LATER:
        # Who holds the lock keeps what is planned from being done before this notice is there to be seen.
        _plan(person_id, (last or now) + GATHERING, once=alone)
    return mail


def _is_alone(person_id: UUID) -> bool:
    """Say whether no other transaction decides for this person until this one ends. Never waits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, str(person_id)])
        return bool(cursor.fetchone() == (True,))


def _find_last(person_id: UUID) -> datetime | None:
    """Return when the person's latest e-mail, answers apart, was written, as its id tells (RFC 9562, 5.7)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select mail_id from notices_notice where person_id = %s and mail_id is not null"
            " and code <> all(%s) order by mail_id desc limit 1",
            [person_id, [code.value for code in ANSWERS]],
        )
        row = cursor.fetchone()
    return datetime.fromtimestamp((row[0].int >> 80) / 1000, UTC) if row else None


def _waits(person_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from notices_notice"
            " where person_id = %s and in_digest and read_at is null)",
            [person_id],
        )
        return bool(cursor.fetchone() == (True,))


def _plan(person_id: UUID, moment: datetime, *, once: bool) -> None:
    """Have the waiting notices gathered at a moment of the field's time. `once`: one plan for that moment."""
    wait = max(moment - clock.now(), timedelta(0))
    outbox.emit(
        GATHER,
        key=f"{GATHER}:{person_id}:{moment.isoformat()}" if once else f"{GATHER}:{uuid7()}",
        person_id=person_id,
        facts={},
        due_at=clock.real_now() + wait,
    )
