"""Judged changes as text and back: what a verdict is kept as, enough to draw every share, list and format from.

Of the records that cover a file only the paths are kept. A new verdict is read from the same text, so that it makes no
difference where a verdict came from.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from sys import intern
from typing import Any, NamedTuple

from sdd.gate.check.verdict import Alteration, Detail, Finding, JudgedChange, NotJudged, Waived
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.landings import Landing
from sdd.gate.rules import Remedy, Severity
from sdd.records.kinds.record import ChangeKind, Item, Record
from sdd.records.kinds.waiver import Waiver
from sdd.repo.changes import PathChange

NOT_GOVERNED = '{"governed":false}'
"""Stands for a change with no root before it and none after it: nothing was asked of it."""

_OF_CHANGE = ("root", "findings", "not_judged", "remark", "tolerated", "waived", "altered")
_OF_WAIVER = ("path", "root", "line", "id", "title", "reason", "approved_by", "expires")


class LandingFacts(NamedTuple):
    """What a landing is beside its verdicts: the features that it is for, its kind, how many PHRs came with it,
    the actor whose update it is by its shape, the files that only moved: (old path, new path), and the title of the
    first of its PHRs.
    """

    features: tuple[str, ...] = ()
    kind: ChangeKind | None = None
    phrs: int = 0
    actor: str = ""
    moves: tuple[tuple[str, str], ...] = ()
    title: str = ""


def written(changes: Sequence[JudgedChange], about: LandingFacts, lines: Mapping[str, int], remark: str) -> str:
    """One audited change as JSON: its verdicts, one a root, and beside them what else is known of it, how many lines
    were changed in each file that lacks something, and what was remarked on it as a whole.
    """
    document = {
        "governed": True,
        "changes": [_change(change) for change in changes],
        "about": about,
        "lines": lines,
        "remark": remark,
    }
    return json.dumps(document, separators=(",", ":"), default=_plain)


def read_facts(document: Mapping[str, Any]) -> LandingFacts:
    """What such a text says of a landing beside its verdicts."""
    features, kind, phrs, actor, moves, title = document["about"]
    moved = tuple((old, new) for old, new in moves)
    return LandingFacts(tuple(features), ChangeKind(kind) if kind else None, phrs, actor, moved, title)


def read_changes(document: Mapping[str, Any], landing: Landing) -> tuple[JudgedChange, ...]:
    """The verdicts over a landing, of a document that was read from such a text."""
    return tuple(
        JudgedChange(
            ref=landing.head.oid[:12],
            target_name=(landing.base or "")[:12],
            base=landing.base,
            head=landing.head.oid,
            root=change["root"],
            commits=tuple(commit.oid for commit in landing.commits),
            files=tuple(map(_read_file, change["files"])),
            findings=tuple(map(_read_finding, change["findings"])),
            not_judged=tuple(NotJudged(*row) for row in change["not_judged"]),
            remark=change["remark"],
            tolerated=change["tolerated"],
            waived=tuple(
                Waived(_read_finding(finding), _read_waiver(waiver), is_brought)
                for finding, waiver, is_brought in change["waived"]
            ),
            altered=tuple(map(_read_alteration, change["altered"])),
        )
        for change in document["changes"]
    )


def _change(change: JudgedChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in _OF_CHANGE} | {"files": [_file(file) for file in change.files]}


def _file(file: CoveredFile) -> tuple[Any, ...]:
    """A row of the cover table without the contents and with no more of each record than its path."""
    contracts, phrs = ([record.path for record in records] for records in (file.contracts, file.phrs))
    return (
        (file.path, file.changed.status),
        *(file.root, file.exempt, file.feature, file.spec),
        *(file.kinds, contracts, phrs, file.needs, file.lacks, file.waived),
    )


def _plain(waiver: Waiver) -> dict[str, Any]:
    return {name: getattr(waiver, name) for name in _OF_WAIVER} | {"paths": waiver.paths}


def _read_waiver(waiver: Mapping[str, Any]) -> Waiver:
    return Waiver(**{**waiver, "paths": tuple(Item(*path) for path in waiver["paths"])}, rules=())


def _read_file(row: Sequence[Any]) -> CoveredFile:
    (path, status), root, exempt, feature, spec, kinds, contracts, phrs, needs, lacks, waived = row
    return CoveredFile(
        PathChange(path, status, None, None, None),
        root,
        exempt,
        tuple(map(ChangeKind, kinds)),
        feature,
        spec,
        _records(contracts),
        _records(phrs),
        tuple(map(Need, needs)),
        tuple(map(Need, lacks)),
        tuple(map(Need, waived)),
    )


def _records(paths: Iterable[str]) -> tuple[Any, ...]:
    return tuple(Record(path=path) for path in paths)


def _read_alteration(row: Sequence[Any]) -> Alteration:
    path, status, details, is_rule, is_stock = row
    return Alteration(path, status, tuple(Detail(*detail) for detail in details), is_rule, is_stock)


def _read_finding(row: Sequence[Any]) -> Finding:
    path, line, column, rule, severity, message, fix, secret, remedy = row
    # Thousands of changes are told the same.
    texts = (intern(message), intern(fix), secret)
    return Finding(path, line, column, intern(rule), Severity(severity), *texts, Remedy(remedy))
