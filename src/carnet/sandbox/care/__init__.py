"""A life of care for each person of the synthetic world, told the same way everywhere (docs/world.md).

`living.compose` makes a life from a seed and what the register says of the person, and nothing else: no
clock, no database. `papers`, `entries` and `tellings` say that one life as documents, as lines of the medical
profile, as measures and reimbursements; `feeding` lays it down, `running` does so for many. Every prevalence,
name and figure is invented.
"""
