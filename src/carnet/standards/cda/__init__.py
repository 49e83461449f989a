"""HL7 CDA release 2 as the French profile (CI-SIS) uses it: reader, rules, narrative, writer.

`reader.read` gives a `model.Document`; `rules.check` holds its header against the profile;
`narrative.to_html` shows it, `plain.text_of` is what a search reads; `writer` makes documents of our own,
`biology`, `vaccination`, `synthesis` and `reports` fill them from plain values. docs/conformance.md tells
it whole.
"""
