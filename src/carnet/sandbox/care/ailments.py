"""Passing illnesses, and stays in hospital: how often, for whom, what is done. Shares are invented."""

from dataclasses import dataclass
from typing import Final

from carnet.sandbox.care.life import Medicine


@dataclass(frozen=True, slots=True, kw_only=True)
class Ailment:
    """A passing illness. `share`: chance a year at an age of `ages`. `instead`: for who bears `avoids` ill.

    `avoids`: an allergen or the key of a condition; `sexes`: "MF", "M" or "F".
    """

    key: str
    label: str
    ages: tuple[int, int]
    share: float
    reason: str
    findings: str
    days: int
    medicines: tuple[Medicine, ...]
    avoids: str = ""
    instead: tuple[Medicine, ...] = ()
    sexes: str = "MF"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A stay in hospital that comes once in a life. `share`: chance over all the years of `ages`."""

    key: str
    reason: str
    ages: tuple[int, int]
    share: float
    days: tuple[int, int]
    speciality: str
    story: tuple[str, ...]
    place: str = "hospital"
    sexes: str = "MF"
    needs: str = ""


_PARACETAMOL: Final = Medicine("Paracétamol", "1 comprimé toutes les 6 heures si douleur ou fièvre", "1 g")
_SYRUP: Final = Medicine("Paracétamol", "1 dose selon le poids toutes les 6 heures si fièvre", "2,4 % sirop")
_AMOXICILLIN: Final = Medicine("Amoxicilline", "1 gélule matin et soir pendant 6 jours", "1 g")
_AZITHROMYCIN: Final = Medicine("Azithromycine", "2 comprimés par jour pendant 3 jours", "250 mg")
_AMOXICILLIN_SYRUP: Final = Medicine(
    "Amoxicilline", "1 dose selon le poids matin et soir, 8 jours", "500 mg/5 mL"
)
_CEFPODOXIME: Final = Medicine("Cefpodoxime", "1 dose selon le poids matin et soir, 8 jours", "40 mg/5 mL")

CHILD_FORMS: Final = {
    one.name: one
    for one in (
        _SYRUP,
        Medicine(
            "Racécadotril", "1 sachet selon le poids trois fois par jour tant que dure la diarrhée", "30 mg"
        ),
        Medicine("Desloratadine", "1 dose selon l’âge par jour, à la saison des pollens", "0,5 mg/mL sirop"),
        Medicine("Lévétiracétam", "1 dose selon le poids matin et soir", "100 mg/mL, solution buvable"),
    )
}
"""What a child takes instead of tablets and capsules of an adult, by name."""
CHILD_UNTIL: Final = 12

AILMENTS: Final = (
    Ailment(key="angina", label="Angine", ages=(12, 60), share=0.12, reason="Mal de gorge et fièvre",
            findings="Amygdales rouges et gonflées, test rapide du streptocoque positif. Auscultation libre.",
            days=6, medicines=(_AMOXICILLIN, _PARACETAMOL), avoids="Pénicilline",
            instead=(_AZITHROMYCIN, _PARACETAMOL)),
    Ailment(key="otitis", label="Otite moyenne aiguë", ages=(0, 5), share=0.5,
            reason="Fièvre et douleur d’oreille",
            findings="Tympan droit rouge et bombé. Auscultation libre, pas de raideur.", days=8,
            medicines=(_AMOXICILLIN_SYRUP, _SYRUP), avoids="Pénicilline", instead=(_CEFPODOXIME, _SYRUP)),
    Ailment(key="cystitis", label="Cystite", ages=(18, 80), share=0.1, reason="Brûlures urinaires", sexes="F",
            findings="Pas de fièvre, fosses lombaires indolores, bandelette urinaire positive.", days=1,
            medicines=(Medicine("Fosfomycine", "1 sachet en une prise", "3 g"),)),
    Ailment(key="bronchitis", label="Bronchite aiguë", ages=(3, 95), share=0.12,
            reason="Toux depuis une semaine",
            findings="Quelques ronchi qui cèdent à la toux, saturation 97 %, pas de foyer.", days=7,
            medicines=(_PARACETAMOL,)),
    Ailment(key="back", label="Lumbago", ages=(22, 75), share=0.1, reason="Douleur brutale du bas du dos",
            findings="Contracture lombaire, pas de signe neurologique, réflexes présents.", days=5,
            medicines=(Medicine("Ibuprofène", "1 comprimé matin, midi et soir au cours des repas", "400 mg"),
                       _PARACETAMOL),
            avoids="no_nsaid", instead=(_PARACETAMOL,)),
    Ailment(key="sprain", label="Entorse de la cheville", ages=(9, 55), share=0.05,
            reason="Torsion de la cheville",
            findings="Œdème du ligament latéral externe, appui possible, pas de douleur osseuse.", days=7,
            medicines=(_PARACETAMOL,)),
    Ailment(key="gastro", label="Gastro-entérite", ages=(1, 90), share=0.1, reason="Vomissements et diarrhée",
            findings="Abdomen souple, pas de signe de déshydratation.", days=3,
            medicines=(Medicine("Racécadotril", "1 gélule trois fois par jour tant que dure la diarrhée",
            "100 mg"),)),
)  # fmt: skip

OPERATIONS: Final = (
    Operation(key="appendix", reason="Appendicectomie", ages=(9, 40), share=0.06, days=(2, 4),
              speciality="CHIRURGIE", story=(
                  "Admission par les urgences pour une douleur de la fosse iliaque droite fébrile.",
                  "Scanner : appendice de 11 mm, infiltration de la graisse, sans abcès.",
                  "Appendicectomie par cœlioscopie, sans complication. Reprise du transit le lendemain.")),
    Operation(key="tonsils", reason="Ablation des amygdales", ages=(4, 9), share=0.07, days=(1, 1),
              speciality="ORL", place="clinic", story=(
                  "Amygdalectomie en ambulatoire pour angines à répétition.",
                  "Suites simples, reprise de l’alimentation froide le soir même.")),
    Operation(key="hernia", reason="Hernie inguinale opérée", ages=(35, 75), share=0.1, days=(1, 1),
              sexes="M",
              speciality="CHIRURGIE", place="clinic", story=(
                  "Cure de hernie inguinale par cœlioscopie, pose d’une prothèse.",
                  "Suites simples, sortie le soir même. Pas d’effort pendant quatre semaines.")),
    Operation(key="cataract", reason="Opération de la cataracte", ages=(66, 84), share=0.5, days=(1, 1),
              speciality="OPHTALMOLOGIE", place="clinic", story=(
                  "Phacoémulsification de l’œil droit sous anesthésie locale, pose d’un implant.",
                  "Acuité visuelle de 9/10 à une semaine.")),
    Operation(key="hip", reason="Prothèse de hanche", ages=(62, 84), share=0.22, days=(4, 7),
              speciality="CHIRURGIE", needs="arthrosis", story=(
                  "Prothèse totale de hanche droite pour coxarthrose évoluée.",
                  "Lever au premier jour. Marche avec deux cannes à la sortie.",
                  "Radiographie de contrôle : prothèse en place, sans descellement.")),
    Operation(key="gallbladder", reason="Ablation de la vésicule biliaire", ages=(35, 72), share=0.06,
              days=(1, 2),
              speciality="CHIRURGIE", place="clinic", story=(
                  "Cholécystectomie par cœlioscopie pour lithiase symptomatique.",
                  "Suites simples, alimentation reprise le soir.")),
    Operation(key="infarct_stay", reason="Infarctus du myocarde", ages=(48, 84), share=1, days=(4, 6),
              speciality="CARDIOLOGIE", needs="infarct", story=(
                  "Douleur thoracique au repos depuis deux heures, sus-décalage du segment ST en inférieur.",
                  "Coronarographie : occlusion de la coronaire droite, angioplastie, pose d’un stent.",
                  "Échographie : fraction d’éjection du ventricule gauche 52 %.")),
    Operation(key="failure_stay", reason="Décompensation cardiaque", ages=(70, 95), share=0.6, days=(5, 9),
              speciality="CARDIOLOGIE", needs="heart_failure", story=(
                  "Essoufflement d’effort croissant, œdèmes des chevilles, prise de 4 kg en dix jours.",
                  "Amélioration sous furosémide intraveineux puis oral, perte de 4,5 kg.",
                  "Échographie : fraction d’éjection 42 %.")),
    Operation(key="asthma_stay", reason="Crise d’asthme", ages=(3, 40), share=0.08, days=(1, 3),
              speciality="PNEUMOLOGIE", needs="asthma", story=(
                  "Gêne respiratoire fébrile, sibilants diffus, saturation 92 % à l’arrivée.",
                  "Nébulisations de salbutamol et corticoïdes par la bouche ; saturation 98 % à la sortie.")),
    Operation(key="prostate_stay", reason="Prostatectomie", ages=(62, 78), share=0.6, days=(3, 5), sexes="M",
              speciality="CHIRURGIE", needs="prostate", story=(
                  "Prostatectomie totale par cœlioscopie pour un adénocarcinome localisé.",
                  "Sonde retirée au septième jour. Anatomopathologie : marges saines.")),
    Operation(key="breast_stay", reason="Chirurgie du sein", ages=(42, 80), share=0.9, days=(1, 2), sexes="F",
              speciality="CHIRURGIE", needs="breast", story=(
                  "Tumorectomie du sein gauche et ganglion sentinelle, non envahi.",
                  "Suites simples. Radiothérapie adjuvante décidée en réunion de concertation.")),
)  # fmt: skip
