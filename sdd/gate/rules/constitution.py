"""Rules about a root's constitution and policy."""

from sdd.base.regex import regex
from sdd.document.text import text_key
from sdd.gate.rules.change import decided
from sdd.gate.rules.rule import (
    ChangeContext,
    Findings,
    RuleFinding,
    Severity,
    TreeContext,
    change_rule,
    record_rule,
    tree_rule,
)
from sdd.records.agents import nearest_agents, unknown_agents
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.policy import POLICY_PATH, Policy
from sdd.records.layout import is_root
from sdd.records.project import CONSTITUTION_PATH

VERSION = regex(r"v?(\d+)\.(\d+)\.(\d+)")


@tree_rule(Severity.ERROR)
def constitution_missing(context: TreeContext) -> Findings:
    """A root has no constitution.

    Why: it says how the project wants to be built, and every plan and contract leans on it.

    Fix: `sdd init` adds one to fill in.

    Bad example:
        -- .specify/memory/constitution.md (deleted) --
        -- history/prompts/constitution/0002-drop-it.constitution.prompt.md --
        ---
        id: "0002"
        title: Drop it
        stage: constitution
        date: 2026-03-01
        files:
          - .specify/memory/constitution.md
        ---

        ## Prompt

        Drop the constitution.

        ## Response snapshot

        Dropped.
    """
    path = context.after.path(CONSTITUTION_PATH)
    if context.looks_at(path) and is_root(context.after.tree, context.root) and not context.after.constitution:
        yield RuleFinding(path, 1, "there is no constitution", "sdd init adds one to fill in")


@record_rule(Severity.ERROR, Constitution)
def constitution_placeholder(constitution: Constitution, context: TreeContext) -> Findings:
    """A constitution still holds its template's text, or cannot be read.

    Why: nobody has said yet how the project wants to be built. A push is only warned of it until a finished
    constitution has landed.

    Fix: write the principles that you mean, and take the rest out.

    Bad example:
        -- .specify/memory/constitution.md (edited) --
        +[A PRINCIPLE]
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/round.py
        +  - .specify/memory/constitution.md
    """
    landed = context.before.constitution
    unfinished = isinstance(context, ChangeContext) and (landed is None or bool(landed.placeholders))
    severity = Severity.WARNING if unfinished else None
    for problem in constitution.problems:
        yield RuleFinding(constitution.path, problem.line, problem.message, "mend this line", severity)
    for token in constitution.placeholders:
        yield RuleFinding(
            constitution.path, token.line, f"still holds the template's {token.text}", "write what you mean", severity
        )


@record_rule(Severity.ERROR, Constitution, needs=("constitution-placeholder",))
def constitution_version(constitution: Constitution, context: TreeContext) -> Findings:
    """A constitution has no version X.Y.Z, or was changed without the step that the change asks for.

    Why: plans and records were checked against a version. MAJOR: a principle removed or renamed; MINOR: one
    added; PATCH: wording.

    Fix: raise the version in the last line: **Version**: X.Y.Z | **Ratified**: DATE | **Last Amended**: DATE

    Bad example:
        -- .specify/memory/constitution.md (edited) --
        -**Version**: 1.0.0 | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
        +**Version**: one | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
        -- history/prompts/001-vat/0002-rounding.green.prompt.md (edited) --
        -  - src/round.py
        +  - src/round.py
        +  - .specify/memory/constitution.md
    """
    line = constitution.at("version")
    now = VERSION.fullmatch(constitution.version or "")
    if not now:
        yield RuleFinding(
            constitution.path, line, f"the version is {constitution.version or 'missing'}, not X.Y.Z", "write X.Y.Z"
        )
        return
    landed = context.before.constitution
    then = VERSION.fullmatch(landed.version or "") if landed and not landed.placeholders else None
    if not landed or not then:
        return
    step, word = step_asked(landed, constitution)
    found = tuple(int(part) for part in now.groups())
    lowest = raised(tuple(int(part) for part in then.groups()), step)
    if step is not None and found < lowest:
        wanted = ".".join(str(part) for part in lowest)
        yield RuleFinding(
            constitution.path, line, f"{word}, but the version is still {now[0]}", f"raise it to {wanted} or more"
        )


def step_asked(landed: Constitution, now: Constitution) -> tuple[int | None, str]:
    """Which part of the version a change has to raise (0 is major), None where nothing was said anew, and why."""
    old = {text_key(principle.name).casefold() for principle in landed.principles}
    new = {text_key(principle.name).casefold() for principle in now.principles}
    if old - new:
        return 0, "a principle was removed or renamed"
    if new - old:
        return 1, "a principle was added"
    texts = [[text_key(principle.text) for principle in constitution.principles] for constitution in (landed, now)]
    return (2, "the wording was changed") if texts[0] != texts[1] else (None, "")


def raised(version: tuple[int, ...], step: int | None) -> tuple[int, ...]:
    """The version one step higher in its part `step` (0 is major), the parts behind it back at 0."""
    if step is None:
        return version
    return tuple(part + 1 if place == step else part if place < step else 0 for place, part in enumerate(version))


@record_rule(Severity.ERROR, Policy)
def policy_invalid(policy: Policy, context: TreeContext) -> Findings:
    """The policy has an unknown key, a value of the wrong type, or names an unknown rule or agent.

    Why: a typing error in a policy would otherwise be a silent default. No change is judged by a policy that
    cannot be read.

    Fix: correct the line; an untouched policy with all keys is in the templates.

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
        yield RuleFinding(policy.path, line, f"no agent file bears the name {binding.agent}", near)


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
        if root == context.root and policy and not decided(context, path):
            word = "changed" if changed.after else "removed"
            yield RuleFinding(path, 1, f"the policy is {word}", "name it in a PHR of stage constitution", firm=True)
