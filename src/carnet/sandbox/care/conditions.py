"""The lasting diseases of the world: how frequent at which age, what is taken for them, who follows them.

INVENTED: the shares below are plausible and nothing more; nobody should draw epidemiology from them.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from carnet.sandbox.care.life import Medicine

Ages = tuple[tuple[int, float], ...]
"""(age, share of the persons of that age who have the disease), interpolated between, level outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A lasting disease. `steps`: the medicines of each line of treatment; each line replaces the one before.

    `needs`: another condition without which it does not come; `excludes`: those with which it is not drawn.
    `panels`: of laboratory; `follow`: who follows it besides the general practitioner; `onset`: the
    youngest and oldest age at which it begins. `covered`: a long illness covered whole (ALD).
    """

    key: str
    label: str
    men: Ages
    women: Ages
    onset: tuple[int, int]
    steps: tuple[tuple[Medicine, ...], ...] = ()
    panels: tuple[str, ...] = ()
    follow: str = ""
    needs: str = ""
    excludes: tuple[str, ...] = ()
    covered: bool = False
    heredity: bool = False


def _m(name: str, strength: str, posology: str) -> Medicine:
    return Medicine(name, posology, strength)


_MORNING, _EVENING = "1 comprimé le matin", "1 comprimé le soir"
_TWICE = "1 comprimé matin et soir"

TABLE: Final = (
    Condition(key="hypertension", label="Hypertension artérielle", men=((30, 0), (45, 0.15), (60, 0.38),
              (75, 0.6)),
              women=((30, 0), (45, 0.1), (60, 0.33), (75, 0.6)), onset=(34, 78),
              steps=((_m("Ramipril", "5 mg", _MORNING),),
                     (_m("Ramipril", "10 mg", _MORNING), _m("Amlodipine", "5 mg", _MORNING))),
              panels=("kidney",), follow="CARDIOLOGIE", heredity=True),
    Condition(key="diabetes2", label="Diabète de type 2", men=((35, 0), (50, 0.06), (65, 0.17), (80, 0.2)),
              women=((35, 0), (50, 0.04), (65, 0.12), (80, 0.15)), onset=(38, 76),
              steps=((_m("Metformine", "500 mg", "1 comprimé matin et soir, au cours des repas"),),
                     (_m("Metformine", "1 000 mg", "1 comprimé matin et soir, au cours des repas"),
                      _m("Dapagliflozine", "10 mg", _MORNING))),
              panels=("diabetes", "kidney", "lipids"), follow="ENDOCRINOLOGIE", covered=True, heredity=True),
    Condition(key="diabetes1", label="Diabète de type 1", men=((2, 0), (10, 0.003), (60, 0.005)),
              women=((2, 0), (10, 0.003), (60, 0.005)), onset=(4, 30), excludes=("diabetes2",),
              steps=((_m("Insuline glargine", "100 unités/mL", "18 unités le soir, à heure fixe"),
                      _m("Insuline aspart", "100 unités/mL",
                      "4 à 8 unités avant chaque repas, selon la glycémie")),),
              panels=("diabetes", "kidney", "lipids"), follow="ENDOCRINOLOGIE", covered=True),
    Condition(key="cholesterol", label="Cholestérol élevé", men=((35, 0), (50, 0.15), (65, 0.3), (85, 0.3)),
              women=((40, 0), (55, 0.12), (70, 0.28), (85, 0.28)), onset=(40, 75),
              steps=((_m("Atorvastatine", "10 mg", _EVENING),), (_m("Atorvastatine", "20 mg", _EVENING),)),
              panels=("lipids", "liver"), heredity=True),
    Condition(key="afib", label="Fibrillation auriculaire", men=((55, 0), (70, 0.07), (85, 0.17)),
              women=((55, 0), (70, 0.05), (85, 0.14)), onset=(58, 85), excludes=("asthma", "copd"),
              steps=((_m("Apixaban", "5 mg", _TWICE), _m("Bisoprolol", "2,5 mg", _MORNING)),),
              panels=("kidney", "count"), follow="CARDIOLOGIE", covered=True),
    Condition(key="heart_failure", label="Insuffisance cardiaque", men=((65, 0), (85, 0.1)),
              women=((65, 0), (85, 0.1)), onset=(68, 88), needs="hypertension", excludes=("asthma",),
              steps=((_m("Furosémide", "40 mg", _MORNING),),), panels=("kidney",), follow="CARDIOLOGIE",
              covered=True),
    Condition(key="infarct", label="Infarctus du myocarde", men=((45, 0), (65, 0.05), (80, 0.1)),
              women=((50, 0), (70, 0.025), (85, 0.06)), onset=(48, 80), excludes=("afib",),
              steps=((_m("Acide acétylsalicylique", "75 mg", "1 sachet le midi"),
                      _m("Rosuvastatine", "10 mg", _EVENING)),),
              panels=("lipids", "count"), follow="CARDIOLOGIE", covered=True, heredity=True),
    Condition(key="hypothyroidism", label="Hypothyroïdie", men=((30, 0), (60, 0.015)),
              women=((25, 0.005), (50, 0.06), (75, 0.11)), onset=(24, 70),
              steps=((_m("Lévothyroxine", "50 µg", "1 comprimé le matin à jeun"),),
                     (_m("Lévothyroxine", "75 µg", "1 comprimé le matin à jeun"),)), panels=("thyroid",)),
    Condition(key="asthma", label="Asthme", men=((2, 0), (6, 0.09), (30, 0.06), (70, 0.05)),
              women=((2, 0), (6, 0.07), (30, 0.07), (70, 0.06)), onset=(3, 45),
              steps=((_m("Salbutamol", "100 µg", "1 à 2 bouffées en cas de gêne"),),
                     (_m("Salbutamol", "100 µg", "1 à 2 bouffées en cas de gêne"),
                      _m("Béclométasone", "250 µg", "1 bouffée matin et soir, puis se rincer la bouche"))),
              follow="PNEUMOLOGIE"),
    Condition(key="copd", label="Bronchite chronique, BPCO", men=((45, 0), (70, 0.09)),
              women=((45, 0), (70, 0.05)), onset=(48, 76), excludes=("asthma",),
              steps=((_m("Tiotropium", "18 µg", "1 inhalation le matin"),),), follow="PNEUMOLOGIE"),
    Condition(key="depression", label="Dépression", men=((18, 0.01), (40, 0.045), (75, 0.04)),
              women=((18, 0.02), (40, 0.08), (75, 0.07)), onset=(17, 70),
              steps=((_m("Sertraline", "50 mg", _MORNING),),), follow="PSYCHIATRIE"),
    Condition(key="arthrosis", label="Arthrose", men=((45, 0), (65, 0.22), (80, 0.4)),
              women=((45, 0), (65, 0.32), (80, 0.55)), onset=(48, 78),
              steps=((_m("Paracétamol", "1 g", "1 comprimé en cas de douleur, 3 par jour au plus"),),)),
    Condition(key="osteoporosis", label="Ostéoporose", men=((65, 0), (80, 0.03)),
              women=((55, 0), (70, 0.14), (85, 0.28)), onset=(58, 82),
              steps=((_m("Acide alendronique", "70 mg", "1 comprimé par semaine, à jeun, debout"),
                      _m("Colécalciférol (vitamine D3)", "100 000 UI", "1 ampoule tous les trois mois")),),
              panels=("vitamin",), follow="RHUMATOLOGIE"),
    Condition(key="reflux", label="Reflux gastro-œsophagien", men=((25, 0.02), (50, 0.09), (75, 0.1)),
              women=((25, 0.02), (50, 0.09), (75, 0.1)), onset=(24, 66),
              steps=((_m("Oméprazole", "20 mg", "1 gélule le soir"),),)),
    Condition(key="migraine", label="Migraine", men=((14, 0.02), (35, 0.07), (60, 0.03)),
              women=((14, 0.04), (35, 0.17), (60, 0.06)), onset=(12, 40), excludes=("infarct",),
              steps=((_m("Sumatriptan", "50 mg",
              "1 comprimé dès le début de la crise, 2 par jour au plus"),),)),
    Condition(key="gout", label="Goutte", men=((45, 0), (65, 0.04)), women=((60, 0), (75, 0.012)),
              onset=(46, 72), steps=((_m("Allopurinol", "100 mg", _EVENING),),), panels=("kidney",)),
    Condition(key="rhinitis", label="Rhinite allergique", men=((5, 0.05), (25, 0.14), (60, 0.08)),
              women=((5, 0.04), (25, 0.15), (60, 0.09)), onset=(5, 35),
              steps=((_m("Desloratadine", "5 mg", "1 comprimé par jour, à la saison des pollens"),),)),
    Condition(key="eczema", label="Eczéma", men=((0, 0.02), (3, 0.12), (15, 0.05), (40, 0.02)),
              women=((0, 0.02), (3, 0.12), (15, 0.05), (40, 0.03)), onset=(0, 12),
              steps=((_m("Bétaméthasone", "crème 0,05 %",
              "1 application le soir sur les plaques, 7 jours"),),)),
    Condition(key="prostate", label="Cancer de la prostate", men=((60, 0), (75, 0.05)), women=((0, 0),),
              onset=(62, 80), panels=("count",), follow="ONCOLOGIE", covered=True),
    Condition(key="breast", label="Cancer du sein", men=((0, 0),), women=((40, 0), (60, 0.035), (75, 0.05)),
              onset=(42, 74), steps=((_m("Létrozole", "2,5 mg", _MORNING),),), panels=("count",),
              follow="ONCOLOGIE", covered=True, heredity=True),
    Condition(key="glaucoma", label="Glaucome", men=((45, 0), (75, 0.05)), women=((45, 0), (75, 0.05)),
              onset=(48, 78), steps=((_m("Latanoprost", "50 µg/mL", "1 goutte dans chaque œil le soir"),),),
              follow="OPHTALMOLOGIE"),
    Condition(key="endometriosis", label="Endométriose", men=((0, 0),), women=((18, 0), (30, 0.06), (50,
              0.03)),
              onset=(18, 36), steps=((_m("Désogestrel", "75 µg", "1 comprimé par jour, à heure fixe"),),),
              follow="GYNECOLOGIE"),
    Condition(key="epilepsy", label="Épilepsie", men=((5, 0.004), (70, 0.008)), women=((5, 0.004), (70,
              0.008)),
              onset=(5, 40), steps=((_m("Lévétiracétam", "500 mg", _TWICE),),), panels=("liver",),
              follow="NEUROLOGIE", covered=True),
    Condition(key="apnoea", label="Apnées du sommeil", men=((35, 0), (60, 0.08)), women=((40, 0), (65, 0.04)),
              onset=(38, 66), follow="PNEUMOLOGIE"),
)  # fmt: skip

BY_KEY: Final = {one.key: one for one in TABLE}


def share_at(ages: Ages, age: float) -> float:
    """Return the share of a table at an age."""
    if age <= ages[0][0]:
        return ages[0][1] if age == ages[0][0] else 0.0
    for (young, low), (old, high) in pairwise(ages):
        if age <= old:
            return low + (high - low) * (age - young) / (old - young)
    return ages[-1][1]
