"""Rules about a root's baseline: the findings that it had when it adopted sdd."""

from sdd.gate.rules.rule import ChangeContext, Findings, RuleFinding, Severity, TreeContext, change_rule, tree_rule
from sdd.records.project import BASELINE_PATH


@tree_rule(Severity.ERROR)
def policy_baseline_unreadable(context: TreeContext) -> Findings:
    """The baseline cannot be read.

    Why: it separates old findings from new ones. Without it every finding is shown. A merge that went wrong is the
    usual cause.

    Fix: git checkout TARGET -- .specify/baseline.json

    Bad example:
        -- .specify/baseline.json --
        {"schema": "sdd/baseline/1"}
        -- history/prompts/constitution/0002-baseline.constitution.prompt.md --
        ---
        id: "0002"
        title: Baseline
        stage: constitution
        date: 2026-03-01
        files:
          - .specify/baseline.json
        ---

        ## Prompt

        Keep what was found so far in a baseline.

        ## Response snapshot

        Kept.
    """
    path = context.after.path(BASELINE_PATH)
    if context.looks_at(path) and context.after.baseline and context.after.baseline.problem:
        problem = context.after.baseline.problem
        target = context.view.change.target_name if isinstance(context, ChangeContext) else "HEAD"
        yield RuleFinding(path, problem.line, problem.message, f"git checkout {target} -- {path}", firm=True)


@change_rule(Severity.ERROR)
def policy_baseline_grown(context: ChangeContext) -> Findings:
    """A change adds to the baseline.

    Why: the baseline lists findings from before sdd. New ones are fixed, not listed, or the file becomes the place
    where findings are forgotten. So it can only shrink, and a root without one gets one only by a decision: a PHR of
    stage constitution that names it.

    Fix: git checkout TARGET -- .specify/baseline.json, and fix the record.

    Bad example:
        -- .specify/baseline.json --
        {
          "schema": "sdd/baseline/1",
          "findings": [
            {"path": "history/adr/0001-use-decimals.md", "rule": "adr-bad-status", "message": "has no status"}
          ]
        }
    """
    path = context.after.path(BASELINE_PATH)
    if context.view.own_rules or path not in context.view.records or not context.after.baseline:
        return
    landed = context.before.baseline
    if not landed or landed.problem:
        if not context.is_decided(path):
            yield RuleFinding(path, 1, "a baseline is new here", "name it in a PHR of stage constitution", firm=True)
        return
    for entry in sorted(context.after.baseline.entries - landed.entries):
        message = f"{entry.rule} at {entry.path} was not in the baseline before: {entry.message}"
        yield RuleFinding(path, 1, message, "remove the entry, and fix the record", firm=True)
