"""Why commits are taken to have landed together, in words."""

from sdd.gate.landings import Evidence

TOGETHER_BY = {
    Evidence.MARK: "by the pull request that they name",
    Evidence.REBASE: "by the dates that a rebase leaves",
    Evidence.PHR: "by a PHR that names what earlier ones changed",
    Evidence.CONTRACT: "by a contract for what earlier ones changed",
    Evidence.WAIVER: "by a waiver of what earlier ones changed",
    Evidence.RESTORED: "by a record that is as it was before",
    Evidence.BRANCH: "by a PHR of their branch",
}
