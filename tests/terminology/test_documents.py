"""The lists that documents are described with."""

import pytest

from carnet.terminology.api import (
    Category,
    UnknownCodeError,
    find_format,
    get_confidentiality,
    get_document_type,
    list_document_types,
)


@pytest.mark.parametrize(
    ("code", "class_code", "category"),
    [
        ("11502-2", "10", Category.BIOLOGY),
        ("34112-3", "10", Category.REPORTS),
        ("60591-5", "11", Category.SYNTHESIS),
        ("18748-4", "31", Category.IMAGING),
        ("57833-6", "42", Category.PRESCRIPTIONS),
        ("83869-8", "44", Category.SCREENING),
        ("87273-9", "52", Category.VACCINATION),
        ("EXPPAT_3", "90", Category.ADVANCE_DIRECTIVES),
        ("REMB", "60", Category.REIMBURSEMENTS),
        ("101881-1", "", Category.OTHER),
        ("FEUILLE-DE-STYLE", "99", Category.TECHNICAL),
    ],
)
def test_each_type_has_its_place(code, class_code, category):
    found = get_document_type(code)
    assert (found.class_code, found.category) == (class_code, category)
    assert found.label


def test_every_type_has_a_category_with_words():
    types = list_document_types()
    assert len(types) == 114
    assert {one.code for one in types if one.category is Category.TECHNICAL} == {"FEUILLE-DE-STYLE", "E1762"}
    assert all(one.category.label for one in types)


def test_unknown_codes_name_the_list():
    with pytest.raises(UnknownCodeError, match="JDV_J07"):
        get_document_type("99999-9")
    with pytest.raises(UnknownCodeError, match="JDV_J08"):
        get_confidentiality("X")


def test_formats():
    assert find_format(media_type="application/pdf", template_ids=()) == "urn:ihe:iti:xds-sd:pdf:2008"
    biology = ("1.2.250.1.213.1.1.1.1", "1.3.6.1.4.1.19376.1.3.3", "1.2.250.1.213.1.1.1.55^2024.01")
    assert find_format(media_type="", template_ids=biology) == "urn:ihe:lab:xd-lab:2008"
    assert find_format(media_type="", template_ids=("1.2.3",)) == ""
