"""What is known of the matrix of habilitation, written by hand from its source and not from the code.

Source: facts/mes.md 4.2 (arrêté of 26 October 2023) and 3.3 (JDV_J07), by their words. What the source does not
say is not in this table: there Carnet has cautious rows of its own, marked so in docs/rights.md.
"""

from datetime import date
from uuid import UUID

import pytest

from carnet.access.api import Basis, Care, Relation, Rights, Rule, Visibility, decide_scope
from carnet.access.matrix import get_matrix
from carnet.journal.api import Actor, ActorKind, Purpose

EVERY_TYPE = """
11488-4 11490-0 11502-2 11505-5 11506-3 15507-7 15508-5 28617-9 28653-4 29274-8 34112-3 34120-6
34749-2 34794-8 34874-8 34875-5 47420-5 51969-4 59283-2 60568-3 67851-6 70004-7 75482-0 75492-9
75496-0 77436-4 78513-9 78601-2 83981-1 85208-7 89233-1 93024-8 96349-6 BIL_AUTO DOCPAT03 DOCPAT05
DOCPAT06 18761-7 34133-9 34842-5 56445-0 57055-6 57057-2 57075-4 60280-5 60591-5 68599-0 68817-6
74207-2 78341-5 78489-2 80820-4 83836-7 83901-9 88348-8 89235-6 DOCPAT01 DOCPAT08 EXPORT_DUI SYNTH
18748-4 52040-3 DOCPAT04 IMG-KOS 55115-0 57828-6 57832-8 57833-6 61357-0 75468-9 DOCPAT02 PRESC-AAT
PRESC-BIO PRESC-INF PRESC-KINE PRESC-ORTHOPHO PRESC-ORTHOPTIE PRESC-PEDI 60593-1 DISP_AUT 18776-5
77604-7 80771-9 80788-3 83869-8 PROT_ALD 80565-5 11369-6 87273-9 89601-9 96173-0 96874-3 CERT_DECL
DOCPAT07 REMB 74465-6 EXPPAT_1 EXPPAT_2 EXPPAT_3 51851-4 56446-8 59284-0 86531-1 ATTEST-ASS-COMPL
ATTEST-DROITS-AM ATTEST-HEBGT ATTEST-RESID AUTORIS-SOINS DOCPAT09 FICHE-CONTACTS PIECE-IDENTITE
FEUILLE-DE-STYLE 101881-1 E1762
""".split()  # noqa: SIM905 - as the source has them

RESIDENCE = {"ATTEST-RESID"}  # attestation de résidence
TELEMEDICINE_REQUEST = {"75496-0"}  # demande d'acte de télémédecine
PSYCHIATRIC_SYNTHESIS = {"68599-0"}
PSYCHOLOGICAL_ASSESSMENT = {"83901-9"}  # bilan psychologique
CHILD_PREVENTION = {"68817-6"}  # bilan de santé et de prévention de l'enfant
DOCTORS_CERTIFICATES = {"89601-9", "CERT_DECL"}  # certificat médical; certificat, déclaration
PERSONALISED_PROJECT = {"80788-3"}  # projet personnalisé d'accompagnement
SOCIAL_EXIT_LETTER = {"83981-1"}  # lettre de liaison à la sortie d'une structure sociale ou médico-sociale

DENIED = {
    "10": RESIDENCE,
    "60": TELEMEDICINE_REQUEST | PSYCHIATRIC_SYNTHESIS | PSYCHOLOGICAL_ASSESSMENT | CHILD_PREVENTION
    | DOCTORS_CERTIFICATES,
    "40": PERSONALISED_PROJECT | TELEMEDICINE_REQUEST | SOCIAL_EXIT_LETTER | PSYCHOLOGICAL_ASSESSMENT
    | PSYCHIATRIC_SYNTHESIS,
}  # fmt: skip
DOCTORS = ("10",)
READ_NOTHING = ("SECRETARIAT_MEDICAL", "71", "73", "999", "")
SOCIAL = ("41", "330")
KNOWN_PROFESSIONS = """
10 21 26 28 31 35 36 37 40 50 60 69 70 80 81 82 83 84 85 86 91 92 94 95 96 98 71 72 73 93 41 330 332
G16_10 G16_21 G16_40 G16_50 SECRETARIAT_MEDICAL
""".split()  # noqa: SIM905 - as the source has them


