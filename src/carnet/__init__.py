"""Carnet: an open national digital health record."""

__version__ = "0.1.0"  # run from its sources it is not installed: pyproject.toml says the same
