"""Judged changes as text and back: what a verdict is kept as, enough to draw every share, list and format from.

Of the records that cover a file only the paths are kept. What is made anew is read from the same text, so that it
makes no difference where a verdict came from.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sdd.gate.check import Finding, JudgedChange, NotJudged, Waived
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.rules import Severity
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.kinds.record import ChangeKind, Record
from sdd.records.kinds.waiver import Waiver
from sdd.repo.changes import PathChange


def written(changes: Sequence[JudgedChange], features: Sequence[str], lines: Mapping[str, int], remark: str) -> str:
    """One audited change as JSON: its verdicts, one a root, and beside them the features that it is for, how many
    lines were changed in each file that lacks something, and what was remarked on it as a whole.
    """
    document = {
        "governed": True,
        "changes": [_change(change) for change in changes],
        "features": list(features),
        "lines": dict(lines),
        "remark": remark,
    }
    return json.dumps(document, separators=(",", ":"))


NOT_GOVERNED = '{"governed":false}'
"""Stands for a change with no root before it and none after it: nothing was asked of it."""


def read_changes(
    document: Mapping[str, Any], *, ref: str, target_name: str, base: str | None, head: str, commits: tuple[str, ...]
) -> tuple[JudgedChange, ...]:
    """The verdicts of a document that was read from such a text; what is the same for all of them is told beside it."""
    return tuple(
        JudgedChange(
            ref=ref,
            target_name=target_name,
            base=base,
            head=head,
            root=change["root"],
            commits=commits,
            files=tuple(map(_read_file, change["files"])),
            findings=tuple(map(_read_finding, change["findings"])),
            not_judged=tuple(NotJudged(*one) for one in change["not_judged"]),
            remark=change["remark"],
            tolerated=change["tolerated"],
            waived=tuple(Waived(_read_finding(finding), _read_waiver(waiver)) for finding, waiver in change["waived"]),
        )
        for change in document["changes"]
    )


def _change(change: JudgedChange) -> dict[str, Any]:
    return {
        "root": change.root,
        "files": [_file(file) for file in change.files],
        "findings": [list(finding) for finding in change.findings],
        "not_judged": [list(one) for one in change.not_judged],
        "remark": change.remark,
        "tolerated": change.tolerated,
        "waived": [[list(finding), _waiver(waiver)] for finding, waiver in change.waived],
    }


def _file(file: CoveredFile) -> dict[str, Any]:
    """A row of the cover table, without what is empty: most rows hold little."""
    found = {
        "path": file.path,
        "status": file.changed.status,
        "root": file.root,
        "exempt": file.exempt,
        "kinds": list(file.kinds),
        "feature": file.feature,
        "spec": file.spec,
        "contracts": [contract.path for contract in file.contracts],
        "phrs": [phr.path for phr in file.phrs],
        "needs": list(file.needs),
        "lacks": list(file.lacks),
    }
    return {name: value for name, value in found.items() if value not in (None, [])}


def _read_file(row: Mapping[str, Any]) -> CoveredFile:
    return CoveredFile(
        changed=PathChange(row["path"], row["status"], None, None, None),
        root=row.get("root"),
        exempt=row.get("exempt"),
        kinds=tuple(map(ChangeKind, row.get("kinds", ()))),
        feature=row.get("feature"),
        spec=row.get("spec"),
        contracts=tuple(cast(Contract, Record(path=path)) for path in row.get("contracts", ())),
        phrs=tuple(cast(Phr, Record(path=path)) for path in row.get("phrs", ())),
        needs=tuple(map(Need, row.get("needs", ()))),
        lacks=tuple(map(Need, row.get("lacks", ()))),
    )


def _read_finding(row: Sequence[Any]) -> Finding:
    path, line, column, rule, severity, message, fix = row
    return Finding(path, line, column, rule, Severity(severity), message, fix)


def _waiver(waiver: Waiver) -> dict[str, Any]:
    names = ("path", "root", "line", "id", "title", "reason", "approved_by", "expires")
    return {name: getattr(waiver, name) for name in names}


def _read_waiver(row: Mapping[str, Any]) -> Waiver:
    return Waiver(**row, rules=(), paths=())
