"""The synthetic population: persons, families, addresses, cards, from a seed, over the real communes.

Ages, families, names and streets are invented; only the number of inhabitants of each commune is real.
Everything is computed as arrays and encoded straight to PostgreSQL's binary COPY (docs/world.md).
"""
