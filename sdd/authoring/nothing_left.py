"""What to say where a PHR is asked for and nothing is left that it could name."""

from sdd.base.errors import UsageError
from sdd.gate.preview import ChangeState

_SHOWN = 3


def nothing_left(state: ChangeState) -> UsageError:
    """The error that names the records of the change, and says what to do with them."""
    records = [phr.path for phr in state.own_phrs]
    if not records:
        return UsageError("nothing has changed that a PHR could name", "change something, then run this command again")
    more = [f"{len(records) - _SHOWN} more"] if len(records) > _SHOWN else []
    named = ", ".join([*records[:_SHOWN], *more])
    verb = "covers" if len(records) == 1 else "cover"
    fix = "commit what is uncommitted, then push" if state.uncommitted else "push"
    return UsageError(f"nothing is left to record: {named} {verb} the change", fix)
