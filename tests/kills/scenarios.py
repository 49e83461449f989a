"""What the processes do until they are killed. Each says what it has acknowledged, as it goes.

They run under the sandbox's settings, logged in as the role that does this work in production.
"""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

Say = Callable[[object], None]


def load_register(say: Say, *, path: str, batch: int) -> None:
    """`carnet persons load`, by small batches. Says the last line of each batch that is in."""
    from carnet.people.register import loading

    loading.BATCH = batch
    summary = loading.load(Path(path), progress=lambda _share, line: say(line))
    say(f"done {summary.accepted} {summary.rejected}")


def load_histories(say: Say, *, path: str, piece: int) -> None:
    """`carnet histories load`, by small pieces. Says the share of the persons who are fed."""
    from carnet.histories import loading

    loading.PIECE = piece
    summary = loading.load(
        Path(path), progress=lambda phase, share: say(round(share * 1000)) if phase == "feed" else None
    )
    say(f"done {summary.rejected}")


def activate(say: Say, *, person: str, code: str, login: str, email: str, address: str) -> None:
    """The three screens of an activation, as somebody who begins again at the first one. Says each."""
    from carnet.enrolment import api as enrolment
    from tests.enrolment.acts import PASSWORD, confirm, facts

    try:
        token = enrolment.start_activation(**facts(UUID(person), code, address=address))
    except (enrolment.ProofRefused, enrolment.ActivationRefused) as refused:
        say(f"refused {refused.rule}")
        return
    say("who")
    draft = confirm(token, email=email)
    say("contacts")
    draft = enrolment.set_credentials(token, version=draft.version, login=login, password=PASSWORD)
    say("credentials")
    choices = enrolment.Choices(documents_masked=True)
    enrolment.finish_activation(token, version=draft.version, terms_accepted=True, choices=choices)
    say("activated")


def open_silent(say: Say) -> None:
    """The day's jobs of carnet_batch, the opening of silent spaces among them."""
    from carnet.platform import daily

    say(f"ran {daily.run_due('batch')}")


def deposit(say: Say, *, paths: list[str], structure: str) -> None:
    """Several deposits, one after the other. Says the id of each and whether it was there."""
    from carnet.documents import api as documents
    from carnet.journal.api import Actor, ActorKind

    for path in paths:
        by = Actor(ActorKind.HEALTHCARE_FACILITY, structure=structure)
        done = documents.deposit(Path(path).read_bytes(), structure=structure, by=by)
        say(f"{done.document_id} {'already' if done.already else 'added'}")


def submit(say: Say, *, paths: list[str], structure: str, lot: str, person: str) -> None:
    """One sending of two CDA documents and a file, in a set. Says the ids once it is acknowledged."""
    from carnet.documents import api as documents
    from carnet.journal.api import Actor, ActorKind
    from tests.documents import sending

    first, file, last = paths
    sent = [
        sending.cda(UUID(person), 1), sending.file(UUID(person), 2, data=Path(file).read_bytes()),
        sending.cda(UUID(person), 3),
    ]  # fmt: skip
    assert [sent[0].data, sent[2].data] == [Path(first).read_bytes(), Path(last).read_bytes()]
    by = Actor(ActorKind.HEALTHCARE_FACILITY, structure=structure)
    receipt = documents.submit(sent, by=by, submission=sending.a_set(lot))
    say(" ".join(str(one.document_id) for one in receipt.deposited))


def erase(say: Say, *, person: str) -> None:
    """The erasure of a space that is due."""
    from carnet.enrolment import erasure

    say(f"erased {erasure.execute([UUID(person)])}")


def pump_to_mailbox(say: Say, **_case: str) -> None:
    """The pump of carnet_app, until nothing is ready. Says after each batch."""
    from carnet.platform import pump

    pump.mark_orphans("app")
    while pump.hand_over("app"):
        say("batch")


def write_digest(say: Say, *, day: str, batch: int) -> None:
    """The daily job of notices, then the pump, by small batches. Says after each hand-over."""
    from datetime import date

    from carnet.notices import digest

    digest.BATCH = batch
    say(f"planned {digest.plan(date.fromisoformat(day))}")
    pump_to_mailbox(say)


def pump_to_relay(say: Say, *, url: str, **_case: str) -> None:
    """The same with e-mails that leave by SMTP."""
    from django.conf import settings

    from carnet.notices.post_events import record
    from carnet.platform import outbox, post

    settings.CARNET_POST = "carnet.platform.smtp.SmtpAdapter"
    settings.CARNET_SMTP_URL = url
    post.adapter.cache_clear()
    del outbox.handlers[post.TOPIC]
    outbox.handles(post.TOPIC, transactional=post.adapter().transactional, settled=record)(
        lambda event: post.adapter().deliver(post.from_event(event))
    )
    pump_to_mailbox(say)


def prepare_copy(say: Say, *, copy: str) -> None:
    """The preparation of a copy, cut into many small blobs. Says it once it is ready."""
    from carnet.exports import queries, stream
    from carnet.exports.preparing import prepare

    stream.CHUNK_BYTES = 3000
    prepare(UUID(copy))
    found = queries.find(UUID(copy))
    say(found.state if found else "gone")


