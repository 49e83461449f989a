"""The database: the embedded server and how it lives, its roles, and where clients find it.

`cluster` starts and stops the embedded PostgreSQL, `roles` prepares any server, `target` says where the
database is. Nothing here knows Django.
"""
