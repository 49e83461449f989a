"""Erasure: twenty and more markers of a space, each found before, none after; killed at every step."""

import os
import random
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.enrolment import api as enrolment
from carnet.enrolment import drafts, erasure, messages
from carnet.journal.api import Actor, Purpose, list_lines, write
from carnet.journal.events import EventType
from carnet.people import api as people
from carnet.people import family_mail
from carnet.platform import blobs, clock, crypto, outbox, post
from carnet.platform import erasure as registry
from carnet.platform.ids import uuid7
from carnet.platform.postgres.binaries import client_bin
from carnet.platform.postgres.layout import layout_of
from carnet.platform.postgres.target import resolve
from carnet.platform.pump import hand_over
from carnet.sandbox.mailbox import MailboxAdapter
from tests.conftest import acting_as
from tests.documents.deposits import deposit, header_of, scanned
from tests.enrolment import killed
from tests.enrolment.acts import PASSWORD, as_herself, as_parent, journal_of, notified, posted
from tests.people.register import add_person, matricule_of

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Marked:
    """A person whose space holds markers: `words` that were written, `seals` and hashes as they are stored."""

    person_id: object
    words: dict
    seals: dict


@pytest.fixture
def claire(settings):
    settings.CARNET_ERASURE_DELAY_DAYS = 0
    return fill_space()


def fill_space():
    """Give a person a full space, with a marker in each place."""
    run = uuid4().hex[:8]
    person = add_person(email=f"insurer.{run}@exemple.test")
    words = {name: f"mrq{i:02d}{run}" for i, name in enumerate(WORDS)}
    account = _account(person, words)
    seals = _rows(person, account, words)
    _document(person, words)
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("select wrapped from platform_personkey where person_id = %s", [person])
        seals["person's key"] = bytes(cursor.fetchone()[0])
        cursor.execute("select password_hash, login_key, sealed from people_account where id = %s", [account])
        hashed, login_key, sealed = cursor.fetchone()
        seals |= {"password hash": hashed.encode(), "login key": bytes(login_key), "account": bytes(sealed)}
        cursor.execute("select sealed, unique_key from documents_document where person_id = %s", [person])
        sealed, unique_key = cursor.fetchone()
        seals |= {"document's register": bytes(sealed), "document's key": bytes(unique_key)}
    return Marked(person, words, seals)


WORDS = ("login", "email", "phone", "device", "passkey", "credential", "totp", "pending", "draft", "outbox text",
         "outbox address", "mail subject", "mail text", "mail pdf", "mail address", "notice", "delivery",
         "document title", "document content", "journal", "terms")  # fmt: skip


