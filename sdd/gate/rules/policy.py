"""Rules about the policy and the baseline, and about who decides that they change."""

from collections.abc import Iterator

from sdd.base import paths
from sdd.base.paths import path_word, shell_word
from sdd.base.wildcards import is_too_costly
from sdd.gate.cover import Need, is_matched
from sdd.gate.cover.exemption import is_sdds_own
from sdd.gate.rules.common import as_landed, unmatched
from sdd.gate.rules.rule import (
    ChangeContext,
    Findings,
    Remedy,
    RuleFinding,
    Severity,
    TreeContext,
    change_rule,
    finding,
    firm,
    record_rule,
    tree_rule,
)
from sdd.records.agents import nearest_agents, unknown_agents
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.layout import MARK
from sdd.records.packaged import CI_PLACES, PIPELINE, RUNS, forge_of, is_own_text, is_workflow, lines_about_sdd
from sdd.records.project import BASELINE_PATH
from sdd.repo.changes import PathChange

_NAMED = 5


@record_rule(Severity.ERROR, Policy)
def policy_invalid(policy: Policy, context: TreeContext) -> Findings:
    """The policy has an unknown key, a value of the wrong type, or names an unknown rule or agent.

    Why: a typo would become a silent default. sdd judges no change by a policy that it cannot read.

    Fix: correct the line; the templates contain a policy with all keys.

    Bad example:
        -- .specify/sdd.toml (edited) --
        +[gate]
        +append_onyl = true
        -- history/prompts/constitution/0002-decided.constitution.prompt.md (edited) --
        -  - history/adr/0001-use-decimals.md
        +  - .specify/sdd.toml
    """
    for problem in policy.problems:
        yield firm(policy.path, problem.message, "correct this line", problem.line)
    for name in policy.rules:
        if name not in context.rule_names:
            yield firm(policy.path, f"unknown rule {name}", "see: sdd rule list", policy.at(f"rules.{name}"))
    if policy.since and policy.since > context.today.isoformat():
        message = f"gate.since: {policy.since} is in the future"
        yield firm(policy.path, message, "name a day that has begun", policy.at("gate.since"))
    for key, pattern in _patterns(policy):
        # Branches have patterns of their own, which take no longer for more stars in a name.
        if is_too_costly(pattern) or (key not in ("gate.targets", "gate.draft") and not is_matched(pattern)):
            yield firm(policy.path, *unmatched(pattern), policy.at(key))
    for binding in unknown_agents(context.after):
        line = policy.at(f"gate.agents.{binding.pattern}")
        near = nearest_agents(context.after, binding.agent)
        yield finding(policy, line, f"no agent file is named {binding.agent}", near)


def _patterns(policy: Policy) -> Iterator[tuple[str, str]]:
    """(key, pattern) of every pattern in a policy."""
    lists = {"targets": policy.targets, "draft": policy.draft, "exempt": policy.exempt}
    lists["exempt_also"] = policy.exempt_also
    lists |= {f"actors.{login}": given for login, given in policy.actors.items()}
    lists |= {f"agents.{binding.pattern}": (binding.pattern,) for binding in policy.agents}
    return ((f"gate.{key}", pattern) for key, written in lists.items() for pattern in written)


@change_rule(Severity.ERROR)
def policy_changed(context: ChangeContext) -> Findings:
    """The policy, or what CI's files say of sdd, is changed, but no PHR of stage constitution names the file.

    Why: whoever may change the rules, or turn off who asks for them, may pass anything. The old policy judges the
    change; a PHR asks for the new one. A CI file as `sdd init --ci` of the sdd that judges writes it needs no PHR.
    A workflow of any name counts where TARGET's version calls `sdd gate`; its other lines are free.

    Fix: sdd phr new "TITLE" --stage constitution --file .specify/sdd.toml --commit

    Bad example:
        -- .specify/sdd.toml (edited) --
        +[gate.limits]
        +lines = 6000
    """
    view = context.view
    if view.own_rules:
        return
    path, files = context.after.path(POLICY_PATH), context.files
    for changed in view.changed_of_root.get(context.root, ()):
        if context.is_decided(changed.path):
            continue
        word = "changed" if changed.after else "removed"
        if changed.path == path:
            yield _undecided(path, f"the policy is {word}")
        elif _is_gate_weakened(context, changed):
            again, unlike = "", ""
            if changed.after and _was_sdds(context, changed):
                again = f"delete it and run sdd init --ci {forge_of(changed.path)}, or "
                unlike = ", and it is not as this sdd writes it"
            what = f"what it says of sdd is {word}{unlike}"
            # The file is no record: what decides it has to cover it too.
            kind = "chore" if any(file.path == changed.path and Need.CONTRACT in file.lacks for file in files) else ""
            yield _undecided(changed.path, what, again, kind)


@change_rule(Severity.WARNING)
def policy_less_exempt(context: ChangeContext) -> Findings:
    """The policy no longer exempts what it did at the target.

    Why: `exempt` replaces the list that sdd has by default. What was exempt needs records from now on, and each landing
    that had none fails an audit by this policy.

    Fix: name further files in `exempt_also`, or count later landings only: `since`.

    Bad example:
        -- .specify/sdd.toml (edited) --
        +[gate]
        +exempt = ["gen/**"]
        -- history/prompts/constitution/0002-decided.constitution.prompt.md (edited) --
        -  - history/adr/0001-use-decimals.md
        +  - .specify/sdd.toml
    """
    before, after = context.before.policy, context.after.policy
    if not context.looks_at(after.path):
        return
    from sdd.gate.cover.inclusion import not_within  # few changes touch a policy

    if gone := not_within(before.exemptions, after.exemptions):
        more = f" and {len(gone) - _NAMED} more" if len(gone) > _NAMED else ""
        message = f"no longer exempt: {', '.join(gone[:_NAMED])}{more}"
        fix = "name further files in exempt_also, which leaves exempt as it is"
        yield RuleFinding(after.path, after.at("gate.exempt"), message, fix)


