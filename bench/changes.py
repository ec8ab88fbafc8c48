"""How the gate's time grows with a change: whole verdicts, over objects that are written without git."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from math import isqrt
from pathlib import Path
from typing import NamedTuple

from sdd.base import limits
from sdd.gate.check.change import judge
from sdd.gate.target import target_of_revision
from sdd.gate.target.judgement import JudgementTarget
from sdd.gate.target.push import targets_of_push, targets_of_receive
from sdd.repo.objects import Repository
from sdd.repo.pushed import read_pre_push, read_pre_receive
from tests.adopted import contract as contract_text
from tests.adopted import phr as phr_text
from tests.attacks.ground import GONE, POLICY, Content, Ground

scratch = tempfile.TemporaryDirectory(prefix="sdd-growth-")


class Row(NamedTuple):
    """What grows: its name, the largest size, and what a size makes ready to be timed."""

    name: str
    largest: int
    prepare: Callable[[int], Callable[[], object]]


def _judged(
    edits: Callable[[int], Mapping[str, Content]], landed: Callable[[int], Mapping[str, Content]] = lambda _: {}
) -> Callable[[int], Callable[[], object]]:
    """One commit, upon a target that holds what has landed."""

    def prepare(size: int) -> Callable[[], object]:
        ground = _ground()
        ground.land(ground.commit(landed(size)))
        head = ground.commit(edits(size))
        return lambda: _verdict(
            ground, lambda repository: [target_of_revision(repository, "refs/remotes/origin/main", head)]
        )

    return prepare


def _releases(size: int) -> Callable[[], object]:
    """A branch that is pushed where there are many targets, all with tips of their own."""
    ground = _ground()
    ground.land(ground.commit({POLICY: '[gate]\ntargets = ["main", "release/*"]\n'}))
    for number in range(size):
        ground.land(ground.commit({"RELEASE.md": f"{number}\n"}), f"refs/heads/release/{number}")
    head = ground.commit({"src/a.py": "1\n"})
    pushed = read_pre_push(f"refs/heads/x {head} refs/heads/x {GONE}\n".encode())
    return lambda: _verdict(
        ground, lambda repository: targets_of_push(repository, pushed, "origin", str(ground.remote.path))
    )


def _ground() -> Ground:
    return Ground(Path(tempfile.mkdtemp(dir=scratch.name)))


def _verdict(ground: Ground, targets: Callable[[Repository], Sequence[JudgementTarget]]) -> object:
    with Repository.discover(ground.here.path) as repository:
        return judge(repository, targets(repository), date.today())


def _pushed(edits: Mapping[str, Content], commits: int) -> Callable[[int], Callable[[], object]]:
    """As many refs as the size says, each with the same edits and some commits of its own."""

    def prepare(size: int) -> Callable[[], object]:
        ground = _ground()
        base = ground.commit(edits)
        tips = []
        for ref in range(size):
            tip = base
            for number in range(commits):
                tip = ground.commit({"NOTES.md": f"{ref} {number}\n"}, tip)
            tips.append(tip)
        return _new_refs(ground, tips)

    return prepare


def _in_a_row(size: int) -> Callable[[], object]:
    """As many refs as the size says, each a commit further than the one before it."""
    ground = _ground()
    tips = [ground.commit(_many_records(100))]
    for number in range(size - 1):
        tips.append(ground.commit({"NOTES.md": f"{number}\n"}, tips[-1]))
    return _new_refs(ground, tips)


def _new_refs(ground: Ground, tips: Sequence[str]) -> Callable[[], object]:
    """A push of a ref for each tip."""
    return _received(ground, "".join(f"{GONE} {tip} refs/heads/b{number}\n" for number, tip in enumerate(tips)))


def _received(ground: Ground, told: str) -> Callable[[], object]:
    """A push as git tells a server of it."""
    data = told.encode()

    def run() -> object:
        with Repository.discover(ground.remote.path) as repository:
            return judge(repository, targets_of_receive(repository, read_pre_receive(data)), date.today())

    return run


def _removals(size: int) -> Callable[[], object]:
    """A push that removes branches, in as many bytes as the size says."""
    ground = _ground()
    line = f"{ground.main} {GONE} refs/heads/{{:0100}}\n"
    return _received(ground, "".join(line.format(number) for number in range(size // len(line.format(0)))))


def _commits(size: int) -> Callable[[], object]:
    """One ref of as many commits as the size says, the last of which brings as many files, each with its PHR."""
    ground = _ground()
    head = ground.main
    for number in range(1, size):
        head = ground.commit({"NOTES.md": f"{number}\n"}, head)
    head = ground.commit(_many_records(size), head)
    return lambda: _verdict(
        ground, lambda repository: [target_of_revision(repository, "refs/remotes/origin/main", head)]
    )


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


def _beside(size: int) -> dict[str, Content]:
    """PHRs that have landed, or where there are none a new one."""
    numbers = range(1, size + 1) if size else (99_999,)
    phrs: dict[str, Content] = {}
    for number in numbers:
        phrs |= _phr(number, f"src/b/{number}.py")
    return phrs if size else phrs | {"src/b/99999.py": "1\n"}


def _covered(size: int) -> dict[str, Content]:
    files: dict[str, Content] = {f"src/a/{number}.py": "1\n" for number in range(size)}
    return files | _phr(1, *files)


def _files(size: int) -> dict[str, Content]:
    return {f"src/a/{number}.py": "1\n" for number in range(size)}


def _rewritten(line: str, size: int) -> dict[str, Content]:
    return {"src/a.py": line * (size // 2)} | (_phr(1, "src/a.py") if line == "b\n" else {})


def _roots(size: int) -> dict[str, Content]:
    return {f"app{number}/{POLICY}": "" for number in range(size)}


def _large_records(size: int) -> dict[str, Content]:
    words = "Some words of a long prompt.\n" * (limits.RECORD_BYTES // 30)
    edits: dict[str, Content] = {}
    for number in range(1, size // limits.RECORD_BYTES + 1):
        for path, text in _phr(number, "src/a.py").items():
            edits[path] = f"{text!s}\n{words}"
    return edits


def _crossed(size: int) -> dict[str, Content]:
    """Files that each of as many PHRs names by their folder: a comparison for each two of them."""
    edits: dict[str, Content] = {}
    for number in range(1, isqrt(size) + 1):
        edits |= {f"src/a/{number}.py": "1\n"} | _phr(number, "src/a/")
    return edits


def _exempting(size: int) -> dict[str, Content]:
    patterns = ((size - 100) // 18) * '"/lib/*/a?/**",\n'
    return {POLICY: f"[gate]\nexempt = [\n{patterns}]\n"}


def _in_roots(size: int) -> dict[str, Content]:
    return {f"app{number}/a/{file}.py": "1\n" for number in range(size) for file in range(250)}


def _waivers(size: int) -> dict[str, Content]:
    """A waiver a file, none for the files that are judged."""
    last = date.today() + timedelta(days=30)
    return {
        f"history/waivers/{number:04}-x.md": (
            f"---\nrules: [change-no-phr]\npaths: [src/b/{number}.py]\nreason: Because it had to land.\n"
            f"approved_by: Grace\nexpires: {last}\n---\n"
        )
        for number in range(1, size + 1)
    }


ROWS = (
    # The two folders that they are in count too.
    Row("files without a record", limits.CHANGED - 2, _judged(_files)),
    Row("files of one PHR", 30_000, _judged(_covered)),
    Row("files that a PHR names and nobody has", 30_000, _judged(lambda size: _phr(1, *_files(size)))),
    Row("PHRs with a file each", limits.RECORDS, _judged(_many_records)),
    Row("contracts with a file each", limits.RECORDS, _judged(_many_contracts)),
    Row("records", limits.RECORDS, _judged(lambda size: dict.fromkeys(_waivers(size), "# X\n"))),
    Row("waivers for as many other files", limits.RECORDS, _judged(_files, _waivers)),
    Row(
        "bytes of 'a\\n' rewritten",
        50_000_000,
        _judged(lambda size: _rewritten("b\n", size), lambda size: _rewritten("a\n", size)),
    ),
    Row("roots with 250 files each", 200, _judged(_in_roots, _roots)),
    Row(
        "files in 200 roots",
        200,
        _judged(lambda _: _phr(1, "src/a.py") | {"src/a.py": "1\n"}, lambda size: _roots(size) | _in_roots(size)),
    ),
    Row("bytes of records", limits.CHANGE_BYTES, _judged(_large_records)),
    Row("comparisons of files with PHRs", limits.STEPS // 4, _judged(_crossed)),
    Row("bytes of a policy's patterns, 1,000 files", limits.POLICY_BYTES, _judged(lambda _: _files(1_000), _exempting)),
    Row("PHRs beside a new one", 10_000, _judged(lambda _: _beside(0), _beside)),
    Row("commits, files and PHRs", 1_600, _commits),
    Row("bytes of a push that removes branches", limits.INPUT_BYTES, _removals),
    Row("release branches", 400, _releases),
    Row("refs with the same 300 PHRs", 40, _pushed(_many_records(300), 1)),
    Row("refs of 600 commits", 40, _pushed(_many_records(10), 600)),
    Row("refs with 100 PHRs, one commit further each", 40, _in_a_row),
)
