"""What the archive holds: everything, byte for byte, readable, verifiable, and nothing that runs."""

import csv
import io
import json
import subprocess
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from carnet.documents import api as documents
from carnet.exports import policies, stream
from carnet.journal.api import EventType
from carnet.measures.api import KINDS
from carnet.platform import blobs, crypto
from carnet.platform.clock import PARIS
from carnet.profile.api import Rubric
from tests.documents.deposits import add_claire, deposit, report, scanned, unique_id_of
from tests.exports import copies
from tests.exports.copies import HOSTILE
from tests.profile.entries import managing, reading
from tests.standards.samples import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire(tmp_path):
    person = add_claire()
    (tmp_path / "in").mkdir()
    copies.fill(person, tmp_path / "in")
    return person


def test_it_holds_everything(claire, tmp_path):
    copy_id = copies.make(claire)
    root = copies.unpack(copies.download(copy_id, claire), tmp_path / "out")
    names = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert {
        "index.html", "profil.html", "documents.html", "mesures.html", "histoire-de-sante.html", "acces.html",
        "acces.csv", "LISEZMOI.txt", "SHA256SUMS", "fhir/bundle.json",
    } <= names  # fmt: skip
    page = (root / "profil.html").read_text()
    for rubric in Rubric:
        assert rubric.label in page
    assert page.count("Non renseigné") == len(copies.EMPTY)
    assert page.count("a déclaré ne pas être concernée") == 1
    assert "Arachide" in page
    assert "72,5 kg" in (root / "mesures.html").read_text()
    for info in KINDS.values():
        assert info.label in (root / "mesures.html").read_text(), info
    assert "128/79 mmHg" in (root / "mesures.html").read_text()
    assert "Appendicectomie" in (root / "histoire-de-sante.html").read_text()
    assert "FINESS 310000013" in (root / "acces.html").read_text()


def test_originals_are_there_byte_for_byte(tmp_path):
    claire = add_claire()
    sent = {
        report(claire, 1),
        scanned(claire, 2),
        scanned(claire, 3, media_type="text/plain", data="Été".encode()),
    }
    for data in sent:
        deposit(data)
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path)
    assert {path.read_bytes() for path in root.glob("documents/*/original.xml")} == sent
    (pdf,) = root.glob("documents/*/fichier-*.pdf")
    assert pdf.read_bytes().startswith(PDF)
    assert "Glucose" in "".join(path.read_text() for path in root.glob("documents/*/lecture.html"))


def test_the_sums_are_those_of_the_files(claire, tmp_path):
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path / "out")
    checked = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=root, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    files = [path for path in root.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert len(checked.stdout.splitlines()) == len(files)


def test_names_are_those_that_any_system_takes(claire, tmp_path):
    (data,) = copies.download(copies.make(claire), claire)
    (tmp_path / "copy.zip").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "copy.zip") as opened:
        names = opened.namelist()
    assert len(set(map(str.lower, names))) == len(names)
    for name in names:
        assert name.isascii()
        assert ".." not in name
        assert not name.startswith("/")
        assert len(name) < 120
        assert all(part.strip(". ") == part and not set(part) & set('<>:"\\|?*') for part in name.split("/"))
    assert any("script-alert-x-script-bilan-fils-etc-passwd" in name for name in names)


@pytest.mark.parametrize(
    "text", ["", "///", "日本", "CON", "..", "a" * 300, "Été à Nîmes !", "\x00\n\r", "İ" * 60]
)
def test_a_slug_is_never_empty_nor_strange(text):
    made = policies.slug(text)
    assert made
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(made) <= 50
    assert made.strip("-") == made


def test_hostile_titles_are_shown_and_never_run(claire, tmp_path):
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path / "out")
    for page in root.rglob("*.html"):
        text = page.read_text()
        assert "<script" not in text, page
        assert "default-src 'none'" in text
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in (root / "documents.html").read_text()


def test_accesses_are_told_in_the_words_of_the_history(claire, tmp_path):
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path / "out")
    with (root / "acces.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert (
        len(rows)
        == len([line for line in copies.journal_of(claire) if line[0] != EventType.COPY_PREPARED]) - 1
    )
    asked = next(row for row in rows if row["quoi"] == "Copie de toutes les données demandée")
    assert (asked["qui"], asked["pourquoi"]) == ("vous", "pour consulter : titulaire de l’espace")
    assert {row["quoi"] for row in rows} >= {
        "Document déposé",
        "Histoire de santé alimentée par l’Assurance Maladie",
    }
    titled = next(row for row in rows if HOSTILE[:20] in row["précisions"])
    assert titled["quoi"] == "Document déposé"


