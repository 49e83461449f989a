"""The guard of accounts: one that reads unlike its profession steps up, then is frozen (docs/guard.md).

A stolen account is the real way in (facts/mes.md 11: 19 accounts, 510,000 people, March 2022).
"""
