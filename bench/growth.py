"""How time grows up to each limit of the gate: `make bench ARGS=--growth`.

Sizes double; the last column is how much time the last doubling took. Linear is 2, quadratic 4. Whole verdicts run in
this process, over objects that are written without git; the fastest of three runs counts.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sdd.base import limits
from sdd.gate.check.change import judge
from sdd.gate.target import target_of_revision, targets_of_receive
from sdd.records.kinds import contract, phr, policy, spec
from sdd.repo.objects import Repository
from sdd.repo.pushed import read_pre_receive
from tests.adopted import contract as contract_text
from tests.adopted import phr as phr_text
from tests.attacks.ground import GONE, Content, Ground

_number = count()


class Row(NamedTuple):
    """What grows: its name, the largest size, and what a size makes ready to be timed."""

    name: str
    largest: int
    prepare: Callable[[int], Callable[[], object]]


def _parsed(
    parse: Callable[[str, bytes, str], object], before: str, unit: str
) -> Callable[[int], Callable[[], object]]:
    def prepare(size: int) -> Callable[[], object]:
        content = (before + unit * ((size - len(before)) // len(unit.encode()))).encode()
        return lambda: parse(f"specs/001-x/{next(_number)}.md", content, "")

    return prepare


def _judged(edits: Callable[[int], Mapping[str, Content]]) -> Callable[[int], Callable[[], object]]:
    def prepare(size: int) -> Callable[[], object]:
        ground = Ground(Path(tempfile.mkdtemp(dir=_scratch.name)))
        head = ground.commit(edits(size))

        def run() -> object:
            with Repository.discover(ground.here.path) as repository:
                return judge(
                    repository, [target_of_revision(repository, "refs/remotes/origin/main", head)], date.today()
                )

        return run

    return prepare


def _pushed(edits: Mapping[str, Content], commits: int) -> Callable[[int], Callable[[], object]]:
    """As many refs as the size says, each with the same edits and some commits of its own."""

    def prepare(size: int) -> Callable[[], object]:
        ground = Ground(Path(tempfile.mkdtemp(dir=_scratch.name)))
        base = ground.commit(edits)
        lines = []
        for ref in range(size):
            tip = base
            for number in range(commits):
                tip = ground.commit({"NOTES.md": f"{ref} {number}\n"}, tip)
            lines.append(f"{GONE} {tip} refs/heads/b{ref}\n")
        told = "".join(lines).encode()

        def run() -> object:
            with Repository.discover(ground.remote.path) as repository:
                return judge(repository, targets_of_receive(repository, read_pre_receive(told)), date.today())

        return run

    return prepare


def _phr(number: int, *files: str) -> dict[str, Content]:
    text = phr_text(
        files, id=f"{number:04}", stage="misc", kind="chore", prompt=f"Do {number}.", response=f"Done {number}."
    )
    return {f"history/prompts/general/{number:04}-x.misc.prompt.md": text}


def _many_records(size: int) -> dict[str, Content]:
    edits: dict[str, Content] = {}
    for number in range(1, size + 1):
        edits |= {f"src/a/{number}.py": "1\n"} | _phr(number, f"src/a/{number}.py")
    return edits


def _many_contracts(size: int) -> dict[str, Content]:
    edits: dict[str, Content] = {f"src/a{number}/x.py": "1\n" for number in range(size)}
    for number in range(1, size + 1):
        path = f"history/contracts/001-vat/{number:04}-x.contract.md"
        edits[path] = contract_text([f"/src/a{number}/**"], id=f"{number:04}")
    return edits


def _covered(size: int) -> dict[str, Content]:
    files: dict[str, Content] = {f"src/a/{number}.py": "1\n" for number in range(size)}
    return files | _phr(1, *files)


_FRONT = "---\nid: 1\n---\n\n## Prompt\n\n"
_RECORD = limits.RECORD_BYTES
ROWS = (
    *(
        Row(f"policy of {unit!a}", limits.POLICY_BYTES, _parsed(policy.parse, "", unit))
        for unit in ("[ ", "[", "a.b = 1\n", "# x\n")
    ),
    *(
        Row(f"PHR of {unit!a}", _RECORD, _parsed(phr.parse, _FRONT, unit))
        for unit in ("word ", "a\n", "- ", "[", "`a ", "> ", "{{", "<!--", "**a** ", "\u0315\u0300")
    ),
    Row("PHR that never ends its front matter", _RECORD, _parsed(phr.parse, "---\n", "key: value\n")),
    Row("PHR that names files", _RECORD, _parsed(phr.parse, "---\nfiles:\n", "  - src/a.py\n")),
    *(
        Row(f"contract of {unit!a}", _RECORD, _parsed(contract.parse, "---\nid: 1\n---\n", unit))
        for unit in ("- [ ] `x`\n", "## A\n", "1:2:a.py ")
    ),
    *(
        Row(f"spec of {unit!a}", _RECORD, _parsed(spec.parse, "# X\n", unit))
        for unit in ("- **FR-001**: x\n", "### User Story 1 - x\n", "[NEEDS CLARIFICATION: x]\n")
    ),
    Row(
        "files without a record", 16_000, _judged(lambda size: {f"src/a/{number}.py": "1\n" for number in range(size)})
    ),
    Row("files of one PHR", 8_000, _judged(_covered)),
    Row("PHRs with a file each", limits.RECORDS // 2, _judged(_many_records)),
    Row("contracts with a file each", limits.RECORDS // 2, _judged(_many_contracts)),
    Row("refs with the same 300 PHRs", 40, _pushed(_many_records(300), 1)),
    Row("refs of 600 commits", 40, _pushed(_many_records(10), 600)),
)
_scratch = tempfile.TemporaryDirectory(prefix="sdd-growth-")


def main() -> None:
    """Prints the table. The largest sizes are those of the limits, or what a minute allows."""
    with _scratch:
        print(f"{'what grows':44} {'size':>10} {'time':>9} {'growth':>7}")
        for row in ROWS:
            before = 0.0
            for size in (row.largest // 4, row.largest // 2, row.largest):
                run = row.prepare(size)
                taken = min(_timed(run) for _ in range(3))
                growth = f"{taken / before:.1f}" if before else ""
                print(f"{row.name[:44]:44} {size:10,} {taken:8.3f}s {growth:>7}", flush=True)
                before = taken


def _timed(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
