"""What to say where a PHR is asked for and nothing is left that it could name."""

from sdd.base.errors import UsageError
from sdd.base.listing import listed
from sdd.gate.preview import ChangeState


def nothing_left(state: ChangeState) -> UsageError:
    """The error that names the records of the change, or what is not committed, and says what to do with them."""
    if left := state.left_out:
        fix = "commit them first: git add --all && git commit\nor name them yourself: --file PATH"
        return UsageError(f"what a PHR could name is not committed: {listed(left)}", fix)
    records = [phr.path for phr in state.own_phrs]
    if not records:
        return UsageError("nothing has changed that a PHR could name", "change something, then run this command again")
    verb = "covers" if len(records) == 1 else "cover"
    fix = "commit what is uncommitted, then push" if state.uncommitted else "push"
    return UsageError(f"nothing is left to record: {listed(records)} {verb} the change", fix)
