"""The rules of identifiers, passwords and contacts (facts/mes.md 1.6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.people import credentials
from carnet.people.credentials import (
    CredentialError,
    check_login_rules,
    check_password_rules,
    fold_email,
    fold_phone,
    suggest,
)

ALLOWED = "0123456789abcdefghijklmnopqrstuvwxyz_.-"
PERSONAL = ["D’Arc-Lefèvre", "", "Jeanne Léa", "1980-05-17"]


@pytest.mark.parametrize(
    ("login", "good"),
    [
        ("claire.martin", True),
        ("a" * 8, True),
        ("a" * 7, False),
        ("a" * 100, True),
        ("a" * 101, False),
        ("claire_m-48", True),
        ("Claire.Martin", True),  # kept in lower case
        ("clairé.martin", False),
        ("claire martin", False),
        ("claire@martin", False),
        ("280053155500143", False),  # a social security number
        ("2800531555001", False),  # without its key
        ("2.80.05.31.555.001.43", False),
        ("18001".ljust(5) + "2a004123", False),  # Corsica
        ("280133155500143", True),  # no thirteenth month: not a number of that kind
        ("fr7630001007941234567890185", False),
        ("fr76-3000-1007", False),
        ("fr4630001007941234567890185", False),
        ("fredericmartin", True),
    ],
)
def test_identifiers(login, good):
    assert (check_login_rules(login) == []) is good


@given(st.text(alphabet=ALLOWED, min_size=8, max_size=100))
def test_an_identifier_of_the_right_characters_fails_only_as_a_number(login):
    wrong = check_login_rules(login)
    compact = login.translate({ord(c): None for c in "_.-"})
    if not compact.startswith("fr") and sum(c.isdigit() for c in compact) < 12:
        assert wrong == []
    assert all("numéro" in message for message in wrong)


@given(st.text(min_size=1))
def test_any_text_is_judged(text):
    if not all(c in ALLOWED for c in text.strip().lower()):
        assert check_login_rules(text)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Tournesol-7-brume", None),
        ("Xk7!pwqzv", None),
        ("Xk7!pwqz", "9 caractères"),
        ("XK7!PWQZV", "minuscule"),
        ("xk7!pwqzv", "majuscule"),
        ("Xkz!pwqzv", "chiffre"),
        ("Xk7apwqzv", "spécial"),
        ("Xk7 pwqzv", "spécial"),  # a space is not one
        ("Jeanne-4821!x", "votre nom"),
        ("jEaNnE?4821x", "votre nom"),
        ("Xy7!lefevre", "votre nom"),
        ("Xy7!Léa-qwzv", "votre nom"),
        ("Zq!17051980x", "date de naissance"),
        ("Zq!1980-05-17x", "date de naissance"),
        ("Zq!17/05/80xx", "date de naissance"),
        ("Soleil-4821!", "« soleil »"),
        ("MotDePasse1!", "« motdepasse »"),
        ("P@ssw0rd-123", None),  # not a word as it is written; its length and shape are what is asked for
        ("Chocolat2026!", "« chocolat »"),
        ("Qwerty123456!", "« qwerty »"),
        ("a" * 998 + "A1!", "au plus 1000"),
    ],
)
def test_passwords(password, said):
    wrong = " ".join(check_password_rules(password, personal=PERSONAL))
    assert said in wrong if said else wrong == ""


@given(st.text(max_size=40), st.lists(st.text(max_size=20), max_size=4))
def test_any_password_is_judged(password, personal):
    wrong = check_password_rules(password, personal=personal)
    if not wrong:
        assert len(password) >= 9
        assert any(map(str.islower, password))
        assert any(map(str.isupper, password))
        assert any(map(str.isdecimal, password))


def test_common_passwords_that_are_no_words_of_ours():
    assert "trop facile" in " ".join(check_password_rules("Trustno1!", personal=[]))


@given(st.text(max_size=100), st.text(max_size=100))
def test_suggestions_are_good_identifiers(given_name, family_name):
    for login in suggest(given_name, family_name, lambda _: True):
        assert check_login_rules(login) == []


def test_suggestions_are_free_and_say_no_birth_date():
    taken = set()

    def is_free(login):
        return login not in taken

    first = suggest("Jean-Noël", "D’Aubigné", is_free)
    assert len(first) == 3
    assert all(login.startswith(("jean-noel", "d-aubigne", "j.")) for login in first)
    taken.update(first)
    assert not taken & set(suggest("Jean-Noël", "D’Aubigné", is_free))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("07.12.34.56.78", "+33712345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("01 23 45 67 89", None),
        ("06 12 34 56", None),
        ("", None),
    ],
)
def test_telephones(text, kept):
    if kept is None:
        with pytest.raises(CredentialError):
            fold_phone(text)
    else:
        assert fold_phone(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (" Claire.Martin@Exemple.TEST ", "Claire.Martin@exemple.test"),
        ("c+m@a.b.fr", "c+m@a.b.fr"),
        ("claire", None),
        ("claire@exemple", None),
        ("cla ire@exemple.fr", None),
        ("a@b@exemple.fr\n", None),
        ("claire@exemple.fr\r\nBcc: x@y.fr", None),
        ("c" * 250 + "@exemple.fr", None),
    ],
)
def test_addresses(text, kept):
    if kept is None:
        with pytest.raises(CredentialError):
            fold_email(text)
    else:
        assert fold_email(text) == kept


@pytest.mark.parametrize(
    ("email", "shown"),
    [("claire@exemple.fr", "c•••e@exemple.fr"), ("c@exemple.fr", "c•••@exemple.fr"), ("", "")],
)
def test_what_is_hidden_of_an_address(email, shown):
    assert credentials.hide_email(email) == shown


def test_what_is_hidden_of_a_telephone():
    assert credentials.hide_phone("+33612345678") == "•• •• •• •• 78"
