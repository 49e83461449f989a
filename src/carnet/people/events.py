"""What happens behind an answer that must not tell whether an account exists.

The pages emit the same event for every identifier; here, out of sight, it meets the account or nobody.
"""

from datetime import timedelta

from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.people import accounts, alerts, families, recovery
from carnet.people.login import REFUSED_TOPIC
from carnet.platform import erasure
from carnet.platform.limits import Limit
from carnet.platform.outbox import Event, handles

_OF_ACCOUNT = f"account_id in (select id from people_account where owner_id = {erasure.PERSON})"  # noqa: S608 - own text
erasure.register(
    "people",
    tables=[
        ("people_session", _OF_ACCOUNT),
        ("people_device", _OF_ACCOUNT),
        ("people_passkey", _OF_ACCOUNT),
        ("people_franceconnectlink", _OF_ACCOUNT),
        ("people_account", "owner_id"),
        ("people_pending", "owner_id"),
        # what the insurers or a court say of her representatives is no part of her space
        ("people_representation", f"person_id = {erasure.PERSON} and origin = 'invited'"),
    ],
)

_FAILURES = Limit("login-failures", most=9, window=timedelta(hours=24))


@handles(REFUSED_TOPIC, transactional=True)
def record_refused_login(event: Event) -> None:
    """Write a refused login to its owner's journal; after the tenth of a day, tell her."""
    card = accounts.find_by_login_key(bytes.fromhex(event.facts["login_key"]))
    if card is None:
        return
    write(EventType.LOGIN_REFUSED, person_id=card.owner_id, by=Actor.system(), purpose=Purpose.MANAGE,
          allowed=False, reason="wrong_password", personal={"device": event.facts["device"]})  # fmt: skip
    if not _FAILURES.hit(str(card.id)):
        alerts.tell_failures(card)


@handles(recovery.PASSWORD_ASKED, transactional=True)
def send_password_link(event: Event) -> None:
    """Send the link by which a lost password is replaced, to the contact of the account."""
    card = accounts.find_by_login_key(bytes.fromhex(event.facts["login_key"]))
    if card is not None:
        recovery.send_password_link(card)


@handles(recovery.LOGIN_ASKED, transactional=True)
def send_login(event: Event) -> None:
    """Send a forgotten identifier to the contact of the account, if INS and card were right."""
    recovery.send_login(str(event.facts["matricule"]), str(event.facts["serial"]))


@handles(families.INVITED, transactional=True)
def deliver_invitation(event: Event) -> None:
    """Let the invitation of a second representative reach whom it describes, or nobody."""
    families.deliver_invitation(event)
