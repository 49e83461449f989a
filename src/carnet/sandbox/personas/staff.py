"""Who the professionals are and where they practise, in the order of docs/personas.md."""

from typing import Final

from carnet.sandbox.personas.model import Practice, ProfessionalPersona, Structure, Tie

TILLEULS, HOSPITAL, HEART = "000000059", "000000026", "300000000000067"
NURSES, PHARMACY, DENTIST, MIDWIFE = "000000067", "000000075", "000000083", "000000091"
SOCIAL, SAMU, WORK = "000000109", "000000117", "000000125"

PRACTICES: Final = (
    Structure(finess=TILLEULS, name="Cabinet des Tilleuls", facility="SA08"),
    Structure(finess=HOSPITAL, name="Hôpital du Belvédère"),
    Structure(finess=HEART, name="Cabinet de cardiologie Vasseur", facility="SA07"),
    Structure(finess=NURSES, name="Cabinet infirmier du Canal", facility="SA08"),
    Structure(finess=PHARMACY, name="Pharmacie du Marché aux Fleurs", facility="SA33"),
    Structure(finess=DENTIST, name="Cabinet dentaire Royer", facility="SA07"),
    Structure(finess=MIDWIFE, name="Cabinet de sages-femmes de la Source", facility="SA08"),
    Structure(finess=SOCIAL, name="Centre social des Arcades", facility="SA15"),
    Structure(finess=SAMU, name="SAMU de démonstration", facility="SA01"),
    Structure(finess=WORK, name="Service de santé au travail des Quais", facility="SA20"),
)

_TEAM = (Tie("monique"),)

PROFESSIONALS: Final = (
    ProfessionalPersona(
        login="dr.aubrac", family_name="AUBRAC", given_name="Hélène", national_id="899700100016",
        profession="10", speciality="SM54", civility="MME",
        use="médecin traitant de Monique, Hugo, Henri et Laetitia ; exerce dans un cabinet et à l’hôpital",
        practices=(Practice(TILLEULS, "SA08", "L"), Practice(HOSPITAL, "SA01", "S")),
        ties=(
            Tie("monique", "treating"), Tie("hugo", "treating"), Tie("henri", "treating"),
            Tie("laetitia", "treating"), Tie("lina", "treating"), Tie("tom"),
        ),
    ),
    ProfessionalPersona(
        login="dr.vasseur", family_name="VASSEUR", given_name="Noémie", national_id="899700100024",
        profession="10", speciality="SM04", civility="MME",
        use="cardiologue, inconnue de tous : elle entre par un QR, un INS ou un consentement",
        practices=(Practice(HEART, "SA07", "L"),),
    ),
    ProfessionalPersona(
        login="inf.perrin", family_name="PERRIN", given_name="Malik", national_id="899700100032",
        profession="60", civility="M", use="infirmier de l’équipe de soins de Monique",
        practices=(Practice(NURSES, "SA08", "L"),), ties=_TEAM,
    ),
    ProfessionalPersona(
        login="pha.costa", family_name="COSTA", given_name="Inès", national_id="899700100040",
        profession="21", civility="MME", use="pharmacienne de Monique",
        practices=(Practice(PHARMACY, "SA33", "L"),), ties=_TEAM,
    ),
    ProfessionalPersona(
        login="den.royer", family_name="ROYER", given_name="Luc", national_id="899700100057",
        profession="40", civility="M", use="chirurgien-dentiste de Monique",
        practices=(Practice(DENTIST, "SA07", "L"),), ties=_TEAM,
    ),
    ProfessionalPersona(
        login="sf.nadal", family_name="NADAL", given_name="Rose", national_id="899700100065",
        profession="50", civility="MME", use="sage-femme, de l’équipe de soins de Monique",
        practices=(Practice(MIDWIFE, "SA08", "L"),), ties=_TEAM,
    ),
    ProfessionalPersona(
        login="as.leroux", family_name="LEROUX", given_name="Tess", national_id="899700100073",
        profession="41", civility="MME", use="assistante de service social, de l’équipe de Monique",
        practices=(Practice(SOCIAL, "SA15", "S"),), ties=_TEAM,
    ),
    ProfessionalPersona(
        login="samu.giraud", family_name="GIRAUD", given_name="Paul", national_id="899700100081",
        profession="10", civility="M", regulates=True, use="médecin régulateur du SAMU",
        practices=(Practice(SAMU, "SA01", "S"),),
    ),
    ProfessionalPersona(
        login="travail.morin", family_name="MORIN", given_name="Eve", national_id="899700100099",
        profession="10", speciality="SM25", civility="MME",
        use="médecin du travail : rien sans accord exprès",
        practices=(Practice(WORK, "SA20", "S", kind="occupational"),),
    ),
    ProfessionalPersona(
        login="interne.faure", family_name="FAURE", given_name="Lou", national_id="899700100107",
        profession="10", category="E", civility="MME", use="étudiante en médecine, auprès de la Dre Aubrac",
        practices=(Practice(TILLEULS, "SA08", "S", kind="student", under="dr.aubrac"),),
    ),
    ProfessionalPersona(
        login="rempl.colin", family_name="COLIN", given_name="Marc", national_id="899700100115",
        profession="10", speciality="SM54", civility="M", use="remplaçant de la Dre Aubrac",
        practices=(Practice(TILLEULS, "SA08", "L", kind="replacement", under="dr.aubrac"),),
    ),
    ProfessionalPersona(
        login="sec.blanc", family_name="BLANC", given_name="Zoé", national_id="3000000059/12",
        profession="SECRETARIAT_MEDICAL", civility="MME",
        use="secrétaire du Cabinet des Tilleuls : dépose et ne lit rien",
        practices=(Practice(TILLEULS, "SA08", "S"),),
    ),
    ProfessionalPersona(
        login="dr.retrait", family_name="DESCOMBES", given_name="Guy", national_id="899700100123",
        profession="10", civility="M", active=False, use="médecin retraité : l’annuaire le dit inactif",
        practices=(Practice(TILLEULS, "SA08", "L"),),
    ),
)  # fmt: skip

STRANGERS: Final = (
    ProfessionalPersona(
        login="dr.inconnu", family_name="TAVERNEL", given_name="Ali", national_id="899700100131",
        profession="10", civility="M", use="n’est pas encore dans l’annuaire",
        practices=(Practice(TILLEULS, "SA08", "L"),),
    ),
    ProfessionalPersona(
        login="dr.sanslieu", family_name="HERBELOT", given_name="Ida", national_id="899700100149",
        profession="10", civility="MME", use="aucune structure dans sa réponse, ni dans l’annuaire",
    ),
)  # fmt: skip
"""Whom Pro Santé Connect knows and this service does not."""
