"""The professional's web access: her day, a patient's record in ten seconds, what she writes into it."""
