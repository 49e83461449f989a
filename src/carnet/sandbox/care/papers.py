"""The documents that tell a life: written by our own writer, oldest first, the same bytes each time."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from carnet.platform.clock import PARIS
from carnet.sandbox.care import laboratory
from carnet.sandbox.care.facts import Die, partial
from carnet.sandbox.care.illnesses import PREGNANCY
from carnet.sandbox.care.letters import write_letter
from carnet.sandbox.care.life import Imaging, Life, Reading, Shot, Stay, Visit
from carnet.sandbox.care.structures import Doctor, Place
from carnet.standards.cda.biology import write_biology
from carnet.standards.cda.elements import LOINC
from carnet.standards.cda.model import Attachment, Author, Code, Header, Organisation, Patient
from carnet.standards.cda.reports import TEMPLATES, Part, Report, part, write_report
from carnet.standards.cda.sections import Section, Table
from carnet.standards.cda.synthesis import Problem, Synthesis, Treatment, write_synthesis
from carnet.standards.cda.vaccination import Vaccination, write_vaccination_note
from carnet.standards.cda.writer import N1_TEMPLATES, next_version, write_n1, write_n3

_OID: Final = "1.2.250.1.999.77"  # an arc of nobody
_CHILD: Final = Code("59283-2", LOINC, "CR d'examen de l'enfant")
_CERTIFICATE: Final = Code("89601-9", LOINC, "Certificat médical")
_DOCTOR: Final = Code("G15_10", "1.2.250.1.213.1.1.4.5", "Médecin")
_NORMAL: Final = Code("N", "2.16.840.1.113883.5.25", "Normal")
_SETTING: Final = Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire")
_HOSPITAL_SETTING: Final = Code("ETABLISSEMENT", "1.2.250.1.213.1.1.4.9", "Etablissement de santé")
_SECTORS: Final = "1.2.250.1.71.4.2.4"
_ADULT: Final = 18
_SCANNED, _TWICE, _CORRECTED = 0.12, 0.3, 0.06


def write_papers(life: Life, *, seed: int) -> list[bytes]:
    """Return every document of a life, in the order in which they came."""
    writer = _Writer(life, seed)
    made = [
        *writer.visits(),
        *writer.samples(),
        *writer.stays(),
        *writer.images(),
        *writer.shots(),
        *writer.syntheses(),
    ]
    return [data for _, _, data in sorted(made, key=lambda one: one[:2])]


Made = tuple[datetime, int, bytes]


class _Writer:
    """One life being written. Each document has a number; its identifiers follow from it."""

    def __init__(self, life: Life, seed: int) -> None:
        self.life, self.facts, self.seed = life, life.facts, seed
        self.die = Die.of(seed, life.facts, "papers")
        self.number = 0
        self.readings: dict[tuple[date, str], Reading] = {
            (one.day, one.kind): one for one in life.readings if one.by != "person"
        }

    # -- what each event leaves

    def visits(self) -> Iterator[Made]:
        for visit in self.life.visits:
            at = _at(visit.day, 10)
            if visit.certificate:
                yield self.paper(
                    at, visit, _CERTIFICATE, visit.certificate, [*self.measured(visit.day), *visit.findings]
                )
            if self.facts.age_on(visit.day) < _ADULT and visit.reason.startswith("Examen de l’enfant"):
                yield self.child(at, visit)
            elif self.die.happens(_SCANNED):
                words = [visit.reason, *self.measured(visit.day), *visit.findings, *visit.plan]
                yield self.paper(at, visit, Report.CONSULTATION.value, _title(visit), words)
            else:
                yield self.consultation(at, visit)
            if visit.prescribes and self.life.taken_on(visit.day):
                yield self.prescription(_at(visit.day, 10, 20), visit)

    def consultation(self, at: datetime, visit: Visit) -> Made:
        sections = [
            part(Part.REASON, visit.reason),
            *self.background(visit.day),
            part(Part.EXAMINATION, *self.measured(visit.day), *visit.findings),
            part(Part.PLAN, *visit.plan),
        ]
        header = self.header(at, visit.place, visit.doctor, _title(visit))
        return self.made(at, write_report(header, Report.CONSULTATION, sections))

    def background(self, day: date) -> list[Section]:
        """Return the section of what she is followed for and allergic to."""
        lines = [
            f"{one.label} (depuis {one.since.year})." for one in self.life.ill_on(day) if one.key != PREGNANCY
        ]
        lines += [f"Allergie : {one.name}." for one in self.life.allergies if one.year <= day.year]
        return [part(Part.HISTORY, *lines)] if lines else []

    def child(self, at: datetime, visit: Visit) -> Made:
        header = replace(
            self.header(at, visit.place, visit.doctor, visit.reason.rstrip(".")),
            code=_CHILD,
            template_ids=TEMPLATES,
        )
        sections = [
            part(Part.EXAMINATION, *self.measured(visit.day), *visit.findings),
            part(Part.PLAN, *visit.plan),
        ]
        return self.made(at, write_n3(header, sections))

    def prescription(self, at: datetime, visit: Visit) -> Made:
        table = Table(
            headings=("Médicament", "Posologie", "Pour"),
            rows=[
                (one.medicine.line, one.medicine.posology, one.illness.label)
                for one in self.life.taken_on(visit.day)
            ],
        )
        acute = [one for one in self.life.taken_on(visit.day) if not one.illness.lasting]
        until = "Durée : le temps indiqué sur chaque ligne." if acute else "À renouveler pendant six mois."
        header = self.header(at, visit.place, visit.doctor, f"Ordonnance du {visit.day:%d/%m/%Y}")
        return self.made(at, write_report(header, Report.PRESCRIPTION, [part(Part.MEDICINES, table, until)]))

    def samples(self) -> Iterator[Made]:
        for sample in self.life.samples:
            at = _at(sample.day, 15)
            chapters = laboratory.chapters_of(sample.values, male=self.facts.male)
            biologist = Doctor("LAURENCIN", "Odile", "899700000001", "AUTRE")
            header = self.header(at, sample.place, biologist, f"Analyses du {sample.day:%d/%m/%Y}")
            if len(chapters) > 1 and self.die.happens(_CORRECTED) and sample.day < self.facts.today:
                yield self.made(at, write_biology(header, chapters[:1], sampled_at=_at(sample.day, 8)))
                at = _at(sample.day + timedelta(days=1), 11)
                header = next_version(header, unique_id=f"{header.unique_id}-2", effective_time=at)
            yield self.made(at, write_biology(header, chapters, sampled_at=_at(sample.day, 8)))

    def stays(self) -> Iterator[Made]:
        for stay in self.life.stays:
            out = stay.day + timedelta(days=stay.days)
            at = _at(out, 14)
            if self.die.happens(_TWICE) and not self.facts.role:
                yield from self.letter_twice(at, stay)
            else:
                header = self.header(at, stay.place, stay.doctor, self.stay_title(stay))
                yield self.made(at, write_report(header, Report.DISCHARGE, self.letter(stay, out)))

    def stay_title(self, stay: Stay) -> str:
        return f"Lettre de sortie : {stay.reason.lower()}"

    def letter(self, stay: Stay, out: date) -> list[Section]:
        taken = self.life.taken_on(out)
        table = Table(
            headings=("Médicament", "Posologie", "Pour"),
            rows=[(one.medicine.line, one.medicine.posology, one.illness.label) for one in taken],
        )
        follow = f"Consultation de contrôle avec {stay.doctor.name} dans six semaines."
        return [
            part(Part.REASON, f"{stay.reason}. Hospitalisation du {stay.day:%d/%m/%Y} au {out:%d/%m/%Y}."),
            *self.background(out),
            part(Part.STAY, *stay.story),
            part(Part.TREATMENTS, table if taken else "Aucun traitement de longue durée."),
            part(Part.PLAN, follow),
        ]

    def letter_twice(self, at: datetime, stay: Stay) -> Iterator[Made]:
        """The letter that the hospital sends, and that the practice sends on: one content, two sources."""
        taken = "; ".join(
            f"{one.medicine.line} : {one.medicine.posology}" for one in self.life.taken_on(at.date())
        )
        words = [
            f"Hospitalisation du {stay.day:%d/%m/%Y} au {at:%d/%m/%Y}.",
            *stay.story,
            f"Traitement de sortie : {taken}." if taken else "Aucun traitement de longue durée.",
        ]
        pdf = self.pdf(at, stay.place, stay.doctor, self.stay_title(stay), words)
        for place, doctor, later in ((stay.place, stay.doctor, 0), (self.life.practice, self.life.gp, 1)):
            when = at + timedelta(days=later)
            if when.date() <= self.facts.today:
                header = self.header(when, place, doctor, self.stay_title(stay))
                yield self.n1(header, Report.DISCHARGE.value, pdf)

    def images(self) -> Iterator[Made]:
        for image in self.life.images:
            header = self.header(_at(image.day, 16), image.place, image.doctor, image.title)
            yield self.made(_at(image.day, 16), write_report(header, Report.IMAGING, _image_sections(image)))

    def shots(self) -> Iterator[Made]:
        """A note for each day with vaccinations: of childhood all, of adults those of the last years."""
        first = self.facts.today.year - (self.facts.age if self.facts.age < _ADULT else 6)
        days: dict[date, list[Shot]] = {}
        for shot in self.life.shots:
            if shot.day.year >= first:
                days.setdefault(shot.day, []).append(shot)
        for day, given in days.items():
            at = _at(day, 11)
            header = self.header(at, given[0].place, given[0].doctor, f"Vaccination du {day:%d/%m/%Y}")
            yield self.made(
                at,
                write_vaccination_note(
                    header,
                    [
                        Vaccination(vaccine=one.name, at=at, diseases=one.against, lot=one.lot, rank=one.rank)
                        for one in given
                    ],
                ),
            )

    def syntheses(self) -> Iterator[Made]:
        """The summary of the general practitioner, at his last visit, of those with several diseases."""
        last = next((one for one in reversed(self.life.visits) if one.doctor == self.life.gp), None)
        if last is None or len([one for one in self.life.ill_on(last.day) if one.until is None]) < 2:  # noqa: PLR2004
            return
        at = _at(last.day, 18)
        synthesis = Synthesis(
            problems=[
                Problem(label=one.label, since=partial(one.since, 2)) for one in self.life.ill_on(last.day)
            ],
            operations=[
                Problem(label=one.reason, since=partial(one.day, 2))
                for one in self.life.stays
                if one.day <= last.day
            ],
            allergies=[f"{one.name} : {one.reaction}" for one in self.life.allergies],
            family=[f"{label} dans la famille." for label, _ in self.life.family],
            treatments=[
                Treatment(
                    label=one.medicine.line,
                    dosage=one.medicine.posology,
                    since=partial(one.since, 2),
                    reason=one.illness.label,
                )
                for one in self.life.taken_on(last.day)
                if one.illness.lasting
            ],
        )
        yield self.made(
            at, write_synthesis(self.header(at, last.place, last.doctor, "Synthèse médicale"), synthesis)
        )

    # -- how it is written

    def measured(self, day: date) -> list[str]:
        """Return what was measured at the visit of a day, as the measures of the person say it."""
        words = []
        for kind, pattern in _MEASURED.items():
            reading = self.readings.get((day, kind))
            if reading is not None:
                words.append(pattern.format(_number(reading.value), _number(reading.second or 0)))
        return [", ".join(words) + "."] if words else []

    def paper(self, at: datetime, visit: Visit, code: Code, title: str, words: Sequence[str]) -> Made:
        pdf = self.pdf(at, visit.place, visit.doctor, title, words)
        return self.n1(self.header(at, visit.place, visit.doctor, title), code, pdf)

    def n1(self, header: Header, code: Code, pdf: bytes) -> Made:
        header = replace(header, code=code, template_ids=N1_TEMPLATES)
        return self.made(header.effective_time, write_n1(header, Attachment("application/pdf", pdf)))

    def pdf(self, at: datetime, place: Place, doctor: Doctor, title: str, words: Sequence[str]) -> bytes:
        head = (
            f"{place.name}, {place.city}",
            f"{place.city}, le {at:%d/%m/%Y}",
            f"{self.facts.name}, {self.facts.e('né', 'née')} le {self.facts.birth_date:%d/%m/%Y}",
        )
        return write_letter(head, title, words, doctor.name)

    def made(self, at: datetime, data: bytes) -> Made:
        return at, self.number, data

    def header(self, at: datetime, place: Place, doctor: Doctor, title: str) -> Header:
        self.number += 1
        facts = self.facts
        name = hashlib.sha256(
            f"{self.seed}/{facts.matricule}/{facts.today}/{self.number}".encode()
        ).hexdigest()[:24]
        organisation = Organisation(name=place.name, national_id=f"1{place.finess}")
        author = Author(
            family=doctor.family,
            given=doctor.given,
            prefix="DR",
            national_id=doctor.national_id,
            role=_DOCTOR,
            organisation=organisation,
            at=at,
        )
        return Header(
            unique_id=f"{_OID}.4^{name}",
            set_id=f"{_OID}.5^{name}",
            version_number=1,
            code=Report.CONSULTATION.value,
            title=title,
            effective_time=at,
            confidentiality=_NORMAL,
            language="fr-FR",
            patient=Patient(
                ins=facts.matricule,
                ins_oid=facts.oid,
                local_ids=(f"{_OID}.3^{name[:8]}",),
                traits=facts.traits,
                used_family=facts.used_family,
                used_given=facts.traits.first_given_name,
            ),
            authors=(author,),
            custodian=organisation,
            legal_authenticator=author,
            service_start=at,
            facility_type=Code(place.sector, _SECTORS, place.sector_label),
            practice_setting=_HOSPITAL_SETTING if place.kind in {"hospital", "clinic"} else _SETTING,
            template_ids=TEMPLATES,
        )


_MEASURED: Final = {
    "WEIGHT": "Poids {0} kg",
    "HEIGHT": "taille {0} cm",
    "HEAD_CIRCUMFERENCE": "périmètre crânien {0} cm",
    "BLOOD_PRESSURE": "tension artérielle {0}/{1} mmHg",
}


def _image_sections(image: Imaging) -> list[Section]:
    return [
        part(Part.REASON, image.reason),
        part(Part.TECHNIQUE, image.technique),
        part(Part.RESULTS, *image.results),
        part(Part.CONCLUSION, image.conclusion),
    ]


def _title(visit: Visit) -> str:
    reason = visit.reason.rstrip(".")
    if reason.startswith("Consultation"):
        return reason[:120]
    return (
        reason.replace("Suivi : ", "Consultation de suivi : ")[:120]
        if reason.startswith("Suivi : ")
        else f"Consultation : {reason}"[:120]
    )


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
