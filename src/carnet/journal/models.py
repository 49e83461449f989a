"""No Django model: the journal is one partitioned table, written and read by the SQL of api.py."""
