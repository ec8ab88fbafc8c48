"""sdd waiver: let what some rules find pass for a while, with a reason that somebody answers for."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from posixpath import normpath, relpath
from typing import Any

import click

from sdd.answers.lists import Row, keys, waiver_state
from sdd.answers.lists import rows as rows_of
from sdd.authoring.defaults import literal_pattern
from sdd.authoring.prose import anchored
from sdd.authoring.waivers import WaiverDraft, write_waiver
from sdd.base import paths
from sdd.base.errors import SddError, UsageError
from sdd.base.listing import listed
from sdd.base.nearest import nearest
from sdd.cli.completion import Words, quietly
from sdd.cli.groups import noun
from sdd.cli.listing import items_of, list_command
from sdd.cli.options import commit_option, day_option, many_option, status_filter, words_option
from sdd.cli.printing import can_ask, remark
from sdd.cli.session import Session, writing_session
from sdd.cli.surface import surface
from sdd.cli.typed import below_top
from sdd.gate.check.verdict import COVERAGE_RULES
from sdd.gate.check.waiving import findings_of_lack
from sdd.gate.cover import begins_literally, reaches
from sdd.gate.plan.ways import Way, late_record
from sdd.gate.rules import ALL
from sdd.gate.rules.waiver import LONGEST_DAYS, RECORD_SECRET, WaiverState, can_be_waived, last_day
from sdd.gate.target.branches import nearest_target
from sdd.index.search import RowFilter
from sdd.records.kinds.record import Item
from sdd.records.layout import find_roots
from sdd.render.documents.records import fields
from sdd.render.plan import way_line
from sdd.render.text.lists import waiver_cells
from sdd.repo.history import is_ancestor, touched_by

_LACKS = ("change-no-phr", "change-no-contract", "change-no-spec")
_IN_FORCE, _NOT_LANDED = "in-force", "not-landed"
_STATUS = {WaiverState.IN_FORCE: _IN_FORCE, WaiverState.ANSWERS: "answer"}
# What a waiver must say: its option, and what is asked on a terminal.
_NEEDED = {
    "rules": ("RULE", "Which rules (names, separated by spaces)"),
    "patterns": ("--path P", "For which paths (separated by spaces)"),
    "reason": ("--reason TEXT", "Why may this pass for now"),
    "approved_by": ("--approved-by WHO", "Who approved it"),
    "days": ("--days N", f"For how many days (at most {LONGEST_DAYS})"),
}


@quietly
def _complete_rule(ctx: click.Context) -> Words:
    yield from (((rule.name,), rule.summary) for rule in ALL if can_be_waived(rule.name))


@noun
def command() -> None:
    """Let findings pass for a while, and list what passes so."""


@command.command()
@click.argument("rules", metavar="[RULE]...", nargs=-1, shell_complete=_complete_rule)
@many_option("--path", "P", "A file, a folder, or a pattern as in .gitignore.", name="patterns")
@click.option("--landing", metavar="COMMIT", help="Answer a landing that an audit fails, instead of rules at paths.")
@many_option("--secret", "FINGERPRINT", "A false alarm of record-secret, as sdd secret scan names it.")
@words_option("--reason", "TEXT", "Why the finding may pass for now.")
@words_option("--approved-by", "WHO", "Who approved it.")
@day_option("--expires", "The last day of the waiver.", metavar="DATE")
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), metavar="N", help="End it in N days.")
@commit_option("the waiver")
@writing_session
def new(session: Session, landing: str | None, expires: str, **said: Any) -> None:
    """Let what RULEs find at some paths pass for a while.

    Without RULE it lets pass whatever records the change lacks, without --path for all of its files: a hotfix takes
    one waiver. A waiver is a file in history/waivers/, reviewed like any other. It has a reason, an approver, and a
    last day within the next 90. None of these has a default; on a terminal sdd asks for what is missing. Each verdict
    names what a waiver lets pass. Rules about policy, roots, waivers and replayed records cannot be waived. Where the
    policy says waivers = "landed", it counts for later changes only.

    With --landing it answers a commit that has landed and fails an audit: it needs a reason and an approver only,
    never ends, and the audit counts it apart.
    """
    root, days = session.root, said["days"]
    if root is None:
        root = _root_below(session, landing)
    if landing:
        if expires or any(said[name] for name in ("rules", "patterns", "days", "secrets")):
            raise UsageError("--landing answers a commit as a whole", "leave out RULE, --path, --days and the like")
        oid = session.repository.commit(landing)
        if not oid:
            raise UsageError(f"unknown revision: {landing}", "name the commit that the audit fails: sdd audit")
        said = _complete(session, said, ("reason", "approved_by"))
        draft = WaiverDraft((), (), said["reason"], said["approved_by"], "", oid)
    else:
        draft = _draft(session, root, expires, said)
    draft = draft._replace(surface=surface())
    with session.writing(draft._replace(expires=expires), days) as journal:
        number, path = write_waiver(session.state.at(root), draft, journal)
        word = session.save(f"Waiver: {draft.title}", path)
        until = f"answers {draft.landing[:12]}" if draft.landing else f"until {draft.expires}"
        fields = {
            "id": number,
            "path": path,
            **draft._asdict(),
            "landing": draft.landing or None,
            "surface": draft.surface or None,
            "committed": word == "committed",
        }
        session.print({"schema": "sdd/waiver-new/1", **fields}, [f"{word} {path} ({until})"])
        if left := _left_over(session, root, draft):
            remark(f"a push is still refused there, for {listed(left)}: name all of its rules, or leave out RULE")
        target = nearest_target(session.repository, draft.landing) if landing else None
        if target and not is_ancestor(session.repository, draft.landing, target.oid):
            remark(f"{draft.landing[:12]} has not landed on {target.name}: it answers nothing until then")
        if not landing and _waits(session, root, draft):
            remark('it counts once it has landed, not for this push: the policy says waivers = "landed"')
        if not session.as_json and not {*COVERAGE_RULES}.isdisjoint(draft.rules):
            _tell_debt(session, root, draft, path)


def _root_below(session: Session, landing: str | None) -> str:
    """Where the work tree has no root above: the one of the policy that judges, else the first one that a landing is
    about. Raises SddError where nothing says which.
    """
    state = session.state
    if (above := state.root_above(paths.join(session.folder, "x"))) is not None:
        return above
    if not (roots := find_roots(state.rules)):
        raise SddError("sdd is not set up here: there is nothing to waive", "see: sdd init --help")
    commit = session.repository.commit(landing) if landing else None
    touched = touched_by(session.repository, commit) if commit else ()
    if about := next((root for path in touched if (root := state.root_above(path)) is not None), None):
        return about
    fix = f"name the one that is meant: {session.state.sdd_in(roots[0])} waiver new"
    raise UsageError(f"no root is above this folder; below the top there are {listed(roots)}", fix)


def _tell_debt(session: Session, root: str, draft: WaiverDraft, path: str) -> None:
    """Says what else the waiver lets pass, and how the record follows."""
    change = session.state.target.change
    base = change.target[:12] if change and change.target else "SHA"
    lacking = [file for rule, file in _lacks(session, root, draft.paths) if rule in draft.rules]
    files = [paths.relative(root, file) for file in dict.fromkeys(lacking)] or ["FILE"]
    record = late_record(base, files, paths.relative(root, path), session.state.seen_from_shell(root))
    remark(f"until {draft.expires} it lets every change of {listed(draft.paths)} pass, whoever makes it")
    remark(f"write the record once this has landed: {way_line(Way((record,)))}")
    end = f"git rm {paths.shell_word(f':/{path}')} && git commit -m 'End the waiver'"
    remark(f"and end the waiver, in the change that brings the record: {end}")


def _waits(session: Session, root: str, draft: WaiverDraft) -> bool:
    """Whether the policy of its root, or of one whose files it is for, lets a waiver count only once it has landed."""
    patterns = tuple(Item(pattern, 1) for pattern in draft.paths)
    files = (file for file in session.state.files if file.root is not None and reaches(root, patterns, file.path))
    roots = dict.fromkeys((root, *(file.root or "" for file in files)))
    policy_of = session.state.view.policy if session.state.view else lambda each: session.state.project.at(each).policy
    return any(policy_of(each).waivers == "landed" for each in roots)


def _draft(session: Session, root: str, expires: str, said: dict[str, Any]) -> WaiverDraft:
    """A waiver of rules at paths. Raises UsageError for what it cannot say."""
    today = session.today
    for name in said["rules"]:
        _known_rule(name)
    if expires:
        if said["days"] is not None:
            raise UsageError("--expires and --days say the same", "leave one of them out")
        if not today.isoformat() <= expires <= last_day(today).isoformat():
            message = f"{expires} is not within the next {LONGEST_DAYS} days"
            raise UsageError(message, f"name a day up to {last_day(today)}")
        said["days"] = (date.fromisoformat(expires) - today).days
    if not said["rules"]:
        said |= _all_lacks(session, root, said["patterns"])
        if said["patterns"] and not said["rules"] and not can_ask():
            message = f"the change lacks no record at {listed(said['patterns'])} so far"
            raise UsageError(message, f"change it first, or name what may pass: {' '.join(_LACKS)}")
    said = _complete(session, said, tuple(_NEEDED))
    if (RECORD_SECRET in said["rules"]) != bool(said["secrets"]):
        raise UsageError(f"a waiver of {RECORD_SECRET} names the false alarm", "add --secret: sdd secret scan FILE")
    return WaiverDraft(
        rules=tuple(dict.fromkeys(map(_known_rule, said["rules"]))),
        paths=tuple(dict.fromkeys(_pattern(session, root, path) for path in said["patterns"])),
        reason=said["reason"],
        approved_by=said["approved_by"],
        expires=(today + timedelta(days=said["days"])).isoformat(),
        secrets=said["secrets"],
    )


def _lacks(session: Session, root: str, patterns: Iterable[str]) -> list[tuple[str, str]]:
    """(rule, path) of all that the change breaks for want of records at some patterns below a root; all, for none."""
    items = tuple(Item(pattern, 1) for pattern in patterns)
    lacks = (lack for file in session.state.files for need in file.lacks for lack in findings_of_lack(file, need))
    below = (lack for lack in lacks if paths.is_below(lack[1], root))
    return [lack for lack in below if not items or reaches(root, items, lack[1])]


def _all_lacks(session: Session, root: str, written: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The rules that the change breaks for want of records at the paths that were typed, and these; all, for none."""
    lacks = _lacks(session, root, [_pattern(session, root, path) for path in written])
    seen_from_here = (relpath(path, session.folder or ".") for _, path in lacks)
    rules = tuple(dict.fromkeys(rule for rule, _ in lacks))
    return {"rules": rules, "patterns": tuple(written or dict.fromkeys(seen_from_here))}