def _account(person, words):
    code = notified(person)
    assert code
    account = people.create_account(
        person_id=person, login=words["login"], password=PASSWORD, email=f"{words['email']}@exemple.test",
        phone="0612345678", by=as_herself(person),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("delete from platform_outbox where person_id = %s", [person])
        cursor.execute(
            "update enrolment_space set state = 'activated', activated_at = now(), terms_version = %s"
            " where person_id = %s",
            [words["terms"], person],
        )
    return account


def _rows(person, account, words):
    key = crypto.get_key(person)
    seals = {
        "totp": key.seal("totp", words["totp"].encode()),
        "pending": crypto.seal_system("pending:x", words["pending"].encode()),
    }
    device = uuid7()
    with connection.cursor() as cursor:
        cursor.execute("update people_account set totp_sealed = %s where id = %s", [seals["totp"], account])
        cursor.execute(
            "insert into people_device (id, account_id, token_key, label, first_seen_at, last_seen_at)"
            " values (%s, %s, %s, %s, now(), now())",
            [device, account, os.urandom(16), words["device"]],
        )
        cursor.execute(
            "insert into people_passkey (id, account_id, credential_id, public_key, sign_count, label, created_at)"
            " values (%s, %s, %s, %s, 0, %s, now())",
            [uuid7(), account, words["credential"].encode(), b"k", words["passkey"]],
        )
        cursor.execute(
            "insert into people_pending (id, token_key, purpose, owner_id, sealed, expires_at)"
            " values (%s, %s, 'x', %s, %s, now())",
            [uuid7(), os.urandom(16), person, seals["pending"]],
        )
        cursor.execute(
            "insert into people_representation (id, person_id, representative_id, origin, state, invited_by, since)"
            " values (%s, %s, %s, 'invited', 'accepted', %s, now())",
            [uuid7(), person, uuid7(), person],
        )
        cursor.execute(
            "insert into notices_notice (id, person_id, about_id, code, reference, at, read_at)"
            " values (%s, %s, %s, %s, null, now(), null)",
            [uuid7(), uuid7(), person, words["notice"]],
        )
        cursor.execute(
            "insert into notices_delivery (id, person_id, channel, key, at, outcome)"
            " values (%s, %s, 'email', %s, now(), 'sent')",
            [uuid7(), person, words["delivery"]],
        )
        cursor.execute("select code_key from enrolment_provisionalcode where person_id = %s", [person])
        seals["code"] = bytes(cursor.fetchone()[0])
    token = people.sessions.start(account_id=account, device_id=device, method="email")
    seals["session"] = people.sessions.token_key(token)
    _messages(person, words)
    draft = drafts.create_draft(person_id=person, holder_id=person, code_id=None, kind="activate")
    drafts.change_draft(draft, "activate", version=1, login=words["draft"])
    with connection.cursor() as cursor:
        cursor.execute("select sealed from enrolment_draft where person_id = %s", [person])
        seals["draft"] = bytes(cursor.fetchone()[0])
        cursor.execute("select payload from platform_outbox where person_id = %s", [person])
        seals["outbox"] = bytes(cursor.fetchone()[0])
    write(EventType.LOGGED_IN, person_id=person, by=as_herself(person), purpose=Purpose.MANAGE,
          personal={"device": words["journal"]})  # fmt: skip
    seals["token"] = draft.encode()
    return seals


def _messages(person, words):
    from django.db import transaction

    waiting = post.Message(post.Channel.EMAIL, f"{words['outbox address']}@x.test", "s", words["outbox text"],
                           f"k{uuid4()}", person)  # fmt: skip
    with transaction.atomic():
        post.send(waiting)
    MailboxAdapter().deliver(
        post.Message(post.Channel.LETTER, words["mail address"], words["mail subject"], words["mail text"],
                     f"m{uuid4()}", person, pdf=words["mail pdf"].encode())
    )  # fmt: skip


def _document(person, words):
    deposit(
        scanned(person, media_type="text/plain", data=f"texte {words['document content']}".encode(),
                title=words["document title"])
    )  # fmt: skip
    assert header_of(person).patient.ins == matricule_of(person)


# -- found before


def found_before(marked):
    """Return the names of the markers that somebody who may can read, on a page or by decrypting."""
    person, words = marked.person_id, marked.words
    card = people.find_account(person)
    texts = {"login": card.login, "email": card.email}
    with access.open(person, by=as_herself(person), purpose=Purpose.CONSULT) as a:
        titles = [(document.id, document.title) for document in documents.list_recent(a)]
        texts["journal"] = str([line.personal for line in list_lines(person, key=a.key())])
    texts["document title"] = str(titles)
    texts["document content"] = str(documents.open_document(person, titles[0][0], by=as_herself(person)))
    texts |= _rows_before(marked)
    texts["totp"] = crypto.get_key(person).open("totp", marked.seals["totp"]).decode()
    texts["pending"] = crypto.open_system("pending:x", marked.seals["pending"]).decode()
    texts["draft"] = drafts.get_draft(marked.seals["token"].decode(), "activate").login
    waiting = [message for message in posted(person) if message.text == words["outbox text"]]
    texts["outbox text"], texts["outbox address"] = waiting[0].text, waiting[0].to
    return {name for name, text in texts.items() if words.get(name, "") in text}


def _rows_before(marked):
    queries = {
        "device": "select label from people_device",
        "passkey": "select label from people_passkey",
        "credential": "select encode(credential_id, 'escape') from people_passkey",
        "mail subject": "select subject from sandbox_mail",
        "mail text": "select text from sandbox_mail",
        "mail pdf": "select encode(pdf, 'escape') from sandbox_mail where pdf is not null",
        "mail address": 'select "to" from sandbox_mail',
        "notice": "select code from notices_notice",
        "delivery": "select key from notices_delivery",
        "terms": "select terms_version from enrolment_space",
    }
    texts = {}
    with connection.cursor() as cursor:
        for name, query in queries.items():
            cursor.execute(query)
            texts[name] = str(cursor.fetchall())
    return texts


# -- and where it is looked for afterwards


def dump():
    """Return everything that a dump as the loader holds."""
    target = resolve(os.environ, django_settings.CARNET_HOME)
    connection.ensure_connection()
    tool = client_bin(connection.connection.info.server_version) / "pg_dump"
    conninfo = target.conninfo("loader", connection.settings_dict["NAME"])
    return subprocess.run([tool, "--data-only", conninfo], capture_output=True, check=True).stdout


def files_holding(needles):
    """Return the files of the data folder, blobs, logs and letters that hold one of these bytes."""
    home = django_settings.CARNET_HOME
    folders = [layout_of(home).data, django_settings.CARNET_BLOBS, home / "log", home / "letters"]
    held = []
    for folder in folders:
        for root, _, names in os.walk(folder):
            for name in names:
                held += _holding(Path(root, name), needles)
    return held


def _holding(path, needles):
    try:
        content = path.read_bytes()
    except FileNotFoundError:  # the server removes files at its own pace
        return []
    return [(path, needle) for needle in needles if needle in content]


def erase(person):
    enrolment.close(person, by=as_herself(person), erase=True)
    with acting_as("carnet_loader"):
        return erasure.execute_due(clock.today())


def test_twenty_markers_found_the_day_before_and_none_after(claire):
    person, words = claire.person_id, claire.words
    assert len(words) >= 20
    assert found_before(claire) == set(words) - {"phone"}
    words["phone"] = "+33612345678"
    before = dump()
    in_clear = {
        "device",
        "passkey",
        "mail subject",
        "mail text",
        "mail address",
        "notice",
        "delivery",
        "terms",
    }
    assert all(words[name].encode() in before for name in in_clear)
    hexed = {name: seal.hex().encode() for name, seal in claire.seals.items() if name != "token"}
    assert all(hexed[name] in before for name in hexed if name != "password hash")
    assert files_holding([words["mail text"].encode()])  # the way of looking finds

    assert erase(person) == 1

    after = dump()
    assert [name for name, word in words.items() if word.encode() in after] == []
    assert [name for name, seal in hexed.items() if seal in after or claire.seals[name] in after] == []
    assert claire.seals["password hash"] not in after
    needles = [word.encode() for word in words.values()] + list(claire.seals.values())
    assert files_holding(needles) == []
    assert list(blobs.store().names(person)) == []
    assert crypto.find_key(person) is None


@pytest.mark.parametrize("elsewhere", [False, True])
def test_no_table_is_rewritten_while_somebody_still_sees_the_rows(elsewhere):
    """VACUUM FULL copies what an older snapshot may see: a dump, a slow report, a writer of another database."""
    target = resolve(os.environ, django_settings.CARNET_HOME)
    connection.ensure_connection()
    name = "postgres" if elsewhere else connection.settings_dict["NAME"]
    other = psycopg.connect(target.conninfo("owner", name))
    if elsewhere:
        other.execute("select pg_current_xact_id()")
    else:
        other.execute("set transaction isolation level repeatable read")
        other.execute("select count(*) from people_person")
    ended = []

    def end():
        ended.append(True)
        other.rollback()

    timer = threading.Timer(1.0, end)
    timer.start()
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        erasure._wait_for_older_snapshots(cursor)
    assert ended
    timer.join()
    other.close()


def test_what_stays_the_register_the_mark_and_the_bare_history(claire):
    person = claire.person_id
    lines = len(journal_of(person))
    erase(person)
    space = enrolment.find_space(person)
    assert (space.state, space.no_contact) == ("erased", True)
    cleared = (
        "notified_on",
        "activated_at",
        "closed_at",
        "archive_until",
        "erasure_due_on",
        "erasure_began_at",
    )
    assert [name for name in cleared if getattr(space, name) is not None] == []
    assert space.terms_version == ""
    assert people.get_person(person).display_name == "Claire MARTIN"
    history = journal_of(person)
    assert len(history) > lines
    assert history[-1][0] == "enrolment.erased"
    told = posted()[-1]
    assert told.to.startswith("insurer.")
    assert told.person_id is None
    assert people.find_account(person) is None
    with pytest.raises(enrolment.TransitionRefused) as refused:
        enrolment.notify(person, by=Actor.system())
    assert refused.value.rule == "not_from_erased"
    assert enrolment.open_silent_spaces(clock.today()) == 0
    with acting_as("carnet_loader"):
        assert erasure.execute_due(clock.today()) == 0


def test_she_may_ask_for_a_space_again_and_it_is_empty(claire):
    from tests.enrolment.acts import activate, code_of

    person = claire.person_id
    erase(person)
    enrolment.reissue_by_support(person, by=Actor.system())
    activate(person, code_of(posted(person)[-1]), login="claire.again", email="again@exemple.test")
    space = enrolment.find_space(person)
    assert (space.state, space.no_contact) == ("activated", False)
    with access.open(person, by=as_herself(person), purpose=Purpose.CONSULT) as a:
        assert documents.list_recent(a) == []
        old = [line for line in list_lines(person, key=None) if line.event is EventType.DOCUMENT_DEPOSITED]
    assert old  # that there was a deposit stays; what it was is unreadable


def test_a_space_that_is_not_due_or_was_cancelled_is_left_alone(claire, settings):
    person = claire.person_id
    settings.CARNET_ERASURE_DELAY_DAYS = 30
    enrolment.close(person, by=as_herself(person), erase=True)
    with acting_as("carnet_loader"):
        assert erasure.execute([person]) == 0
        enrolment.cancel_erasure(person, by=as_herself(person))
        assert erasure.execute([person]) == 0
    assert people.find_account(person) is not None


def test_links_given_by_the_insurer_stay(claire):
    person = claire.person_id
    leo = add_person(given_names="LEO", birth_date=clock.today(), attached_to=person)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into enrolment_space (person_id, state, since, channel, no_contact, documents_masked,"
            " emergency_access, samu_access, emergency_masked, terms_version, version)"
            " values (%s, 'activated', now(), '', false, false, true, true, false, '', 1)",
            [leo],
        )
    enrolment.close(leo, by=as_parent(person), erase=True)
    with acting_as("carnet_loader"):
        assert erasure.execute_due(clock.today()) == 1
    assert people.find_relation(leo, person) == "representative"


def test_no_letter_tells_the_deceased_of_the_erasure(claire):
    person = claire.person_id
    enrolment.close(person, by=as_herself(person), erase=True)
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set died_on = %s where id = %s", [clock.today(), person])
        assert erasure.execute_due(clock.today()) == 1
    assert enrolment.find_state(person) == "erased"
    assert [message for message in posted() if "Effacement terminé" in message.subject] == []


def test_what_she_was_told_of_her_child_goes_with_her_address(claire):
    """A message about the child's space stands in the mailbox at the address of the mother's account."""
    person = claire.person_id
    leo = add_person(given_names="LEO", birth_date=clock.today(), attached_to=person)
    child_card, address = people.get_person(leo), f"{claire.words['email']}@exemple.test"
    with transaction.atomic():
        messages.tell_account(person, "reopened", "Espace santé rouvert", about=child_card)
        family_mail.tell_accepted(person, about=child_card)
    while hand_over("app"):
        pass
    assert address.encode() in dump()
    erase(person)
    assert address.encode() not in dump()


def test_a_message_that_is_being_handed_over_is_erased_with_what_it_becomes(claire):
    with transaction.atomic():
        outbox.emit("post", key="late", facts={}, person_id=claire.person_id)
    taken, ended = threading.Event(), threading.Event()

    def hand_over_slowly():
        with acting_as("carnet_app"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select 1 from platform_outbox where key = 'late' for update")
            taken.set()
            ended.wait(1)  # the erasure begins meanwhile
            cursor.execute(
                'insert into sandbox_mail (id, at, channel, "to", subject, text, person_id, key)'
                " values (%s, now(), 'email', 'a@exemple.test', '', '', %s, 'late')",
                [uuid7(), claire.person_id],
            )
            cursor.execute("delete from platform_outbox where key = 'late'")
        connection.close()

    pump = threading.Thread(target=hand_over_slowly)
    pump.start()
    assert taken.wait(10)
    erase(claire.person_id)
    pump.join()
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from sandbox_mail where key = 'late'")
        assert cursor.fetchone() == (0,)


def test_every_table_of_a_space_is_declared():
    """A table that names a person and that no room declares would outlive an erasure."""
    stays = {"journal", "enrolment_space", "platform_personkey", "people_address", "people_card", "people_contact",
             "people_insindex", "people_registerline", "people_registerload"}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid"
            " where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace"
            " and a.attname in ('person_id', 'owner_id', 'about_id', 'account_id')"
        )
        found = {name for (name,) in cursor.fetchall()}
    assert found - stays <= set(registry.list_tables())


# -- killed

POINTS = [
    (name, after)
    for name in ("begin", "drop_messages", "delete_rows", "destroy_key", "delete_blobs", "rewrite", "finish")
    for after in (False, True)
]


def test_killed_at_any_step_it_is_taken_up_again(claire):
    long = bool(os.environ.get("CARNET_LONG"))
    act = "from carnet.enrolment.erasure import execute_due; from carnet.platform import clock; execute_due(clock.today())"
    marked = claire
    for name, after in POINTS if long else random.sample(POINTS, 2):
        person = marked.person_id
        enrolment.close(person, by=as_herself(person), erase=True)
        process = killed.start(act, role="loader", module="carnet.enrolment.erasure", name=name, after=after)
        assert killed.finish(process) == -9, (name, after)
        if name != "begin" and not (name == "finish" and after):
            with pytest.raises(enrolment.TransitionRefused) as refused:
                enrolment.cancel_erasure(person, by=as_herself(person))
            assert refused.value.rule == "erasure_begun"
        assert killed.finish(killed.start(act, role="loader")) == 0
        assert enrolment.find_state(person) == "erased"
        assert [line[0] for line in journal_of(person)].count("enrolment.erased") == 1
        content = dump()
        assert [word for word in marked.words.values() if word.encode() in content] == [], (name, after)
        assert list(blobs.store().names(person)) == []
        marked = fill_space()


def test_the_outbox_can_be_read_by_nobody_without_the_keys(claire):
    with connection.cursor() as cursor:
        cursor.execute("select payload from platform_outbox where person_id = %s", [claire.person_id])
        sealed = bytes(cursor.fetchone()[0])
    assert claire.words["outbox text"].encode() not in sealed
    assert outbox.read_payload(sealed)["text"] == claire.words["outbox text"]
