"""Carnet: an open national digital health record."""
