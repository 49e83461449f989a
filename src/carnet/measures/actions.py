"""Writes. Inside an open door only."""
