"""Why commits are taken to have landed together, in words."""

from collections.abc import Iterable

from sdd.gate.landings import Evidence

_WORDS = {
    Evidence.MARK: "by the pull request that they name",
    Evidence.REBASE: "by the dates that a rebase leaves",
    Evidence.PHR: "by a PHR that names what earlier ones changed",
    Evidence.CONTRACT: "by a contract for what earlier ones changed",
    Evidence.WAIVER: "by a waiver of what earlier ones changed",
    Evidence.RESTORED: "by a record that is as it was before",
    Evidence.BRANCH: "by a PHR of their branch",
}


def together_by(evidence: Iterable[Evidence]) -> str:
    """All that tells so of one change."""
    return " and ".join(_WORDS[each] for each in evidence)
