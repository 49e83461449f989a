"""The claims of Pro Santé Connect are read: the public samples, staff without RPPS, several activities."""

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards.psc import Activity, PscError, read_userinfo
from tests.pro.psc import activity, claims
from tests.standards.test_annuaire_fuzz import VALUES, paths

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "interop" / "psc-oidc"
NAMES = ("dam-UserInfo_site_PSC.json", "remote-cache-userInfos.json")
DOCTOR = claims(
    "899700218896", activity("690000013"), activity("312345678900011"), otherIds=[{"identifiant": "0751"}]
)


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"0 of {len(NAMES)} samples of Pro Santé Connect on this machine")
    return json.loads(path.read_text("utf-8"))


def test_a_sample_with_several_activities():
    found = read_userinfo(sample(NAMES[0]))
    assert (found.national_id, found.rpps, found.regulates) == ("ANS20210107161422", "", False)
    assert {(one.profession, one.speciality) for one in found.activities} == {("10", "SM54")}
    assert [one.sector for one in found.activities][:3] == ["SA07", "SA07", "SA01"]
    assert [one.structures for one in found.activities][:4] == [(), (), (), ("300000000016972",)]


def test_a_sample_without_activity():
    found = read_userinfo(sample(NAMES[1]))
    assert (found.national_id, found.rpps) == ("899700218896", "99700218896")
    assert found.activities == ()


def test_numbers_of_structures_are_the_surest_first():
    found = read_userinfo(DOCTOR)
    assert [one.structures for one in found.activities] == [("690000013",), ("312345678900011",)]
    assert found.other_ids == ("0751",)


def test_an_rpps_number_alone_gets_its_prefix():
    assert read_userinfo({"SubjectNameID": "99700218896"}).national_id == "899700218896"
    assert read_userinfo({"preferred_username": "0751234567"}).rpps == ""


def test_staff_without_rpps_have_a_role_and_a_structure():
    found = read_userinfo({
        "SubjectNameID": "3690000013/7", "SubjectRole": "SECRETARIAT_MEDICAL^1.2.250.1.213.1.1.4.6",
        "SubjectOrganizationID": "1690000013", "SubjectOrganization": "Cabinet", "Secteur_Activite": "SA08^x",
    })  # fmt: skip
    assert found.activities == (
        Activity("SECRETARIAT_MEDICAL", sector="SA08", structure_id="1690000013", name="Cabinet"),
    )
    assert found.activities[0].structures == ("690000013",)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"SubjectNameID": None, "preferred_username": None}, "SubjectNameID"),
        ({"SubjectNameID": "<script>"}, "SubjectNameID"),
        ({"preferred_username": "899700218897"}, "preferred_username"),
        ({"SubjectRefPro": []}, "SubjectRefPro"),
        ({"SubjectRefPro": {"exercices": "10"}}, "exercices"),
        ({"SubjectRefPro": {"exercices": [{"activities": [1]}]}}, "activities"),
        ({"SubjectRefPro": {"exercices": [{}] * 201}}, "exercices"),
        ({"given_name": ["Anne"]}, "given_name"),
        ({"otherIds": {}}, "otherIds"),
    ],
)
def test_a_claim_of_another_form_is_refused_by_name(change, field):
    with pytest.raises(PscError) as refused:
        read_userinfo(DOCTOR | change)
    assert refused.value.field == field
    assert field in refused.value.message_fr


@given(st.sampled_from([path for path in paths(DOCTOR) if path]), VALUES)
def test_whatever_a_claim_is_it_is_read_or_refused(path, value):
    content = copy.deepcopy(DOCTOR)
    holder = content
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    try:
        told = read_userinfo(content).national_id
    except PscError as error:
        told = error.message_fr
    assert told
