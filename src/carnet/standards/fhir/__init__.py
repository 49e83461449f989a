"""FHIR R4 (4.0.1), JSON: the resources that Carnet writes, typed. Pure: no Django, no I/O."""
