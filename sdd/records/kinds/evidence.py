"""The evidence of checks: a line for each run that passed, and for a failure that nothing has followed, below a
contract's heading Evidence. Its form is here alone.

- 2026-11-29, commit 2c1e5145c0aa, files 51d0e77ab312, exit 0, sha256:9f2c...: `pytest -q`
"""

from collections.abc import Iterable
from typing import Annotated, NamedTuple

from sdd.base.regex import regex
from sdd.document import ListItem
from sdd.document.code_spans import code_spans
from sdd.records.kinds.field import Field, Form

TITLE = "Evidence"
_NO_COMMIT, _CHANGED = "no commit yet", " with changes"
# Older lines lack the files.
_LINE = regex(
    r"(?P<day>\d{4}-\d\d-\d\d), (?:commit (?P<commit>[0-9a-f]{7,64})(?P<changed> with changes)?|no commit yet), "
    r"(?:files (?P<files>[0-9a-f]{12}), )?exit (?P<status>\d{1,3}), sha256:(?P<digest>[0-9a-f]{64}): (?P<check>`.+)"
)


class Evidence(NamedTuple):
    """One run of a check. `commit` is None before the first one; `files` stands for what the files that the contract
    covers held, which a rebase or a squash keeps.
    """

    command: Annotated[str, Field("the command that was run")]
    day: Annotated[str, Field("YYYY-MM-DD")]
    commit: Annotated[str | None, Field("the commit that it was run at, null before the first one", name="run_at")]
    changed: Annotated[bool, Field("1 where other files differed from that commit", Form.FLAG)]
    files: Annotated[str | None, Field("digest of the files that it was run on, null in older evidence")]
    status: Annotated[int, Field("the exit status", Form.NUMBER)]
    digest: Annotated[str, Field("SHA-256 of what it printed", key="sha256")]
    line: int

    def text(self, check: str) -> str:
        """The line in a contract; `check` is the command as a code span."""
        commit = f"commit {self.commit}{_CHANGED if self.changed else ''}" if self.commit else _NO_COMMIT
        files = f"files {self.files}, " if self.files else ""
        return f"- {self.day}, {commit}, {files}exit {self.status}, sha256:{self.digest}: {check}"

    def replaces(self, other: "Evidence") -> bool:
        """Whether it is about the same check at the same commit, or about one that had failed."""
        is_same = (self.commit, self.changed) == (other.commit, other.changed)
        return self.command == other.command and (is_same or other.failed)

    def repeats(self, other: "Evidence") -> bool:
        """Whether both say that the same check ended in the same way on the same files."""
        said = (self.command, self.files, self.status)
        return said == (other.command, other.files, other.status) and bool(self.files or self.failed)

    @property
    def failed(self) -> bool:
        """Whether the check did not pass."""
        return self.status != 0


def evidence_in(items: Iterable[ListItem]) -> tuple[Evidence, ...]:
    """The runs that some list items tell of."""
    return tuple(run for item in items if (run := _read(item)))


def _read(item: ListItem) -> Evidence | None:
    match = _LINE.fullmatch(item.text)
    spans = code_spans(match["check"]) if match else ()
    if not match or not spans:
        return None
    day, commit, files, digest = match.group("day", "commit", "files", "digest")
    run = Evidence(spans[0].text.strip(), day, commit, bool(match["changed"]), files, int(match["status"]), digest, 0)
    return run._replace(line=item.line)
