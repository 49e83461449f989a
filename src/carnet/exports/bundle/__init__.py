"""A record as FHIR R4 resources, subject by subject (docs/copies.md says what becomes what)."""
