"""Reads. Inside an open door only; each statement names the person."""
