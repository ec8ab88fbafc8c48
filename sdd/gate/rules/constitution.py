"""Rules about a root's constitution."""

from sdd.base.regex import regex
from sdd.document.visible import exact_key
from sdd.gate.rules.common import faulty_lines, template_text
from sdd.gate.rules.rule import (
    ChangeContext,
    Findings,
    RuleFinding,
    Severity,
    TreeContext,
    finding,
    record_rule,
    tree_rule,
)
from sdd.records.kinds.constitution import Constitution
from sdd.records.kinds.policy import POLICY_PATH
from sdd.records.project import CONSTITUTION_PATH

VERSION = regex(r"v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?")
"""X.Y.Z; X.Y means X.Y.0."""


@tree_rule(Severity.ERROR)
def constitution_missing(context: TreeContext) -> Findings:
    """A root with a policy has no constitution, and no root above it has one.

    Why: it says how the project is built, and every plan and contract depends on it. A root that gives its policy up
    may give it up too.

    Fix: `sdd init` adds one to fill in.

    Bad example:
        -- .specify/memory/constitution.md (deleted) --
    """
    after, path = context.after, context.after.path(CONSTITUTION_PATH)
    if context.looks_at(path) and after.path(POLICY_PATH) in after.tree and not after.constitution_in_force:
        yield RuleFinding(path, 1, "there is no constitution", "add one and fill it in: sdd init")


@record_rule(Severity.ERROR, Constitution)
def constitution_placeholder(constitution: Constitution, context: TreeContext) -> Findings:
    """A constitution still contains its template's text, or cannot be read.

    Why: nobody has said yet how the project is built. Until a finished constitution has landed, this is a warning;
    `sdd check` warns until one principle is written.

    Fix: write your principles, and remove the rest.

    Bad example:
        -- .specify/memory/constitution.md (edited) --
        +[A PRINCIPLE]
    """
    landed = context.before.constitution
    has_begun = bool(constitution.own_principles)
    finished = bool(landed and not landed.placeholders) if isinstance(context, ChangeContext) else has_begun
    severity = None if finished else Severity.WARNING
    yield from faulty_lines(constitution, severity=severity)
    if has_begun or not constitution.placeholders:
        yield from template_text(constitution, constitution.placeholders, "write what you mean", severity)
    else:
        line, fix = constitution.placeholders[0].line, "write your principles, and remove the rest"
        yield finding(constitution, line, "is still the template: no principle is written yet", fix, severity)


@record_rule(Severity.ERROR, Constitution, needs=("constitution-placeholder",))
def constitution_version(constitution: Constitution, context: TreeContext) -> Findings:
    """A constitution has no version X.Y.Z, or changed without the step that the change requires.

    Why: plans rely on a version. MAJOR: a principle was removed or renamed; MINOR: one was added; PATCH: wording.

    Fix: raise the version in the last line: **Version**: X.Y.Z | **Ratified**: DATE | **Last Amended**: DATE

    Bad example:
        -- .specify/memory/constitution.md (edited) --
        -**Version**: 1.0.0 | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
        +**Version**: one | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01
    """
    line = constitution.at("version")
    now = VERSION.fullmatch(constitution.version or "")
    if not now:
        message = f"the version is {constitution.version or 'missing'}, not X.Y.Z"
        yield finding(constitution, line, message, "write X.Y.Z")
        return
    if now[3] is None:
        yield finding(constitution, line, f"the version is {now[0]}, not X.Y.Z", "write X.Y.Z", Severity.WARNING)
    landed = context.before.constitution
    step, word = step_asked(landed, constitution) if landed and not landed.placeholders else (None, "")
    former = numbers(landed.version) if landed and step is not None else None
    if former and numbers(now[0]) < (lowest := raised(former, step)):
        said = f"is still {now[0]}" if numbers(now[0]) == former else f"is {now[0]}, after one that landed"
        wanted = ".".join(map(str, lowest))
        yield finding(constitution, line, f"{word}, but the version {said}", f"raise it to {wanted} or more")


def numbers(version: str | None) -> tuple[int, ...]:
    """A version X.Y.Z or X.Y as three numbers, none for what is no version."""
    found = VERSION.fullmatch(version or "")
    return tuple(map(int, found.groups("0"))) if found else ()


def step_asked(landed: Constitution, now: Constitution) -> tuple[int | None, str]:
    """Which part of the version a change has to raise (0 is major), None where nothing changed, and why."""
    old = {exact_key(principle.name).casefold() for principle in landed.principles}
    new = {exact_key(principle.name).casefold() for principle in now.principles}
    if old - new:
        return 0, "a principle was removed or renamed"
    if new - old:
        return 1, "a principle was added"
    texts = [[exact_key(principle.text) for principle in constitution.principles] for constitution in (landed, now)]
    return (2, "the wording was changed") if texts[0] != texts[1] else (None, "")


def raised(version: tuple[int, ...], step: int | None) -> tuple[int, ...]:
    """The version one step higher in its part `step` (0 is major), the parts behind it back at 0."""
    if step is None:
        return version
    return tuple(part + 1 if place == step else part if place < step else 0 for place, part in enumerate(version))