# -- for the tests of the driver itself


def write_rows(say: Say, *, name: str, early: bool = False) -> None:
    """Five rows, each in its transaction. `early`: says them before they are committed, which is a fault."""
    from datetime import date, timedelta

    from django.db import connection, transaction

    for number in range(5):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "insert into platform_dailyrun (name, day, done_at) values (%s, %s, now()) on conflict do nothing",
                [name, date(2026, 1, 1) + timedelta(days=number)],
            )
            if early:
                say(number)
        if not early:
            say(number)


def fail(_say: Say) -> None:
    """Break."""
    raise RuntimeError("broken on purpose")


def add_files(say: Say, *, person: str, paths: list[str], day: str) -> None:
    """A person's file, then photographs merged into one document. Says the id of each."""
    from datetime import date

    from carnet.documents import api as documents
    from carnet.journal.api import Actor, ActorKind
    from carnet.terminology.api import Category

    facts = {
        "by": Actor(ActorKind.PATIENT, UUID(person)), "category": Category.REPORTS,
        "day": date.fromisoformat(day), "masked": False,
    }  # fmt: skip
    file, *photos = (Path(path).read_bytes() for path in paths)
    say(documents.add_file(UUID(person), data=file, filename="a.pdf", title="Fichier", **facts).document_id)
    say(documents.add_photos(UUID(person), photos=photos, title="Photos", **facts).document_id)


def enter_by_code(say: Say, *, code: str, professional: str, situation: str, structure: str) -> None:
    """A professional types the code that a person shows her. Says whether she is in."""
    from carnet.access import api as access
    from carnet.journal.api import Actor, ActorKind

    by = Actor(
        ActorKind.HEALTHCARE_PROFESSIONAL, UUID(professional), structure, role="10", situation=situation,
        authentication="psc",
    )  # fmt: skip
    try:
        access.enter_by_code(code, by=by)
    except access.EntryRefused as refused:
        say(f"refused {refused.rule}")
    else:
        say("in")


def enter_emergency(say: Say, *, person: str, professional: str, situation: str, structure: str) -> None:
    """A doctor breaks the glass, then the notices leave. Says the id of the access."""
    from carnet.access import api as access
    from carnet.journal.api import Actor, ActorKind
    from carnet.platform import pump

    by = Actor(
        ActorKind.HEALTHCARE_PROFESSIONAL, UUID(professional), structure, role="10", situation=situation,
        authentication="psc",
    )  # fmt: skip
    say(access.enter_emergency(UUID(person), by=by, reason="Inconsciente, traitement inconnu.").id)
    while pump.hand_over("app"):
        pass


def vaccinate(say: Say, *, person: str, professional: str, place: str, path: str, forms: list[str]) -> None:
    """A professional brings a file, then records a vaccination: note and line. Says the id of each."""
    from datetime import date

    from carnet.directory import api as directory
    from carnet.documents import api as documents
    from carnet.platform import clock
    from carnet.profile import api as profile
    from carnet.standards.cda.vaccination import Vaccination, write_vaccination_note

    card, where = directory.find_professional(UUID(professional)), directory.find_place(UUID(place))
    assert card is not None
    assert where is not None
    by = directory.actor_of(card, where, authentication="psc")
    writer, day = documents.Writer(card, where), date(2026, 1, 5)
    letter, note = (
        documents.Brought(
            title=title, type_code=code, acted_on=day, setting="AMBULATOIRE", form_id=UUID(form)
        )
        for title, code, form in zip(("Lettre", "Vaccination"), ("11488-4", "87273-9"), forms, strict=True)
    )
    data = Path(path).read_bytes()
    say(
        documents.deposit_file(
            UUID(person), by=by, writer=writer, brought=letter, data=data, filename="a.pdf"
        ).document_id
    )
    injection = Vaccination(vaccine="Rage", at=clock.now(), diseases="")

    def write_line(a: object, done: documents.Deposited) -> None:
        profile.record_professional_entry(
            a, rubric=profile.Rubric.VACCINATIONS, values={"name": "Rage", "date": "2026-01-05"},
            structure=by.structure, links=[(profile.LinkKind.DOCUMENT, done.document_id)],
        )  # fmt: skip

    try:
        done = documents.deposit_made(
            UUID(person), by=by, writer=writer, brought=note, then=write_line,
            make=lambda header: write_vaccination_note(header, [injection]),
        )  # fmt: skip
    except documents.DepositRefused as refused:  # made again it has another hour in it: it is there already
        if refused.code is not documents.Code.DUPLICATE:
            raise
        say("there")
    else:
        say(done.document_id)


def load_annuaire(say: Say, *, paths: list[str], batch: int) -> None:
    """`carnet directory load`, by small batches. Says how many resources each batch read."""
    from carnet.directory import annuaire

    annuaire.BATCH = batch
    done = annuaire.load([Path(path) for path in paths], progress=say)
    say(f"done {done.counts.get('rejected', 0)}")
