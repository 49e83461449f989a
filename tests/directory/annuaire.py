"""Resources of the annuaire for tests: small, in the format of the implementation guide."""

NOS = "https://mos.esante.gouv.fr/NOS/"


def code(name, value):
    return {"system": f"{NOS}{name}/FHIR/{name.replace('_', '-', 1)}", "code": value}


def practitioner(number, **changes):
    return {
        "resourceType": "Practitioner", "id": f"{number}", "active": True,
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": f"{10_000_000_000 + number}"}],
        "name": [{"family": f"NOM{number}", "given": ["Anne", "Lise"], "prefix": ["MME"]}],
        "qualification": [{"code": {"coding": [
            code("TRE_G15-ProfessionSante", "10"), code("TRE_R09-CategorieProfessionnelle", "C"),
            code("TRE_R38-SpecialiteOrdinale", "SM54"),
        ]}}],
    } | changes  # fmt: skip


def organization(number, **changes):
    return {
        "resourceType": "Organization", "id": f"9{number}", "active": True, "name": f"Structure {number}",
        "identifier": [
            {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": f"1{690_000_000 + number}",
             "type": {"coding": [{"code": "IDNST"}]}},
            {"system": "https://finess.esante.gouv.fr", "value": f"{690_000_000 + number}",
             "type": {"coding": [{"code": "FINEG"}]}},
        ],
        "type": [{"coding": [code("TRE_R02-SecteurActivite", "SA07")]}],
    } | changes  # fmt: skip


def role(number, *, practitioner=None, organization=None, **changes):
    return {
        "resourceType": "PractitionerRole", "id": f"7{number}", "active": True,
        "practitioner": {"reference": f"Practitioner/{practitioner or number}"},
        "organization": {"reference": f"Organization/9{organization or number}"},
        "period": {"start": "2020-01-31"},
        "code": [{"coding": [code("TRE_R23-ModeExercice", "L")]}],
    } | changes  # fmt: skip