@pytest.mark.parametrize("text", ["=1+1", "+33", "-2", "@SUM(A1)", "\tx"])
def test_no_cell_is_a_formula(text):
    assert policies.csv_cell(text) == f"'{text}"


def test_a_large_copy_is_cut_into_parts_each_whole(claire, tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(stream.Archive.__init__, "__kwdefaults__", {"most": 4000})
    for number in range(10, 16):
        deposit(report(claire, number))
    copy_id = copies.make(claire)
    parts = copies.find(copy_id).parts
    assert len(parts) > 2
    assert any(len(part.names) > 1 for part in parts)
    archives = copies.download(copy_id, claire)
    assert [len(data) for data in archives] == [part.size for part in parts]
    assert copies.find(copy_id).size == sum(map(len, archives))
    root = copies.unpack(archives, tmp_path / "out")
    for number in range(1, len(parts) + 1):
        name = "SHA256SUMS" if number == 1 else f"SHA256SUMS-{number}"
        subprocess.run(["sha256sum", "-c", "--strict", "--quiet", name], cwd=root, check=True)
    assert len(list(root.glob("documents/*/original.xml"))) == 8


def test_a_document_whose_content_is_lost_is_told_and_hinders_nothing(tmp_path):
    claire = add_claire()
    deposit(report(claire, 1))
    deposit(report(claire, 2, title="Perdu"))
    with_card = next(card for card in cards_of(claire) if card.title == "Perdu")
    (path,) = Path(settings.CARNET_BLOBS).glob(f"*/{claire}/{with_card.blob}")
    path.unlink()
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path)
    assert "<li>Perdu</li>" in (root / "index.html").read_text()
    assert "Contenu absent de cette copie." in (root / "documents.html").read_text()
    assert len(list(root.glob("documents/*/original.xml"))) == 1


def test_older_versions_are_there_behind_the_newer(tmp_path):
    claire = add_claire()
    first = deposit(report(claire, 1, set_id="1.2.250.1.999.9^S", version_number=1)).document_id
    second = deposit(
        report(claire, 2, set_id="1.2.250.1.999.9^S", version_number=2, replaces=(unique_id_of(claire, 1),))
    ).document_id
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path)
    assert len(list(root.glob("documents/*/original.xml"))) == 2
    assert "version 1, remplacée depuis" in (root / "documents.html").read_text()
    bundle = json.loads((root / "fhir/bundle.json").read_text())
    found = {entry["resource"]["id"]: entry["resource"] for entry in bundle["entry"]}
    assert found[str(first)]["status"] == "superseded"
    assert found[str(second)]["relatesTo"] == [
        {"code": "replaces", "target": {"reference": f"urn:uuid:{first}", "type": "DocumentReference"}}
    ]


def test_what_came_several_ways_is_there_as_each_sent_it(tmp_path):
    claire = add_claire()
    sent = {scanned(claire, 1), scanned(claire, 1, unique_id="1.2.250.1.999.1^AUTRE")}
    for data in sent:
        deposit(data)
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path)
    assert {path.read_bytes() for path in root.glob("documents/*/original.xml")} == sent
    assert "même contenu qu’un autre document" in (root / "documents.html").read_text()


def test_folders_are_named(tmp_path):
    claire = add_claire()
    document = deposit(report(claire, 1)).document_id
    with managing(claire) as a:
        documents.move(
            a, document_ids=[document], folder_id=documents.create_folder(a, name="Diabète & <co>")
        )
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path)
    assert "Dossier : Diabète &amp; &lt;co&gt;" in (root / "documents.html").read_text()


def cards_of(person):
    with reading(person) as a:
        return documents.list_recent(a)


def test_what_is_stored_is_sealed_and_in_its_place(claire, monkeypatch):
    monkeypatch.setattr(stream, "CHUNK_BYTES", 2000)
    copy_id = copies.make(claire)
    (part,) = copies.find(copy_id).parts
    assert len(part.names) > 2
    key = crypto.get_key(claire)
    sealed = [blobs.store().get(claire, name) for name in part.names]
    assert not any(b"Arachide" in one or b"PK\x03\x04" in one for one in sealed)
    monkeypatch.setattr(type(blobs.store()), "get", lambda _self, _person, _name: sealed[1])
    with pytest.raises(stream.CopyDamagedError):
        next(stream.read_part(part, key))


def test_the_files_bear_the_moment_of_the_copy(claire):
    copy_id = copies.make(claire)
    (data,) = copies.download(copy_id, claire)
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        (moment,) = {info.date_time for info in opened.infolist()}
    assert abs(datetime(*moment, tzinfo=PARIS) - copies.find(copy_id).ready_at) < timedelta(minutes=1)
