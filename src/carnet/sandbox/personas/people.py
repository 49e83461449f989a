"""The personas, in the order of docs/personas.md. Everybody and every number here is invented.

Two identities are those that public sample documents carry (`dominique`, `ruth`), so that these documents
find their person.
"""

from datetime import date

from carnet.sandbox.personas.model import AgentPersona, FranceConnectPersona, Persona, Structure

_LONG_NAME = "DE LA ROCHEBRELLE-MONTEVERNIER D'ORGEVAL-SAUVELIER DU BOISFOND L'HAUTCOURVILLIER"

PERSONAS: tuple[Persona, ...] = (
    Persona(
        key="claire", use="vient de recevoir la lettre avec son code : elle active son espace",
        birth_name="VAUCELIER", given_names="CLAIRE LOUISE", sex="F", born=date(1984, 5, 17),
        stage="notified",
        phone="0639980101",
    ),
    Persona(
        key="basile", use="a reçu l’information par e-mail : il s’oppose et garde la preuve",
        birth_name="TRÉMARD", given_names="BASILE HENRI", sex="M", born=date(1971, 11, 3),
        birth_place="69123",
        home="69123", email="basile.tremard@exemple.test", phone="0639980102", stage="notified",
    ),
    Persona(
        key="sylvie", use="ne répond pas : son espace s’ouvre seul 42 jours après la lettre",
        birth_name="MARCHET", given_names="SYLVIE ANNE", sex="F", born=date(1962, 8, 30), birth_place="44109",
        home="44109", phone="0639980103", stage="notified",
    ),
    Persona(
        key="denis", use="a un espace et un compte (code par e-mail) : il ferme, puis rouvre",
        birth_name="COURTRAY", given_names="DENIS ÉMILE", sex="M", born=date(1979, 2, 8), birth_place="35238",
        home="35238", email="denis.courtray@exemple.test", phone="0639980104", stage="activated",
        login="denis.c.3508",
    ),
    Persona(
        key="estelle", use="a un compte et des documents : elle demande l’effacement, l’annule, le redemande",
        birth_name="ORGELIER", given_names="ESTELLE JEANNE", sex="F", born=date(1990, 10, 21),
        birth_place="67482",
        home="67482", email="estelle.orgelier@exemple.test", phone="0639980105", stage="activated",
        login="estelle.o.6748",
    ),
    Persona(
        key="nadia", use="mère de jumeaux : elle gère leurs espaces et invite l’autre parent",
        birth_name="BELLEVAL", given_names="NADIA SAMIA", sex="F", born=date(1986, 3, 14),
        birth_place="13055",
        home="13055", email="nadia.belleval@exemple.test", phone="0639980106", family="jumeaux",
        stage="activated", login="nadia.b.1305",
    ),
    Persona(
        key="karim", use="père des jumeaux, avec un compte : il est invité, puis accepte",
        birth_name="NOUAIPIN", given_names="KARIM", sex="M", born=date(1984, 12, 2), birth_place="13055",
        home="13055", email="karim.nouaipin@exemple.test", phone="0639980107", family="jumeaux",
        stage="activated", login="karim.n.1305",
    ),
    Persona(
        key="tom", use="jumeau, rattaché à Nadia, espace activé", birth_name="NOUAIPIN",
        given_names="TOM ALI",
        sex="M", born=date(2018, 4, 9), birth_place="13055", home="13055", family="jumeaux", parent="nadia",
        stage="activated",
    ),
    Persona(
        key="leo", use="jumeau, rattaché à Nadia, espace activé", birth_name="NOUAIPIN",
        given_names="LÉO KARIM",
        sex="M", born=date(2018, 4, 9), birth_place="13055", order=902, home="13055", family="jumeaux",
        parent="nadia", stage="activated",
    ),
    Persona(
        key="jade", use="fille mineure de Nadia : son code vient d’arriver chez sa mère",
        birth_name="BELLEVAL", given_names="JADE", sex="F", born=date(2014, 9, 1), birth_place="13055",
        home="13055", family="jumeaux", parent="nadia", stage="notified",
    ),
    Persona(
        key="hugo", use="se connecte avec une application de codes (TOTP, secret public)",
        birth_name="GRÉSAC", given_names="HUGO ANDRÉ", sex="M", born=date(1995, 6, 25), birth_place="33063",
        home="33063", email="hugo.gresac@exemple.test", phone="0639980108", stage="activated",
        login="hugo.g.3306", factor="totp",
    ),
    Persona(
        key="dominique", use="l’identité des documents d’exemple : le dépôt de bout en bout",
        birth_name="PAT-TROIS", given_names="DOMINIQUE MARIE-LOUISE", sex="F", born=date(1979, 3, 28),
        birth_place="51215", order=189, home="51454", email="dominique.pattrois@exemple.test",
        phone="0639980109", stage="activated", login="dominique.p.51",
    ),
    Persona(
        key="ruth", use="l’autre identité des documents d’exemple ; espace ouvert sans réponse de sa part",
        birth_name="NESSI", used_name="DECOURCY", given_names="RUTH ISABELLE", sex="F", born=date(1977, 7,
        14),
        birth_place="63220", order=829, home="63113", email="ruth.decourcy@exemple.test", stage="opened",
    ),
    Persona(
        key="solange", use="a fermé son espace : elle se connecte pour le rouvrir ou le faire effacer",
        birth_name="VERNEBOIS", given_names="SOLANGE", sex="F", born=date(1957, 1, 19), birth_place="59350",
        home="59350", email="solange.vernebois@exemple.test", phone="0639980110", stage="closed",
        login="solange.v.59",
    ),
    Persona(
        key="gilles", use="s’est opposé ; il peut demander un espace plus tard",
        birth_name="PLESSEROND", given_names="GILLES MARIE", sex="M", born=date(1968, 5, 2),
        birth_place="29232",
        home="29232", email="gilles.plesserond@exemple.test", stage="objected",
    ),
    Persona(
        key="jean1", use="homonyme : mêmes cinq traits que le suivant, seul le matricule change",
        birth_name="ROCHENIEL", given_names="JEAN", sex="M", born=date(1975, 9, 9), birth_place="31555",
        email="jean.rocheniel1@exemple.test", phone="0639980111", stage="activated", login="jean.r.3155",
    ),
    Persona(
        key="jean2", use="homonyme du précédent, sans compte",
        birth_name="ROCHENIEL", given_names="JEAN", sex="M", born=date(1975, 9, 9), birth_place="31555",
        order=902, email="jean.rocheniel2@exemple.test",
    ),
    Persona(
        key="marguerite", use="décédée : ni activation ni ouverture",
        birth_name="SAUVEDEL", given_names="MARGUERITE ROSE", sex="F", born=date(1938, 12, 24),
        birth_place="06088", home="06088", died_days_ago=30,
    ),
    Persona(
        key="henri", use="majeur protégé (tutelle), espace activé : représenté par Monique",
        birth_name="LANDEREAU", given_names="HENRI PAUL", sex="M", born=date(1949, 7, 7), birth_place="37261",
        home="37261", protection="tutelle", guardian="monique", stage="activated",
        email="henri.landereau@exemple.test", phone="0639980115", login="henri.l.3726",
    ),
    Persona(
        key="monique", use="tutrice d’Henri, avec un compte", birth_name="LANDEREAU", given_names="MONIQUE",
        sex="F", born=date(1973, 4, 4), birth_place="37261", home="37261",
        email="monique.landereau@exemple.test", phone="0639980112", stage="activated", login="monique.l.37",
    ),
    Persona(
        key="odette", use="carte Vitale illisible : seul le 3422 peut l’aider", birth_name="HAUTECHET",
        given_names="ODETTE", sex="F", born=date(1946, 2, 11), birth_place="87085", home="87085",
        legible=False, stage="notified",
    ),
    Persona(
        key="paul", use="l’assureur ne connaît ni adresse, ni téléphone, ni e-mail", birth_name="BOISMARD",
        given_names="PAUL", sex="M", born=date(1988, 1, 30), birth_place="21231", contact_known=False,
    ),
    Persona(
        key="ange", use="né en Corse-du-Sud (2A), carte sans photo", birth_name="MARSAC",
        given_names="ANGE FÉLIX",
        sex="M", born=date(1980, 1, 5), birth_place="2A004", home="2A004", serial="55512345",
        with_photo=False, email="ange.marsac@exemple.test", phone="0639980113", stage="notified",
    ),
    Persona(
        key="laetitia", use="née en Haute-Corse (2B), mère d’un nouveau-né", birth_name="MONTEVAL",
        given_names="LAETITIA", sex="F", born=date(1992, 11, 11), birth_place="2B033", home="2B033",
        email="laetitia.monteval@exemple.test", phone="0639980114", family="nouveau-ne", stage="activated",
        login="laetitia.m.2b",
    ),
    Persona(
        key="noe", use="nouveau-né, rattaché à Laetitia, jamais informé", birth_name="MONTEVAL",
        given_names="NOÉ", sex="M", days_old=9, birth_place="2B033", home="2B033", family="nouveau-ne",
        parent="laetitia",
    ),
    Persona(
        key="agathe", use="née un 29 février", birth_name="FAVEROND", given_names="AGATHE", sex="F",
        born=date(1988, 2, 29), birth_place="76540", home="76540", email="agathe.faverond@exemple.test",
        stage="notified",
    ),
    Persona(
        key="eleonore", use="80 caractères de nom, des accents, des traits d’union, des apostrophes",
        birth_name=_LONG_NAME, given_names="MARIE-ÉLÉONORE JOSÉPHINE ÖZGÜR", sex="F", born=date(1999, 12, 31),
        birth_place="75056", home="75056", email="eleonore@exemple.test", stage="notified",
    ),
    Persona(
        key="regis", use="espace suspendu après un signalement : rien n’y entre, rien n’en sort",
        birth_name="AUBRENAIN", given_names="RÉGIS LUC", sex="M", born=date(1966, 10, 12),
        birth_place="76540", home="76540", email="regis.aubrenain@exemple.test", stage="suspended",
    ),
    Persona(
        key="lucie", use="a fait effacer son espace : il n’en reste rien",
        birth_name="CHANTEREL", given_names="LUCIE MARTHE", sex="F", born=date(1958, 6, 6),
        birth_place="67482", home="67482", email="lucie.chanterel@exemple.test", stage="erased",
    ),
    Persona(
        key="amina", use="numéro d’attente (NIA) : elle attend son numéro définitif",
        birth_name="OUARZEL", given_names="AMINA", sex="F", born=date(1993, 2, 17), birth_place="99350",
        home="31555", email="amina.ouarzel@exemple.test", stage="opened", waiting=True,
    ),
    Persona(
        key="blandine", use="a bloqué les structures du bac à sable : elles déposent et ne relisent rien",
        birth_name="VERDIGNAC", given_names="BLANDINE ODILE", sex="F", born=date(1982, 9, 23),
        birth_place="33063", home="33063", email="blandine.verdignac@exemple.test", phone="0639980116",
        stage="activated", login="blandine.v.33", blocks=True,
    ),
    Persona(
        key="mathieu", use="masque ses documents aux professionnels dès leur arrivée",
        birth_name="LESTRANGES", given_names="MATHIEU JULES", sex="M", born=date(1991, 12, 15),
        birth_place="59350", home="59350", email="mathieu.lestranges@exemple.test", phone="0639980117",
        stage="activated", login="mathieu.l.59", masked=True,
    ),
    Persona(
        key="sabine", use="mère d’une adolescente, avec un compte",
        birth_name="SORVILLIER", given_names="SABINE MARTHE", sex="F", born=date(1981, 1, 23),
        birth_place="87085", home="87085", email="sabine.sorvillier@exemple.test", phone="0639980118",
        family="adolescente", stage="activated", login="sabine.s.87",
    ),
    Persona(
        key="yves", use="père de la même adolescente, avec un compte",
        birth_name="ORMANCEY", given_names="YVES BASTIEN", sex="M", born=date(1979, 10, 6),
        birth_place="87085", home="87085", email="yves.ormancey@exemple.test", phone="0639980119",
        family="adolescente", stage="activated", login="yves.o.87",
    ),
    Persona(
        key="lina", use="15 ans, deux représentants légaux, un document que ses parents ne voient pas",
        birth_name="ORMANCEY", given_names="LINA ROSE", sex="F", born=date(2011, 5, 12),
        birth_place="87085", home="87085", family="adolescente", parent="sabine", other_parent="yves",
        stage="activated",
    ),
)  # fmt: skip

