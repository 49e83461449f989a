"""The names that fields propose: sorted, once each, and accepted by the fields that propose them."""

from datetime import date

import pytest

from carnet.profile import api as profile
from carnet.profile.rubrics import DEFINITIONS
from carnet.terminology import api as terminology
from tests.profile.entries import GOOD

PROPOSED = sorted({field.suggestions for one in DEFINITIONS for field in one.fields if field.suggestions})


def test_every_list_is_proposed_somewhere():
    assert PROPOSED == ["allergens", "diseases", "treatments", "vaccines"]
    with pytest.raises(terminology.UnknownCodeError):
        terminology.list_names("specialities")


@pytest.mark.parametrize("name", PROPOSED)
def test_a_proposed_name_is_accepted(name):
    names = terminology.list_names(name)
    assert len(names) == len(set(names)) > 30
    for one in DEFINITIONS:
        for field in (field for field in one.fields if field.suggestions == name):
            for proposed in names:
                values = GOOD[one.rubric] | {field.name: proposed}
                kept = profile.validate(
                    one.rubric, values, birth_date=date(1980, 1, 1), today=date(2026, 1, 1)
                )
                assert kept[field.name] == proposed


def test_specialities_have_distinct_codes_and_words():
    found = terminology.list_specialities()
    assert len(found) == len({one.code for one in found}) == len({one.label for one in found}) == 28
