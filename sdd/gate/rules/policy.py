"""Rules about the policy, and about who decides that it changes."""

from sdd.base import paths
from sdd.gate.rules.rule import (
    ChangeContext,
    Findings,
    RuleFinding,
    Severity,
    TreeContext,
    change_rule,
    record_rule,
)
from sdd.records.agents import nearest_agents, unknown_agents
from sdd.records.kinds.policy import POLICY_PATH, Policy


@record_rule(Severity.ERROR, Policy)
def policy_invalid(policy: Policy, context: TreeContext) -> Findings:
    """The policy has an unknown key, a value of the wrong type, or names an unknown rule or agent.

    Why: a typo in a policy would otherwise become a silent default. sdd judges no change by a policy that it cannot
    read.

    Fix: correct the line; the templates contain a policy with all keys.

    Bad example:
        -- .specify/sdd.toml (edited) --
        +[gate]
        +append_onyl = true
        -- history/prompts/constitution/0002-append-only.constitution.prompt.md --
        ---
        id: "0002"
        title: Append only
        stage: constitution
        date: 2026-03-01
        files:
          - .specify/sdd.toml
        ---

        ## Prompt

        Say that history is append-only.

        ## Response snapshot

        Said.
    """
    for problem in policy.problems:
        yield RuleFinding(policy.path, problem.line, problem.message, "correct this line", firm=True)
    for name in policy.rules:
        if name not in context.rule_names:
            yield RuleFinding(
                policy.path, policy.at(f"rules.{name}"), f"unknown rule {name}", "see: sdd rule list", firm=True
            )
    if policy.since and policy.since > context.today.isoformat():
        message = f"gate.since: {policy.since} is in the future"
        yield RuleFinding(policy.path, policy.at("gate.since"), message, "name a day that has begun", firm=True)
    for binding in unknown_agents(policy, context.after.tree, context.after.reader):
        line = policy.at(f"gate.agents.{binding.pattern}")
        near = nearest_agents(context.after.tree, context.after.reader, policy.root, binding.agent)
        yield RuleFinding(policy.path, line, f"no agent file is named {binding.agent}", near)


@change_rule(Severity.ERROR)
def policy_changed(context: ChangeContext) -> Findings:
    """The policy is changed, but no PHR of stage constitution names it.

    Why: whoever may change the rules may pass anything. The change itself is judged by the policy that it found;
    this rule sees to it that somebody has asked for the new one.

    Fix: sdd phr new "TITLE" --stage constitution --file .specify/sdd.toml

    Bad example:
        -- .specify/sdd.toml (edited) --
        +[gate.limits]
        +lines = 6000
    """
    if context.view.own_rules:
        return
    for path, (root, changed) in context.view.records.items():
        policy = path == context.after.path(POLICY_PATH)
        if root == context.root and policy and not context.is_decided(path):
            word = "changed" if changed.after else "removed"
            yield RuleFinding(path, 1, f"the policy is {word}", "name it in a PHR of stage constitution", firm=True)


@change_rule(Severity.ERROR)
def root_changed(context: ChangeContext) -> Findings:
    """A root (a folder with `.specify/`) is added or removed.

    Why: a new root takes over files from the one above it and brings its own rules; a removed one takes its rules away.
    Both decide how the project is governed.

    Fix: say so in a PHR of stage constitution that names the root's `.specify/sdd.toml`.

    Bad example:
        -- api/.specify/memory/constitution.md --
        # API Constitution

        ## Core Principles

        ### I. Small

        Small.

        **Version**: 1.0.0 | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/round.py
        +  - api/.specify/memory/constitution.md
    """
    if context.view.own_rules:
        return
    for word, roots in (("added", context.view.new_roots), ("removed", context.view.removed_roots)):
        for root in sorted(roots):
            policy = paths.join(root, POLICY_PATH)
            if not context.is_decided(policy):
                where = policy if policy in context.view.records else paths.join(root, ".specify")
                yield RuleFinding(
                    where,
                    1,
                    f"the root {root or '.'} is {word}",
                    f"name {policy} in a PHR of stage constitution",
                    firm=True,
                )
