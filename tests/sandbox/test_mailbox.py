"""The sandbox's mail, clock and personas, as pages."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from carnet.platform import clock, post
from carnet.platform.post import Channel, Message
from carnet.platform.pump import hand_over
from carnet.platform.tasks import move_clock
from carnet.sandbox import mailbox, moving

PERSON = uuid4()


def send(key, **changes):
    facts = {
        "channel": Channel.EMAIL,
        "to": "zoe@exemple.test",
        "subject": "Votre code <b>",
        "text": "Bonjour,\nallez sur http://localhost:8000/activer/ & lisez.",
        "person_id": PERSON,
    } | changes
    with transaction.atomic():
        post.send(Message(key=key, **facts))
    while hand_over("app"):
        pass


def deliveries():
    with connection.cursor() as cursor:
        cursor.execute("select key, channel, outcome, person_id from notices_delivery order by key")
        return cursor.fetchall()


@pytest.mark.django_db
def test_a_message_lands_once_and_leaves_a_line_without_its_address():
    send("k1")
    send("k1")
    (mail,) = mailbox.list_mail()
    assert (mail.to, mail.subject, mail.person_id) == ("zoe@exemple.test", "Votre code <b>", PERSON)
    assert deliveries() == [("k1", "email", "sent", PERSON)]


@pytest.mark.django_db
def test_mail_is_found_by_address_person_and_words():
    send("k1")
    send(
        "k2",
        to="1 rue des Lilas\n75000 Paris",
        channel=Channel.LETTER,
        subject="50_% de plus",
        person_id=uuid4(),
    )
    assert [mail.channel for mail in mailbox.list_mail()] == ["letter", "email"]
    assert [mail.channel for mail in mailbox.list_mail(to="zoe@exemple.test")] == ["email"]
    assert [mail.channel for mail in mailbox.list_mail(person_id=PERSON)] == ["email"]
    assert [mail.channel for mail in mailbox.list_mail(search="LILAS paris")] == ["letter"]
    assert [mail.channel for mail in mailbox.list_mail(search="50_%")] == ["letter"]
    assert mailbox.list_mail(search="_____________________________________________________") == []
    first = mailbox.list_mail(limit=1)[0]
    assert [mail.channel for mail in mailbox.list_mail(before=first.id)] == ["email"]
    assert dict(mailbox.list_addresses()) == {"zoe@exemple.test": 1, "1 rue des Lilas\n75000 Paris": 1}


@pytest.mark.django_db
def test_the_pages_show_the_mail_with_its_link_and_its_pdf(client):
    send("k1", pdf=b"%PDF-1.7 a letter")
    mail = mailbox.list_mail()[0]
    listing = client.get("/bac-a-sable/courrier/").content.decode()
    assert "Votre code &lt;b&gt;" in listing
    page = client.get(f"/bac-a-sable/courrier/{mail.id}/").content.decode()
    assert '<a href="http://localhost:8000/activer/"' in page
    assert "&amp; lisez" in page
    pdf = client.get(f"/bac-a-sable/courrier/{mail.id}.pdf")
    assert (pdf.content, pdf["Content-Type"]) == (b"%PDF-1.7 a letter", "application/pdf")


@pytest.mark.django_db
def test_what_is_not_there_is_not_found(client):
    send("k1")
    mail = mailbox.list_mail()[0]
    for path in (
        f"courrier/{uuid4()}/",
        f"courrier/{uuid4()}.pdf",
        f"courrier/{mail.id}.pdf",
        "courrier/?avant=x",
    ):
        assert client.get(f"/bac-a-sable/{path}").status_code == 404
    assert (
        "Aucun message ne correspond" in client.get("/bac-a-sable/courrier/?q=introuvable").content.decode()
    )


@pytest.mark.django_db
def test_a_long_mailbox_is_paged(client):
    for number in range(55):
        send(f"k{number}", subject=f"Message {number:02}")
    first = client.get("/bac-a-sable/courrier/")
    assert "Message 54" in first.content.decode()
    assert "Message 04" not in first.content.decode()
    second = client.get("/bac-a-sable/courrier/" + first.context["next"])
    assert "Message 04" in second.content.decode()
    assert second.context["next"] == ""


@pytest.mark.django_db
def test_the_clock_page_asks_for_a_move_and_shows_it_under_way(client):
    today = clock.today()
    calm = client.get("/bac-a-sable/horloge/")
    assert f"{today.year}" in calm.content.decode()
    assert "Refresh" not in calm
    assert client.post("/bac-a-sable/horloge/", {"days": "42"}).status_code == 302
    move = moving.read_move()
    assert (move.target, move.days_left) == (today + timedelta(days=42), 42)
    page = client.get("/bac-a-sable/horloge/")
    assert page["Refresh"] == "2"
    assert "Encore 42 jours" in page.content.decode()


@pytest.mark.django_db
def test_a_date_may_be_chosen_but_only_ahead_and_not_too_far(client):
    def ask(day):
        return client.post(
            "/bac-a-sable/horloge/", {"day_day": day.day, "day_month": day.month, "day_year": day.year}
        )

    today = clock.today()
    assert "futur" in ask(today).content.decode()
    assert "Choisissez un jour avant le" in ask(today + timedelta(days=9000)).content.decode()
    assert moving.read_move().target is None
    assert ask(today + timedelta(days=3)).status_code == 302
    assert moving.read_move().target == today + timedelta(days=3)


@pytest.mark.django_db
def test_a_move_that_stopped_says_on_what():
    today = clock.today()
    move_clock.defer(to=(today + timedelta(days=3)).isoformat())
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed'")
    assert "journal.months" in moving.read_move().stuck
    assert moving.read_move().target is None


@pytest.mark.django_db
def test_moving_the_clock_is_never_done_from_another_site():
    assert Client(enforce_csrf_checks=True).post("/bac-a-sable/horloge/", {"days": "1"}).status_code == 403


@pytest.mark.django_db
def test_the_index_and_the_personas_are_shown(client):
    assert "Horloge" in client.get("/bac-a-sable/").content.decode()
    page = client.get("/bac-a-sable/personnages/").content.decode()
    assert "Claire VAUCELIER" in page
    assert "Sable-vermeil-7!" in page


def test_none_of_it_exists_in_production():
    from carnet.config.urls import urlpatterns

    assert not any("bac-a-sable" in str(pattern.pattern) for pattern in urlpatterns)
