"""The professions, as a person is told of them."""

from carnet.terminology.api import list_professions, profession_words


def test_a_profession_is_said_in_plain_words():
    assert profession_words("10") == "médecin"
    assert profession_words("SECRETARIAT_MEDICAL") == "secrétariat médical"


def test_an_unknown_profession_stays_its_code():
    assert "G99" not in list_professions()
    assert profession_words("G99") == "G99"


def test_the_professions_of_the_fields_are_there():
    known = list_professions()
    assert {"10", "21", "40", "41", "50", "60", "70", "93"} <= set(known)
    assert all(words == words.strip() and words for words in known.values())
