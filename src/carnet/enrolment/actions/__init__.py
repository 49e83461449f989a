"""The acts of the life cycle, one module a subject. Other rooms use `carnet.enrolment.api`."""
