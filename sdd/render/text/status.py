"""Where somebody stands, as text: the screen of `sdd status`."""

from collections.abc import Iterator
from dataclasses import dataclass

from sdd.base.paths import printable
from sdd.gate.check import JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.fixes import Fix
from sdd.render.text.verdict import next_line
from sdd.render.words import counted


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the screen shows. `fetched` is how long ago the target was fetched, in words; empty where nobody knows.

    `uncommitted` are paths from the top that differ from HEAD. `nothing` says why nothing would be judged,
    `adopted` whether the work tree holds a root at all.
    """

    branch: str | None
    ahead: int
    target: str
    fetched: str
    uncommitted: frozenset[str]
    feature: str | None
    changes: tuple[JudgedChange, ...]
    fixes: tuple[Fix, ...]
    nothing: str
    adopted: bool
    questions: int
    follow_ups: int
    waivers: int

    @property
    def refused(self) -> bool:
        """Whether a push of all this would be refused."""
        return any(change.refused for change in self.changes)


def status_text(standing: Standing) -> str:
    """The whole screen."""
    lines = [f"branch   {_branch(standing)}", f"feature  {_feature(standing)}", f"push     {_push(standing)}"]
    lines += _table(standing)
    lines += _errors(standing)
    counts = (
        counted(standing.questions, "question"),
        counted(standing.follow_ups, "follow-up"),
        counted(standing.waivers, "waiver"),
    )
    lines.append(f"open     {', '.join(counts)}")
    lines += [f"{'' if place else 'next':<8} {command}" for place, command in enumerate(_next(standing))]
    return "\n".join(lines) + "\n"


def _next(standing: Standing) -> list[str]:
    """The commands that come next: any one of them where there are several."""
    if not standing.adopted:
        return ["sdd init"]
    ways = [way for fix in standing.fixes for way in fix.ways]
    if not ways and standing.uncommitted and not standing.refused:
        return ["git add --all && git commit"]
    return [next_line(way).partition(": ")[2] for way in ways]


def _branch(standing: Standing) -> str:
    name = printable(standing.branch or "none (detached HEAD)")
    age = f" (fetched {standing.fetched} ago)" if standing.fetched else ""
    told = (
        [f"{counted(standing.ahead, 'commit')} ahead of {printable(standing.target)}{age}"] if standing.target else []
    )
    if standing.uncommitted:
        told.append(f"{counted(len(standing.uncommitted), 'file')} uncommitted")
    return f"{name}: {', '.join(told)}" if told else name


def _feature(standing: Standing) -> str:
    return printable(standing.feature) if standing.feature else "none (fine for a fix; features: sdd feature list)"


def _push(standing: Standing) -> str:
    if standing.nothing:
        return printable(standing.nothing)
    files = [file for change in standing.changes for file in change.files]
    lacking = sum(bool(file.lacks) for file in files)
    errors = sum(len(change.errors) for change in standing.changes)
    if not errors:
        return f"would pass: {counted(len(files), 'file')} changed" if files else "would pass"
    word = "would be refused" if standing.refused else "would be let through with a warning"
    return f"{word}: " + (
        f"{lacking} of {counted(len(files), 'file')} {'lack' if lacking != 1 else 'lacks'} records"
        if lacking
        else counted(errors, "error")
    )


def _table(standing: Standing) -> Iterator[str]:
    rows = [file for change in standing.changes for file in change.files if not file.exempt]
    if not rows:
        return
    yield "  phr  contract  spec  file"
    for file in sorted(rows, key=lambda row: (not row.lacks, row.path)):
        marks = (_mark(file, Need.PHR), _mark(file, Need.CONTRACT), _mark(file, Need.SPEC))
        mark = " (uncommitted)" if file.path in standing.uncommitted else ""
        told = "".join(f"   {phr.path.rpartition('/')[2].removesuffix('.prompt.md')}" for phr in file.phrs[:1])
        yield f"  {marks[0]:<3}  {marks[1]:<8}  {marks[2]:<4}  {printable(file.path)}{mark}{printable(told)}"


def _mark(file: CoveredFile, need: Need) -> str:
    # Whether a spec is needed depends on the kind, and nobody has said the kind of a file that no record names.
    unknown = need == Need.SPEC and not file.phrs and not file.contracts
    return "-" if need not in file.needs or unknown else "no" if need in file.lacks else "ok"


def _errors(standing: Standing) -> Iterator[str]:
    """The errors that the table does not show."""
    lacking = {file.path for change in standing.changes for file in change.files if file.lacks}
    for change in standing.changes:
        for finding in change.errors:
            if finding.path not in lacking:
                yield f"  {printable(finding.path)}:{finding.line}: {finding.rule}: {printable(finding.message)}"
