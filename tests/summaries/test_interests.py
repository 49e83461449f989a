"""What each profession looks for first: the file that comes with Carnet, and one that is wrong."""

import pytest
from django.test import override_settings

from carnet.config.boot import check_interests
from carnet.measures.api import Kind
from carnet.summaries.api import InterestsRefusedError, interests_of, read_interests
from carnet.summaries.interests import is_anticoagulant

HEAD = "profession,kind,rank,codes"


def test_professions_differ_and_the_others_have_the_common_list():
    assert interests_of("10").measures[0] is Kind.GLYCATED_HEMOGLOBIN
    assert interests_of("21").latest[0] == ("57833-6", "57828-6", "75468-9")
    assert interests_of("41").measures == ()
    assert interests_of("91") == interests_of("*")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("999,latest,1,11490-0", "ligne 2 : « 999 » n’est pas une profession"),
        ("*,lately,1,11490-0", "ligne 2 : « lately » doit être"),
        ("*,latest,first,11490-0", "le rang « first » doit être un nombre"),
        ("*,latest,1,00000-0", "« 00000-0 » n’est pas un type de document"),
        ("*,measure,1,BODY_MASS_INDEX", "« BODY_MASS_INDEX » n’est pas une mesure enregistrée"),
        ("10,latest,1,11490-0", "profession « * »"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_the_rule(line, words):
    with pytest.raises(InterestsRefusedError, match=words.replace("*", r"\*")):
        read_interests([HEAD, line])


def test_the_boot_says_what_is_wrong_in_the_file_of_the_operator(tmp_path):
    file = tmp_path / "interests.csv"
    file.write_text(f"{HEAD}\n*,latest,1,nothing\n", "utf-8")
    with override_settings(CARNET_INTERESTS=str(file)):
        [finding] = check_interests()
    assert "nothing" in finding.text
    [good] = check_interests()
    assert "listes" in good.text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Éliquis 5 mg", True),
        ("WARFARINE", True),
        ("Apixaban", True),
        ("Amlodipine", False),
        ("Aspirine", False),
    ],
)
def test_anticoagulants_are_known_by_their_names(name, expected):
    assert is_anticoagulant(name) is expected