def _undecided(path: str, message: str, again: str = "", kind: str = "") -> RuleFinding:
    """The finding about a file that only a PHR of stage constitution answers for; of a kind where it is no record.
    `again` is what may be done in its place.
    """
    about = f" --kind {kind}" if kind else ""
    command = f'sdd phr new "TITLE" --stage constitution{about} --file {shell_word(path)} --commit'
    return firm(path, message, f"{again}record who asked for it: {command}", remedy=Remedy.DECIDE)


def _was_sdds(context: ChangeContext, changed: PathChange) -> bool:
    """Whether a file of TARGET was sdd's from top to end, edited or not; what it says of sdd may be part of a project's
    own pipeline, and its name another tool's.
    """
    if changed.path not in CI_PLACES or not changed.target:
        return False
    before = context.view.reader.content(changed.target)
    return is_own_text(changed.path, before) or (changed.path != PIPELINE and b"sdd" in before)


def _is_gate_weakened(context: ChangeContext, changed: PathChange) -> bool:
    """Whether a file by which CI ran sdd at TARGET says something else at head, and not what this sdd writes."""
    view, landed = context.view, changed.target
    if not is_workflow(changed.path) or not landed or not landed.is_file:
        return False
    if changed.after and is_sdds_own(view, context.root, changed):
        return False
    if _was_sdds(context, changed):
        return True
    before = view.reader.content(landed)
    if changed.path != PIPELINE and RUNS not in before:
        return False
    after = view.reader.content(changed.after) if changed.after and changed.after.is_file else b""
    return not lines_about_sdd(before) <= lines_about_sdd(after)


@change_rule(Severity.ERROR)
def root_changed(context: ChangeContext) -> Findings:
    """A root (a folder with `.specify/`) is added or removed.

    Why: a new root takes files over from the one above it and brings its own rules; a removed one takes its rules away.

    Fix: say so in a PHR of stage constitution that names the root's `.specify/sdd.toml`, or a file of `.specify/`
    that goes where no policy does.

    Bad example:
        -- api/.specify/memory/constitution.md (copy) --
        .specify/memory/constitution.md
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
           - src/round.py
        +  - api/.specify/memory/constitution.md
    """
    if context.view.own_rules:
        return
    for word, roots in (("added", context.view.new_roots), ("removed", context.view.removed_roots)):
        for root in sorted(roots):
            policy, mark = paths.join(root, POLICY_PATH), paths.join(root, MARK)
            is_there = policy in context.view.records
            # Where no policy goes, since it went before or never was, what else goes stands for it.
            gone = [changed.path for changed in context.view.change.paths if paths.is_below(changed.path, mark)]
            named = gone if word == "removed" and gone and not is_there else [policy]
            message = f"the root {root or '.'} is {word}"
            if any(map(context.is_decided, named)):
                continue
            if is_there or word == "removed":
                yield _undecided(named[0], message)
            else:
                yield firm(mark, message, f"give it a policy and a record: sdd init --root {path_word(root)}")


@tree_rule(Severity.ERROR)
def policy_baseline_unreadable(context: TreeContext) -> Findings:
    """The baseline cannot be read.

    Why: it separates old findings from new ones; without it all are shown. The usual cause is a bad merge.

    Fix: git checkout TARGET -- .specify/baseline.json

    Bad example:
        -- .specify/baseline.json --
        {"schema": "sdd/baseline/1"}
        -- history/prompts/constitution/0002-decided.constitution.prompt.md (edited) --
        -  - history/adr/0001-use-decimals.md
        +  - .specify/baseline.json
    """
    path = context.after.path(BASELINE_PATH)
    if context.looks_at(path) and context.after.baseline and context.after.baseline.problem:
        problem = context.after.baseline.problem
        place = shell_word(f":/{path}")
        if not isinstance(context, ChangeContext):
            fix = f"git checkout HEAD -- {place}"
        else:
            fix = as_landed(context, path) if path in context.before.tree else f"git rm -f -- {place}"
        yield firm(path, problem.message, fix, problem.line)


@change_rule(Severity.ERROR)
def policy_baseline_grown(context: ChangeContext) -> Findings:
    """A change adds to the baseline.

    Why: the baseline lists findings from before sdd, and may only shrink: new findings are fixed, not listed. A root
    without one gets one by a PHR of stage constitution that names it.

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
    baseline = context.after.baseline
    # What cannot be read is taken back, and nobody is asked about it.
    if context.view.own_rules or path not in context.view.records or not baseline or baseline.problem:
        return
    landed = context.before.baseline
    if not landed or landed.problem:
        if not context.is_decided(path):
            yield _undecided(path, "a baseline is new here")
        return
    from sdd.records.kinds.baseline import grown  # few changes touch it

    removed = {changed.path for changed in context.view.change.paths if changed.status == "D"}
    for entry in grown(landed, baseline, lambda below: context.after.path(below) in removed):
        message = f"{entry.rule} at {entry.path} was not in the baseline before: {entry.message}"
        yield firm(path, message, "remove the entry, and fix the record")
