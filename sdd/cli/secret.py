"""sdd secret: find secrets in files and commits, and take them out of a file."""

import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from sdd.authoring.redaction import Redactor
from sdd.base.errors import ExitCode, SddError, UsageError
from sdd.base.listing import counted
from sdd.base.paths import is_at, printable
from sdd.base.streams import read_input
from sdd.cli.groups import noun
from sdd.cli.printing import remark, write
from sdd.cli.session import Session, in_session
from sdd.cli.typed import typed_paths
from sdd.document import decode
from sdd.gate.target import judging_policy
from sdd.records.kinds.policy import Policy
from sdd.records.project import record_files
from sdd.repo.worktree import rewrite
from sdd.secrets import fingerprint, scan
from sdd.secrets.engine import scan_with


class FoundSecret(NamedTuple):
    """A secret by its place. `fingerprint` names it in a waiver, None where its checksum proves it."""

    path: str
    line: int
    column: int
    rule: str
    fingerprint: str | None


@noun
def command() -> None:
    """Find secrets, and take them out of a file."""


@command.command("scan")
@click.argument("where", metavar="[PATH|RANGE]...", nargs=-1)
@in_session
def scan_(session: Session, where: tuple[str, ...]) -> int:
    """Find secrets in every record of the work tree, in the files at PATH, or in what the commits of a RANGE brought.

    RANGE is A..B. Each line ends with the fingerprint by which a waiver names a false alarm. Exit status: 0 none,
    1 secrets were found, 2 wrong usage, 3 cannot look.
    """
    texts = _texts(session, where)
    own = {secret for path, text in texts for secret in _found(session, path, text)}
    found = sorted(own | {*_found_by_engine(session, texts, own)})
    lines = [
        f"{printable(each.path)}:{each.line}:{each.column}: {each.rule}  {each.fingerprint or 'proven by its checksum'}"
        for each in found
    ]
    session.print(
        {"schema": "sdd/secret-scan/1", "items": [each._asdict() for each in found]}, [*lines, _told(len(found))]
    )
    return ExitCode.FINDINGS if found else ExitCode.CLEAN


@command.command("redact")
@click.argument("file", type=click.Path(path_type=Path))
@in_session
def redact_(session: Session, file: Path) -> None:
    """Put [REDACTED:rule:tag] in the place of each secret in FILE; - reads standard input and prints the result.

    Equal secrets of this clone have equal tags, and nobody without its key can tell what they were. Whoever saw the
    file before has them still: revoke them.
    """
    redactor = Redactor(session.repository, _personal(session))
    if str(file) == "-":
        clean = redactor.bytes(read_input(sys.stdin.buffer, "standard input", UsageError))
        if not session.as_json:
            write(clean.decode("utf-8", "backslashreplace"))
            remark(_told(redactor.taken.total()))
            return
    else:
        place = session.directory / file
        if not place.is_file():
            raise UsageError(f"{file} is no file", "name a file, or - for standard input")
        session.lock()
        before = place.read_bytes()
        rewrite(place, before, redactor.bytes(before))
    taken = dict(sorted(redactor.taken.items()))
    document = {"schema": "sdd/secret-redact/1", "path": str(file), "redacted": taken}
    session.print(document, [f"{file}: {_told(redactor.taken.total())}"])


def _told(number: int) -> str:
    return counted(number, "secret") if number else "no secrets"


def _texts(session: Session, where: Iterable[str]) -> list[tuple[str, str]]:
    """The path and text of each file to look at, once; says on stderr how many are binary."""
    texts: dict[tuple[str, str], None] = {}
    binary = set()
    for path, content in _contents(session, where):
        if b"\0" in content[:8000]:
            binary.add(path)
        else:
            texts[path, decode(content)[0]] = None
    if binary:
        remark(f"not looked at: {counted(len(binary), 'binary file')}")
    return [*texts]


def _contents(session: Session, where: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files to look at, by their paths from the top. Raises UsageError for what is neither there nor a range."""
    where = tuple(where)
    typed = [each for each in where if ".." not in each or (session.directory / each).exists()]
    for span in where:
        if span not in typed:
            yield from _brought(session, span)
    if typed or not where:
        wanted = typed_paths(session, typed, "name files or folders, or commits as A..B")
        records = ((path, entry) for path, entry, _ in record_files(session.tree))
        at_paths = ((path, entry) for path, entry in session.tree.walk() if is_at(path, wanted))
        entries = {path: entry for path, entry in (at_paths if typed else records) if entry.is_file}
        yield from zip(entries, session.reader.contents([*entries.values()]), strict=True)


def _brought(session: Session, span: str) -> Iterator[tuple[str, bytes]]:
    """The path and content of each file that the commits of a range brought, those too that a later one removed."""
    if span.startswith("-") or session.repository.git_answer("rev-parse", "--revs-only", span) in (None, ""):
        raise UsageError(f"unknown range: {span}", "name two revisions: main..HEAD")
    listed = session.repository.git("rev-list", "--objects", "--filter=object:type=blob", span, "--").splitlines()
    named = dict(line.split(" ", 1) for line in listed if " " in line)
    yield from zip(named.values(), session.repository.blobs([*named]), strict=True)


def _found_by_engine(
    session: Session, texts: Sequence[tuple[str, str]], own: Collection[FoundSecret]
) -> Iterator[FoundSecret]:
    """What the program that the policy names finds on further lines; that it is missing or fails is told."""
    if not (engine := _policy(session).engine):
        return
    known = {(secret.path, secret.line) for secret in own}
    repository = session.repository
    outside = [folder for folder in (repository.work_tree, repository.common_dir) if folder]
    try:
        findings = scan_with(engine, [text for _, text in texts], outside)
    except SddError as error:
        remark(f"{error.message}: only what sdd knows was looked for")
        return
    for number, rule, value in findings:
        path, text = texts[number]
        start = text.find(value)
        line, column = text.count("\n", 0, max(0, start)) + 1, start - text.rfind("\n", 0, max(0, start))
        if start >= 0 and (path, line) not in known:
            yield FoundSecret(path, line, column, rule, fingerprint(rule, value))


def _found(session: Session, path: str, text: str) -> Iterator[FoundSecret]:
    for each in scan(text, _personal(session)):
        mark = None if each.proven else fingerprint(each.rule, text[each.start : each.end])
        yield FoundSecret(path, each.line, each.column, each.rule, mark)


def _policy(session: Session) -> Policy:
    if not session.repository.work_tree:
        return Policy(path="")
    root = session.root
    return judging_policy(session.repository, "") if root is None else Policy.of(session.tree, root).or_defaults()


def _personal(session: Session) -> tuple[str, ...]:
    return _policy(session).personal