def _left_over(session: Session, root: str, draft: WaiverDraft) -> tuple[str, ...]:
    """The rules that still refuse the files of a waiver that lets some of what they lack pass."""
    lacking = dict.fromkeys(rule for rule, _ in _lacks(session, root, draft.paths))
    return tuple(rule for rule in lacking if rule not in draft.rules) if lacking.keys() & {*draft.rules} else ()


def _with_status(session: Session, rows: Sequence[Row]) -> Iterator[Row]:
    """Waivers with their status: what the policy counts only once it has landed says so until then."""
    view, known = None, [waiver_state(row, session.today) for row in rows]
    if WaiverState.IN_FORCE in known:
        with suppress(SddError):  # without a work tree or a target nothing is on its way
            view = session.state.view
    for row, state in zip(rows, known, strict=True):
        status = _STATUS.get(state, state.value)
        landed = view is None or view.policy(row.root).waivers != "landed" or (view.target and row.path in view.target)
        yield row.but(status=status if landed or status != _IN_FORCE else _NOT_LANDED)


@list_command(
    command,
    "waivers",
    lambda row: waiver_cells(row, row.status),
    items_of({**fields(*keys("waivers")), "status": lambda row: row.status}),
    "no waivers",
    status_filter((_IN_FORCE, _NOT_LANDED, "ended", "answer", "incomplete")),
)
def waivers(session: Session, wanted: RowFilter) -> Sequence[Row]:
    """List the waivers: last day, status, path, approver, rules, where and why."""
    every = _with_status(session, session.ask(lambda index: rows_of(index, "waivers", RowFilter())))
    shown = [row for row in every if wanted.status in ("", row.status)]
    if not session.as_json and any(row.status == _IN_FORCE for row in shown):
        line = way_line(Way((late_record("COMMIT", ("FILE",), "WAIVER"),)))
        remark(f"a record that a waiver put off is written by: {line}")
        remark("COMMIT is the last one before what was waived: git log --first-parent; then end the waiver: git rm")
    return shown


