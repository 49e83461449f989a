"""Tokens of software: the token endpoint, and the documents by which a software finds it."""
