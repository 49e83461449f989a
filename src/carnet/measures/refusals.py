"""Why a measure is not taken, or not found."""


class MeasureRefused(ValueError):  # noqa: N818 - a decision, not a failure
    """A value that is not taken. `field`: kind, value, second, at, context, days, comment, unit, target."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class MeasureUnlikely(MeasureRefused):
    """A value that is possible and odd: taken once the person has said that it is right."""


class MeasureUnknownError(LookupError):
    """No such measure in this person's record."""


class MeasureChangedError(Exception):
    """Somebody saved it meanwhile, from another browser."""


class MeasureLockedError(Exception):
    """A professional entered or confirmed it: the person does not change it."""
