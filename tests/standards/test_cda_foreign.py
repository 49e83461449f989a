"""The documents of the French profile written by others (data/interop/cda): each is read and shown."""

import pytest

from carnet.standards import sniff
from carnet.standards.cda.narrative import to_html
from carnet.standards.cda.reader import read
from carnet.standards.ins import OID_INS_TEST, InsError
from tests.standards.html_check import check
from tests.standards.samples import FOREIGN_CDA, foreign, require_foreign

COUNT = 58


def test_the_samples_are_there():
    require_foreign()
    assert len(FOREIGN_CDA) >= COUNT


@pytest.mark.parametrize("file", FOREIGN_CDA, ids=lambda file: file.stem)
def test_each_sample_is_read_and_shown(file):
    document = read(file.read_bytes())
    assert document.unique_id
    assert document.set_id
    assert document.title
    assert document.code.system
    assert document.authors[0].name
    assert document.authors[0].national_id
    assert document.custodian.name
    assert document.service_start
    assert document.practice_setting.code
    assert document.facility_type.code.startswith("SA")
    assert document.confidentiality.code in ("N", "X")
    assert len(document.template_ids) >= 3
    assert document.patient.ins_oid
    assert document.patient.traits.birth_place
    assert document.patient.traits.given_names
    html = to_html(document)
    reader = check(html)
    if document.level == "N1":
        assert [a.media_type for a in document.attachments] == ["application/pdf"]
        return
    assert reader.tags.count("h2") >= 1
    said = "".join("".join(reader.text).split())
    for text in _texts_of(document.structured_body):
        assert text in said


def _texts_of(body):
    """Each piece of text of the narrative, without its spaces; captions and notes are shown elsewhere too."""
    for section in body.iter("{urn:hl7-org:v3}section"):
        for part in ("title", "text"):
            element = section.find(f"{{urn:hl7-org:v3}}{part}")
            if element is not None:
                yield from filter(None, ("".join(piece.split()) for piece in element.itertext()))


def test_most_samples_carry_a_right_matricule_and_five_a_wrong_key():
    require_foreign()
    wrong = []
    for file in FOREIGN_CDA:
        try:
            assert read(file.read_bytes()).patient.find_matricule() is not None
        except InsError as error:
            wrong.append((file.stem.split("_")[0], error.code))
    assert sorted(wrong) == [
        ("CSE-CS24", "key"),
        ("CSE-CS8", "key"),
        ("CSE-CS9", "key"),
        ("OBP-SEM", "key"),
        ("SDM-MR", "key"),
    ]


def test_the_biology_report_with_its_pdf_inside():
    document = read(foreign("ci-sis-3.0/BIO-CR-BIO_2021.01_CDA-R2-Niveau-1.xml"))
    assert document.level == "N1"
    assert document.unique_id == "1.2.250.1.213.1.1.1.55.2021.3.1"
    assert (document.code.code, document.title) == ("11502-2", "Compte rendu d'examens biologiques")
    assert document.effective_time.isoformat() == "2021-01-04T16:05:27+01:00"
    assert document.service_start.isoformat() == "2021-01-04T09:22:00+01:00"
    patient = document.patient
    assert (patient.find_matricule().value, patient.ins_oid) == ("279035121518989", OID_INS_TEST)
    assert (patient.traits.birth_name, patient.traits.first_given_name) == ("PAT-TROIS", "DOMINIQUE")
    assert (patient.traits.birth_date.isoformat(), patient.traits.sex, patient.traits.birth_place) == (
        "1979-03-28",
        "F",
        "51215",
    )
    assert patient.local_ids == ("1.2.3.4.567.8.9.10^1234567890121",)
    assert document.authors[0].name == "Marcel CAMPARINI"
    assert document.authors[0].organisation.finess == "120459876"
    [pdf] = document.attachments
    assert len(pdf.data) == 326_650
    assert sniff.sniff(pdf.data) == "application/pdf"


def test_a_structured_biology_report():
    document = read(foreign("ci-sis-3.0/BIO-CR-BIO_2024.01_Electrophorese.xml"))
    assert document.level == "N3"
    assert [a.media_type for a in document.attachments] == ["image/png", "application/pdf"]
    html = to_html(document)
    assert '<th colspan="4" scope="col">Protéinogramme</th>' in html
    assert html.count("<img ") == 1


def test_an_auto_presentable_report():
    data = foreign("ci-sis-3.0/BIO-CR-BIO_2021.01_Auto-Presentable.xml")
    assert b"<xsl:stylesheet" in data
    assert read(data).level == "N3"


def test_a_replacing_version():
    document = read(foreign("ci-sis-3.0/OPH-BRE_2022.02.xml"))
    assert document.version_number == 3
    assert document.replaces == ("1.2.250.1.213.1.1.9^OPH-BRE_2021.01_20210827_00001_2",)


def test_a_document_written_by_a_device():
    document = read(foreign("ci-sis-3.0/CNAM-HR_2021.01.xml"))
    assert document.authors[0].device
    assert document.authors[0].name == document.authors[0].device
