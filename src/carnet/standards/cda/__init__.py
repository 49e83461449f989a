"""HL7 CDA release 2 as the French profile (CI-SIS) uses it: reader, narrative as HTML, writer.

`reader.read` gives a `model.Document`; `narrative.to_html` shows it; `writer` makes documents of our own.
"""