AGENTS: tuple[AgentPersona, ...] = (
    AgentPersona(
        login="agent.conseil", name="Camille Conseillère", email="conseil@exemple.test", roles=("adviser",),
        use="ligne 3422 : retrouver une personne, renvoyer un code, enregistrer une opposition",
    ),
    AgentPersona(
        login="agent.admin", name="Alix Administratrice", email="admin@exemple.test",
        roles=("administrator",),
        use="inviter des agents et leur donner un rôle",
    ),
    AgentPersona(
        login="agent.controle", name="Maud Contrôleuse", email="controle@exemple.test",
        roles=("auditor", "supervisor"),
        use="contrôler les accès en urgence, rouvrir un compte gelé, relire les actes du 3422",
    ),
)  # fmt: skip

FRANCECONNECT: tuple[FranceConnectPersona, ...] = (
    FranceConnectPersona(
        login="hugo", given_names="Hugo André", family_name="GRÉSAC", birth_date=date(1995, 6, 25),
        gender="male", birth_place="33063", email="hugo.gresac@exemple.test",
        use="trouvé par les cinq traits : se connecte après avoir relié son compte",
    ),
    FranceConnectPersona(
        login="denis", given_names="Denis Émile", family_name="COURTRAY", birth_date=date(1979, 2, 8),
        gender="male", birth_place="35238", email="denis.courtray@exemple.test",
        use="trouvé par les cinq traits",
    ),
    FranceConnectPersona(
        login="claire", given_names="Claire Louise", family_name="VAUCELIER", birth_date=date(1984, 5, 17),
        gender="female", birth_place="31555", email="claire.vaucelier@exemple.test",
        use="trouvée, mais sans compte : elle doit d’abord activer son espace",
    ),
    FranceConnectPersona(
        login="jean", given_names="Jean", family_name="ROCHENIEL", birth_date=date(1975, 9, 9),
        gender="male", birth_place="31555", email="jean.rocheniel@exemple.test",
        use="deux homonymes : identité ambiguë, orientée vers le 3422",
    ),
    FranceConnectPersona(
        login="inconnue", given_names="Victoire", family_name="DRUEVILLE", birth_date=date(1983, 3, 3),
        gender="female", birth_place="75056", email="victoire.drueville@exemple.test",
        use="inconnue du registre",
    ),
)  # fmt: skip

STRUCTURES: tuple[Structure, ...] = (
    Structure(finess="000000018", name="Laboratoire des Quatre Saisons", facility="SA25"),
    Structure(finess="000000026", name="Hôpital du Belvédère"),
    Structure(finess="000000034", name="Clinique de la Mare", facility="SA04"),
    Structure(finess="000000042", name="Centre de santé du Lavoir", facility="SA05"),
)
