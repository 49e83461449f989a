"""`carnet documents send`: a folder of documents, sent to a FHIR server as the software of a structure does.

It needs neither Django nor a database: it is the other end of the line. `tokens` asks for access, `metadata`
describes a document (ITI-105), `server` sends and tries again, `ledger` remembers every answer so that an
interrupted run goes on, `order` puts versions after what they replace, `folder` leads them all, `command`
talks to whoever started it.
"""
