"""What the door raises when it stays shut."""

from carnet.access.policies import Scope


class Refused(Exception):  # noqa: N818 - a decision, not a failure
    """The door stayed shut. `scope.rule` and `scope.explanation` say why."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope.rule)
        self.scope = scope
