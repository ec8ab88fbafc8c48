"""Why commits are taken to have landed together, in words."""

from sdd.gate.landings import Evidence

TOGETHER_BY = {
    Evidence.MARK: "by the pull request that they name",
    Evidence.REBASE: "by the dates that a rebase leaves",
    Evidence.PHR: "by a PHR that names what earlier ones changed",
    Evidence.BRANCH: "by a PHR of their branch",
}
