"""One-time codes: bound, short-lived, counted, used once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from carnet.people import api as people
from carnet.people import codes
from tests.people.mail import last_code, sent

pytestmark = pytest.mark.django_db
TO = "claire@exemple.test"


def send(subject="draft-1", purpose="contact", channel="email", to=TO):
    people.send_code(purpose=purpose, subject=subject, channel=channel, to=to, person_id=None)


def check(code, subject="draft-1", purpose="contact"):
    return people.check_code(purpose=purpose, subject=subject, code=code)


def age(seconds):
    """Make every code older."""
    with connection.cursor() as cursor:
        cursor.execute("update people_onetimecode set sent_at = sent_at - %s", [timedelta(seconds=seconds)])


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_is_good_once():
    send()
    code = last_code(TO)
    assert check(f" {code[:3]} {code[3:]} ")
    assert not check(code)


def test_a_code_is_bound_to_its_subject_and_purpose():
    send()
    code = last_code(TO)
    assert not check(code, subject="draft-2")
    assert not check(code, purpose="login")
    assert check(code)


@pytest.mark.parametrize(("seconds", "good"), [(9 * 60, True), (10 * 60 + 1, False)])
def test_a_code_lasts_ten_minutes(seconds, good):
    send()
    age(seconds)
    assert check(last_code(TO)) is good


@pytest.mark.parametrize(("tries", "good"), [(4, True), (5, False)])
def test_a_code_bears_five_tries(tries, good):
    send()
    code = last_code(TO)
    for _ in range(tries):
        assert not check(wrong(code))
    assert check(code) is good


def test_thirty_seconds_between_two_sendings():
    send()
    with pytest.raises(people.TooSoonError) as soon:
        send()
    assert 0 < soon.value.seconds <= 31
    assert len(sent(TO)) == 1
    age(31)
    first = last_code(TO)
    send()
    assert len(sent(TO)) == 2
    if last_code(TO) != first:  # once in a million they are the same
        assert not check(first)
    assert check(last_code(TO))


def test_a_used_code_does_not_make_anybody_wait():
    send()
    assert check(last_code(TO))
    send()
    assert len(sent(TO)) == 2


def test_not_more_than_six_an_hour_for_one_subject():
    for _ in range(6):
        send()
        age(31)
    with pytest.raises(people.TooSoonError) as soon:
        send()
    assert soon.value.seconds > 60
    assert "minutes" in soon.value.message_fr


def test_nobodys_mailbox_is_flooded_from_many_subjects():
    for number in range(20):
        send(subject=f"draft-{number}")
    with pytest.raises(people.TooSoonError):
        send(subject="draft-20")


def test_a_code_by_sms():
    send(channel="sms", to="+33600000001")
    (message,) = sent("+33600000001")
    assert message.channel == "sms"
    assert check(last_code("+33600000001"))


def test_the_code_lies_nowhere_in_clear():
    send()
    code = last_code(TO)
    with connection.cursor() as cursor:
        cursor.execute("select c::text from people_onetimecode c")
        assert code not in cursor.fetchone()[0].replace("-", "")
        cursor.execute("select payload from platform_outbox")
        assert code.encode() not in bytes(cursor.fetchone()[0])


def test_a_forgotten_code_is_no_good():
    send()
    people.forget_code(purpose="contact", subject="draft-1")
    assert not check(last_code(TO))


def test_codes_are_six_digits_whatever_the_chance(monkeypatch):
    monkeypatch.setattr(codes.secrets, "randbelow", lambda _: 7)
    send()
    assert last_code(TO) == "000007"


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_send_one_code():
    """Two codes would both be in the mailbox, and the good one of them be called wrong."""
    answers, together = [], threading.Barrier(4)

    def click():
        try:
            together.wait(10)
            send()
            answers.append("sent")
        except people.TooSoonError:
            answers.append("too soon")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == ["sent", "too soon", "too soon", "too soon"]
    assert len(sent(TO)) == 1
    assert check(last_code(TO))
