"""Loading the insurers' register from a file, whole or weekly (docs/register.md)."""

from carnet.people.register.loading import RegisterRefusedError, Summary, load

__all__ = ["RegisterRefusedError", "Summary", "load"]
