"""Who decides that a policy changes: a PHR that was asked to, never one that takes the file along."""

from sdd.authoring.drafts import PhrDraft
from sdd.base import paths
from sdd.base.errors import UsageError
from sdd.base.listing import listed
from sdd.gate.preview import ChangeState
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.policy import is_policy


def without_policy(state: ChangeState, draft: PhrDraft, untold: tuple[str, ...]) -> tuple[str, ...]:
    """What a PHR names that is not said to decide the policy: that alone, where there is nothing else.

    Raises UsageError where there is nothing else and its kind says that it is about work.
    """
    if draft.stage == Stage.CONSTITUTION:
        return untold
    work = tuple(path for path in untold if not is_policy(path))
    if untold and not work and draft.kind:
        left = listed([*map(state.project.path, untold)])
        raise UsageError(
            f"only {left} is left to record: a {draft.kind} decides no policy", how_to_decide(state, untold)
        )
    return work or untold


def how_to_decide(state: ChangeState, policies: tuple[str, ...]) -> str:
    """The command that writes the PHR by which policies (seen from the root) change."""
    named = " ".join(f"--file {paths.shell_word(path)}" for path in policies)
    return f'{state.sdd_in(state.root)} phr new "TITLE" --stage constitution {named} --commit'