def _complete(session: Session, said: dict[str, Any], needed: tuple[str, ...]) -> dict[str, Any]:
    """All that a waiver says: what the command line left out is asked for. Raises UsageError where nobody can be."""
    missing = [name for name in needed if said[name] in ((), None)]
    if missing and not can_ask():
        raise UsageError("a waiver has no defaults", f"add: {' '.join(_NEEDED[name][0] for name in missing)}")
    answers = dict(said)
    for name in missing:
        kind = click.IntRange(1, LONGEST_DAYS) if name == "days" else str
        answer: Any = session.redact(click.prompt(_NEEDED[name][1], type=kind, err=True))
        answers[name] = tuple(answer.split()) if name in ("rules", "patterns") else answer
    for name in ("reason", "approved_by"):
        if not answers[name].strip():
            raise UsageError(f"{_NEEDED[name][0].partition(' ')[0]} is empty", "say it in a few words")
    return answers


def _known_rule(name: str) -> str:
    """A rule's name. Raises UsageError for one that is unknown, or never waived."""
    known = [rule.name for rule in ALL if can_be_waived(rule.name)]
    if name in known:
        return name
    if any(rule.name == name for rule in ALL):
        raise UsageError(f"{name} cannot be waived", f"see: sdd rule show {name}")
    raise UsageError(f"unknown rule {name}", nearest(name, known, "see: sdd rule list"))


def _pattern(session: Session, root: str, written: str) -> str:
    """What was typed as a pattern below the root: a path that is there stands for itself, whatever letters it has. A
    leading slash stands for the root, as in the pattern that is written, unless it begins a path of this machine.

    Raises UsageError for what is not below the root, or begins with a wildcard.
    """
    path = below_top(session, written)
    if written.startswith("/") and path.split("/")[0] == ".." and not os.path.lexists(written):
        path = normpath(paths.join(root, written.lstrip("/")))
    if path in ("", ".", root) or path.split("/")[0] == ".." or not paths.is_below(path, root):
        raise UsageError(f"{written} is no path below {root or 'the top'}", "name a file or folder that is meant")
    below = paths.relative(root, path)
    # What was removed can be a finding too: HEAD still has it.
    is_there = os.path.lexists(session.top / path) or (session.commit and path in session.repository.tree("HEAD"))
    pattern = literal_pattern(below) if is_there else anchored(below)
    if not begins_literally(pattern):
        raise UsageError(f"{written} begins with a wildcard", "begin with the folder that is meant: folder/**")
    return pattern