def reads(profession, type_code):
    actor = Actor(ActorKind.HEALTHCARE_PROFESSIONAL, UUID(int=1), "690000013", role=profession)
    care = Care(role=profession, active=True, basis=Basis.TEAM, informed=True)
    rights = Rights("activated", Relation.NONE, date.min, care=care)
    scope = decide_scope(actor, rights, Purpose.CONSULT, date(2026, 11, 23))
    return scope.allows(Visibility(structure="750000017", type_code=type_code))


def test_the_table_knows_every_type():
    assert len(EVERY_TYPE) == len(set(EVERY_TYPE)) == 114
    assert set().union(*DENIED.values()) <= set(EVERY_TYPE)


@pytest.mark.parametrize("profession", sorted(DENIED))
@pytest.mark.parametrize("type_code", EVERY_TYPE)
def test_what_is_published_is_what_is_decided(profession, type_code):
    if type_code in DENIED[profession]:
        assert not reads(profession, type_code)
    elif profession in DOCTORS:
        assert reads(profession, type_code)


@pytest.mark.parametrize("profession", READ_NOTHING)
def test_who_has_no_line_reads_nothing(profession):
    assert not any(reads(profession, code) for code in EVERY_TYPE)


@pytest.mark.parametrize("profession", ["10", "60", "41"])
def test_an_unknown_type_is_denied_to_all(profession):
    assert not reads(profession, "00000-0")
    assert not reads(profession, "")


@pytest.mark.parametrize("profession", SOCIAL)
def test_the_social_field_is_much_narrower(profession):
    given = {code for code in EVERY_TYPE if reads(profession, code)}
    assert 0 < len(given) < 20
    assert not given & {"11502-2", "34112-3", "60591-5", "57833-6", "68599-0", "51969-4"}


@pytest.mark.parametrize(
    ("trainee", "profession"), [("G16_10", "10"), ("G16_21", "21"), ("G16_40", "40"), ("G16_50", "50")]
)
def test_a_trainee_has_the_line_of_his_profession(trainee, profession):
    assert all(reads(trainee, code) == reads(profession, code) for code in EVERY_TYPE)


def test_the_published_rows_and_no_other_are_said_to_be_published():
    """No row claims the arrêté for what it is not known to say."""
    for profession, cells in get_matrix().types.items():
        published = {cell.pattern for cell in cells if cell.origin == "published" and cell.pattern != "*"}
        expected = DENIED["60"] if profession == "69" else DENIED.get(profession, set())
        assert published == expected


def test_every_profession_of_the_annuaire_has_a_line():
    assert set(KNOWN_PROFESSIONS) == set(get_matrix().professions)


def test_a_type_not_given_is_still_its_author_s():
    actor = Actor(ActorKind.HEALTHCARE_PROFESSIONAL, UUID(int=1), "690000013", role="60")
    rights = Rights("activated", Relation.NONE, date.min,
                    care=Care(role="60", active=True, basis=Basis.TEAM, informed=True))  # fmt: skip
    scope = decide_scope(actor, rights, Purpose.CONSULT, date(2026, 11, 23))
    assert scope.rule is Rule.CARE_TEAM
    assert scope.allows(Visibility(structure="690000013", professional_id=UUID(int=1), type_code="75496-0"))
    assert not scope.allows(
        Visibility(structure="690000013", professional_id=UUID(int=2), type_code="75496-0")
    )
    assert not scope.allows(Visibility(structure="690000013", type_code="75496-0"))
