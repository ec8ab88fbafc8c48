"""Attempts to stall the gate, or everybody else's pushes.

A policy, scope, name, record or change is so large or so nested that judging it takes long, or breaks everybody
else's verdict. A limit refuses that change; others, and large honest ones, pass as fast as ever.
"""

import signal
import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from sdd.base.limits import CHANGED, RECORD_BYTES
from sdd.gate import change
from sdd.gate.check import asking, waiving
from sdd.gate.cover import reaches
from sdd.repo import changes
from sdd.repo.objects import Repository
from tests.adopted import contract, phr
from tests.attacks.ground import CONTRACT, GOOD, PATHS, PHR, POLICY, Content, Ground
from tests.counting import counted

# Far more CPU time than any scenario takes on a slow machine, and far less than what it stands for took.
_ENOUGH = 15
_MARKS = "\u0315\u0300"


@pytest.fixture(autouse=True)
def _ends() -> Iterator[None]:
    """A scenario that stalls fails."""

    def stop(*_: object) -> None:
        pytest.fail(f"no verdict after {_ENOUGH} seconds of CPU time")

    former = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, _ENOUGH)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, former)


@pytest.fixture
def large(tmp_path: Path) -> Ground:
    """A ground for changes that are large: what they hold is read and counted in the judgement that all paths share."""
    return Ground(tmp_path, attempts=("ci",))


def decided(policy: str) -> dict[str, Content]:
    """A change of the policy with the PHR that it needs."""
    record = phr([POLICY], id="0002", stage="constitution", prompt="Set the policy.")
    return {POLICY: policy, "history/prompts/constitution/0002-policy.constitution.prompt.md": record}


# -- policies -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[" + " " * 60_000,
        "[" * 60_000,
        "[gate]\n" + "[ " * 30_000 + "x",
        ".".join("a" * 30_000) + " = 1\n",
        f"[{'.'.join('a' * 30_000)}]\n",
        "a = " + "[" * 30_000,
        "a = " + "{a = " * 12_000,
        'gate = {"' + "a." * 30_000 + '" = 1}',
        "a = " + "9" * 60_000,
        'a = "' + "\\" * 60_000,
        "# x\n" * 17_000,
        "[layout]\nspecs = [" + '"a/specs", ' * 5_000 + "]",
        '[words]\n"success criteria" = [' + ", ".join(f'"{number}"' for number in range(7_000)) + ', "Requirements"]',
    ],
    ids=[
        "bracket-and-blanks", "brackets", "brackets-with-blanks", "dotted-key", "dotted-table", "nested-lists",
        "nested-tables", "quoted-key", "digits", "backslashes", "over-64-KiB", "folders", "words",
    ],
)  # fmt: skip
def test_a_policy_of_what_is_costly_to_read(ground: Ground, text: str) -> None:
    """The policy becomes 64 KB of brackets, dotted keys, nested values, digits, folders or words. `policy-invalid`."""
    ground.attempt(decided(text)).refused("policy-invalid")


@pytest.mark.parametrize("pattern", ["*a" * 30 + "x", "a" * 201, "**/a/" * 9, "[a]" * 9, "?" * 9])
def test_a_policy_with_a_costly_pattern(ground: Ground, pattern: str) -> None:
    """A change adds a pattern of more than 200 characters or 8 wildcards to the policy. `policy-invalid`."""
    ground.attempt(decided(f'[gate]\nexempt = ["{pattern}"]\n')).refused("policy-invalid")
    ground.attempt(decided(f'[gate]\ntargets = ["main", "{pattern}"]\n')).refused("policy-invalid")
    actors = f'[gate.actors]\n"robot[bot]" = ["{pattern}/package.json"]\n'
    ground.attempt(decided(actors)).refused("policy-invalid")


def test_a_policy_whose_exemption_matches_nothing(ground: Ground) -> None:
    """A change adds an exemption with three stars and a question mark in one name to the policy. `policy-invalid`."""
    ground.attempt(decided('[gate]\nexempt = ["/*a*b*c?"]\n')).refused("policy-invalid")


def test_a_target_with_three_stars_passes(ground: Ground) -> None:
    """A change adds a target with three stars and a question mark to the policy. Passes."""
    ground.attempt(decided('[gate]\ntargets = ["main", "*a*b*c?"]\n')).passed()


@pytest.mark.parametrize("pattern", ["v[z-a]", "v[!]", "[[---x]", "[!b-a]*?*"])
def test_a_pattern_that_no_expression_can_say(ground: Ground, pattern: str) -> None:
    """The target's policy names branches by `[z-a]` or `[!]`. Other changes pass."""
    ground.land(ground.commit({POLICY: f'[gate]\ntargets = ["main", "{pattern}"]\ndraft = ["{pattern}"]\n'}))
    ground.attempt(GOOD).passed()
    ground.attempt({"src/evil.py": "1\n"}).refused("change-no-phr")


def test_a_costly_pattern_that_landed_long_ago(ground: Ground) -> None:
    """The target's policy has had such a pattern since an older sdd. It matches nothing, and other changes pass."""
    patterns = ", ".join(f'"{"*a" * 50}{number}"' for number in range(100))
    text = f'[gate]\nexempt = [{patterns}]\ntargets = ["main", {patterns}]\n'
    ground.land(ground.commit({POLICY: text.replace(", ", ",\n")}))
    ground.attempt(GOOD).passed()
    ground.attempt({"a" * 250: "x"}).refused("change-no-phr")


@pytest.mark.parametrize(
    "pattern",
    ["/src/" + "*a" * 60, "/src/" + "a" * 300, "/src/" + "*a?" * 3, "/src/" + "**/a" * 20, "/src" + "[a]" * 50],
)
def test_a_scope_of_stars(ground: Ground, pattern: str) -> None:
    """A contract's scope is such a pattern. `change-out-of-scope`, and `contract-no-scope` says why."""
    files = {f"src/{'a' * 240}{number}.py": "1\n" for number in range(20)}
    covered: dict[str, Content] = {
        **files,
        CONTRACT: contract([pattern], kind="fix"),
        PHR: phr(list(files), kind="fix"),
    }
    ground.attempt(covered).refused("change-out-of-scope", "contract-no-scope")


def test_a_policy_for_a_newer_sdd(ground: Ground) -> None:
    """The target's policy asks for a newer sdd and has keys that this one does not know. Exit 3 in CI and on the
    server, naming the update; the hook warns.
    """
    ground.land(ground.commit({POLICY: '[gate]\nsdd = ">=99.1"\nnovelty = true\n'}))
    answers = ground.attempt({"src/evil.py": "1\n"})
    assert answers.statuses == {"hook": 0, "server": 3, "ci": 3}, answers
    assert answers.hook.document["remarks"][0].count("asks for sdd >=99.1") == 1
    for ran in (answers.server, answers.ci):
        assert "asks for sdd >=99.1" in ran.document["error"]["message"]
        assert ran.document["error"]["fix"] == "update sdd"


def test_a_policy_that_shuts_everybody_out(ground: Ground) -> None:
    """A change makes the policy ask for an sdd that does not exist. `policy-invalid`."""
    ground.attempt(decided('[gate]\nsdd = ">=99.1"\n')).refused("policy-invalid")
    ground.attempt(decided('[gate]\nsdd = "newest"\n')).refused("policy-invalid")
    ground.attempt(decided(f'[gate]\nsdd = ">={"9" * 5_000}"\n')).refused("policy-invalid")


def test_a_policy_that_this_sdd_can_read_passes(ground: Ground) -> None:
    """The policy asks for the version that judges it, or an older one. Passes."""
    ground.attempt(decided('[gate]\nsdd = ">=0.1"\n\n[gate.limits]\nseconds = 300\n')).passed()


# -- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "docs/" + _MARKS * 30_000 + ".md",
        "docs/" + "a" * 256 + ".md",
        "docs/" + "abcdefghijkl/" * 330 + "x.md",
        _MARKS * 64 + ".lock",
    ],
    ids=["marks", "name", "path", "marks-of-a-lock-file"],
)
def test_an_exempt_name_that_is_costly_to_compare(ground: Ground, path: str) -> None:
    """An exempt file has a name of more than 255 bytes, or a path of more than 4,096. `change-long-path`."""
    ground.attempt({path: "x"}).refused("change-long-path")


def test_a_long_name_that_landed_long_ago(large: Ground) -> None:
    """The target has a file whose name is 120 KB of combining marks. Other changes pass as fast as ever."""
    large.land(large.commit({f"src/{_MARKS * 30_000}.md": "x", f"{_MARKS * 30_000}.md": "x"}))
    large.attempt(GOOD).passed()


def test_a_phr_that_names_a_path_of_marks(large: Ground) -> None:
    """A PHR names a path of a megabyte of combining marks. `change-no-phr` for the file that it should name."""
    large.attempt({**GOOD, PHR: phr(["src/" + _MARKS * 100_000], kind="fix")}).refused("change-no-phr")


# -- records ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", ["x", "x ", "a\n", "#", "- ", "`", "[", "<!--", "{{", "**a** ", "\u0301"])
def test_a_record_over_a_megabyte(ground: Ground, monkeypatch: pytest.MonkeyPatch, letter: str) -> None:
    """A PHR of more than 1 MiB covers code. `record-too-large`; the rest is not read."""
    limit = RECORD_BYTES
    if letter != "x":  # quadratic time shows in a quarter too
        limit //= 4
        monkeypatch.setattr("sdd.document.text.RECORD_BYTES", limit)
        monkeypatch.setattr("sdd.gate.rules.record.RECORD_BYTES", limit)
    long = str(GOOD[PHR]) + letter * (limit // len(letter.encode()) + 1)
    ground.attempt({**GOOD, PHR: long}).refused("record-too-large")


def test_a_record_of_forty_megabytes(large: Ground) -> None:
    """A PHR is 40 MB. `record-too-large`, without holding it in memory."""
    commit = large.commit({**GOOD, PHR: str(GOOD[PHR]).encode() + bytes(40_000_000)})
    large.push(commit, paths=["ci"]).refused("record-too-large")
    blob = large.here.git("rev-parse", f"{commit}:{PHR}")
    with Repository.discover(large.here.path) as opened:
        tracemalloc.start()
        try:
            opened.beginnings([blob])
            assert tracemalloc.get_traced_memory()[1] < 10_000_000
        finally:
            tracemalloc.stop()


def test_too_many_records(large: Ground) -> None:
    """A change brings 5,001 records. Exit 3: `the change touches 5001 records (limit 5000)`."""
    adr = "# X\n\n**Status**: accepted\n"
    large.attempt({f"history/adr/{number:04}-x.md": adr for number in range(1, 5_002)}).unjudged(
        "the change touches 5001 records (limit 5000)"
    )


def test_too_many_bytes_of_records(large: Ground) -> None:
    """A change brings 40 records of 0.9 MB. Exit 3: `the records of the change hold more than 16 MiB`."""
    record = str(GOOD[PHR]) + "- [x] `a`\n" * 90_000
    records = {f"history/prompts/general/{number:04}-x.green.prompt.md": record for number in range(2, 42)}
    large.attempt({**GOOD, **records}).unjudged("the records of the change hold more than 16 MiB")


def _many_times_over(ground: Ground, mode: str, oid: str, depth: int) -> str:
    """The commit that brings docs/b: a tree of ten entries, each of which is the same tree of ten, and so on."""
    made = ground.here.git
    for _ in range(depth):
        name = ".md" if "blob" in mode else ""
        oid = made("mktree", stdin="".join(f"{mode} {oid}\tp{number}{name}\n" for number in range(10))).strip()
        mode = "040000 tree"
    docs = made("mktree", stdin=f"040000 tree {oid}\tb\n").strip()
    top = made("mktree", stdin=f"{made('ls-tree', ground.main).strip()}\n040000 tree {docs}\tdocs\n").strip()
    return made("commit-tree", "-p", ground.main, "-m", "x", top).strip()


@pytest.mark.parametrize("mode", ["100644 blob", "040000 tree"])
def test_one_folder_many_times_over(large: Ground, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    """A dozen objects are a billion exempt files, or empty folders. Exit 3: `more than 100,000 files and folders`."""
    kind = mode.partition(" ")[2]
    oid = large.here.git("hash-object", "-w", "-t", kind, "--stdin", stdin="").strip()
    paths, most = ["ci"], CHANGED
    if kind == "blob":
        paths, most = [*PATHS], CHANGED // 10
        monkeypatch.setattr(changes, "CHANGED", most)
    large.push(_many_times_over(large, mode, oid, 9), paths=paths).unjudged(f"more than {most:,} files and folders")


def test_a_thousand_exempt_files(large: Ground) -> None:
    """A change brings a thousand exempt files. Passes."""
    blob = large.here.git("hash-object", "-w", "--stdin", stdin="A page.\n").strip()
    large.push(_many_times_over(large, "100644 blob", blob, 3)).passed()


def test_many_bytes_of_landed_records(large: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The target's records, and those that move, are not counted. A verdict."""
    monkeypatch.setattr(change, "CHANGE_BYTES", 10_000)
    decision = "# X\n\n**Status**: accepted\n" + "It is so.\n" * 800
    for number in (1, 2):
        large.land(large.commit({f"history/adr/000{number}-x.md": f"{decision}{number}"}))
    moved: dict[str, Content] = {}
    for number in (1, 2):
        moved |= {f"history/adr/000{number}-x.md": None, f"history/adr/000{number}-y.md": f"{decision}{number}"}
    large.attempt({**GOOD, "history/adr/0003-z.md": decision}).passed()
    assert "hold more than" not in large.attempt(moved).ci.out


def test_a_revert_that_names_two_thousand_commits(large: Ground) -> None:
    """The PHR of a revert names 2,000 commits. `change-not-a-revert`: only the first 20 are looked up."""
    head = large.main
    commits = []
    for number in range(60):
        head = large.commit({f"src/a{number}.py": "1\n"}, after=head)
        commits.append(head)
    large.land(head)
    ids = " ".join([*commits, *(f"{number:040x}" for number in range(2_000))])
    record = phr(["src/new/"], id="0002", kind="revert", prompt=f"Revert {ids}")
    files = {f"src/new/{number}.py": "1\n" for number in range(200)}
    answers = large.attempt({**files, PHR: record})
    answers.refused("change-not-a-revert")
    assert "the first 20 are looked up: limit" in answers.ci.out


def test_a_revert_of_many_files_passes(large: Ground) -> None:
    """A revert brings back 300 files and names their commit. Passes."""
    files: dict[str, Content] = {f"src/new/{number}.py": "1\n" for number in range(300)}
    added = large.land(large.commit(files))
    removed: dict[str, Content] = dict.fromkeys(files)
    record = phr(
        ["src/new/"], id="0002", kind="revert", prompt=f"Take the new files out.\n\nThis reverts commit {added}."
    )
    large.attempt({**removed, PHR: record}).passed()


# -- many of them -------------------------------------------------------------------------------------------


def test_very_many_files_without_a_record(large: Ground) -> None:
    """A change adds 1,000 files and edits 50 landed PHRs. `change-no-phr` for each file, at once."""
    old = {
        f"history/prompts/001-vat/{number:04}-x.misc.prompt.md": phr(
            [f"src/{number}.py"], id=f"{number:04}", stage="misc", prompt=f"Do {number}."
        )
        for number in range(10, 60)
    }
    large.land(large.commit(old))
    numbers = count()
    edited = {path: text.replace("It does.", f"It does. {next(numbers)}") for path, text in old.items()}
    large.attempt({**edited, **{f"src/{number}.py": "1\n" for number in range(1_000)}}).refused("change-no-phr")


def test_very_many_records_for_very_many_files(large: Ground) -> None:
    """100 PHRs and 100 contracts each cover the same 200 files. Passes, at once."""
    files: dict[str, Content] = {f"src/app/{number}.py": "1\n" for number in range(200)}
    for number in range(10, 110):
        path = f"history/contracts/001-vat/{number:04}-x.contract.md"
        files[path] = contract(["/src/**"], id=f"{number:04}", kind="fix", feature="001-vat")
        record = phr(
            ["src/app/"], id=f"{number:04}", stage="misc", feature="001-vat", contract=path, prompt=f"Do {number}."
        )
        files[f"history/prompts/001-vat/{number:04}-x.misc.prompt.md"] = record
    large.attempt(files).passed()


def test_very_many_waivers_for_very_many_files(large: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """The target holds 300 waivers, and a change brings 300 files. Only the near waivers are asked: `change-no-phr`."""
    asked = count()
    monkeypatch.setattr(waiving, "reaches", lambda *words: bool(next(asked) + 1) and reaches(*words))
    last = date.today() + timedelta(days=30)
    waivers = {
        f"history/waivers/{number:04}-x.md": (
            f"---\nrules: [change-no-phr]\npaths: [src/b{number}/**]\nreason: Because it had to land.\n"
            f"approved_by: Grace\nexpires: {last}\n---\n"
        )
        for number in range(1, 301)
    }
    large.land(large.commit(waivers))
    answers = large.attempt({f"src/b{number}/a.py": "1\n" for number in range(300, 600)})
    answers.refused("change-no-phr")
    assert "src/b300/a.py" not in {
        row["path"] for row in answers.ci.document["changes"][0]["findings"] if row["rule"] == "change-no-phr"
    }
    assert next(asked) <= 30


def test_more_comparisons_than_a_verdict_may_take(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files are to be compared with contracts than a verdict may take. Exit 3: `comparisons`."""
    monkeypatch.setattr("sdd.gate.cover.lookup.STEPS", 3_000)
    files: dict[str, Content] = {f"src/app/{number}": "1\n" for number in range(40)}
    for number in range(10, 50):
        path = f"history/contracts/001-vat/{number:04}-x.contract.md"
        files[path] = contract(["/src/*/x", "/src/*/y"], id=f"{number:04}", kind="fix")
    ground.attempt(files).unjudged("3,000 comparisons")
    for number in range(4):
        del files[f"src/app/{number}"]
    ground.attempt(files).refused("change-no-phr")


def test_work_that_nobody_counts(large: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verdict takes more CPU time than the target's policy allows. Exit 3: `1 s of CPU time`."""

    def endless(*_: object, **__: object) -> None:
        while True:
            pass

    large.land(large.commit({POLICY: "[gate.limits]\nseconds = 1\n"}))
    monkeypatch.setattr("sdd.gate.check.change.judge_change", endless)
    large.attempt(GOOD).unjudged("1 s of CPU time")


def test_a_record_of_very_many_words(large: Ground) -> None:
    """A PHR of 40,000 words differs from a landed one in the last word. Passes, at once."""
    words = " ".join(f"w{number:x}" for number in range(40_000))
    for number, last in ((10, "x"), (11, "y")):
        path = f"history/prompts/001-vat/{number:04}-x.misc.prompt.md"
        text = phr(id=f"{number:04}", stage="misc", feature="001-vat", prompt=f"{words} {last}")
        if last == "x":
            large.land(large.commit({path: text}))
        else:
            large.attempt({path: text}).passed()


@pytest.mark.parametrize("unit", ["Ab. ", "Ab? ", "\u3002", "approx. Ab", "a\n\n"])
def test_success_criteria_of_very_many_sentences(ground: Ground, unit: str) -> None:
    """A contract's success criteria are 100 KB of sentences. `contract-criteria`."""
    ground.attempt({**GOOD, CONTRACT: _with_criteria(unit, "done")}).refused("contract-criteria")


@pytest.mark.parametrize("unit", ["A. B. ", "Dr. ", "a.\n", "Ab.", '." '])
def test_a_landed_contract_of_very_many_abbreviations(ground: Ground, unit: str) -> None:
    """The target has a contract whose success criteria are 100 KB of abbreviations. A push that names it passes."""
    ground.land(ground.commit({CONTRACT: _with_criteria(unit, "open")}))
    files = ["src/vat.py", "tests/test_vat.py"]
    ground.attempt({**dict.fromkeys(files, "1\n"), PHR: phr(files, id="0002", contract=CONTRACT)}).passed()


def _with_criteria(unit: str, status: str) -> str:
    criteria = f"It holds {unit * (100_000 // len(unit.encode()))}x."
    text = contract(["/src/**", "/tests/**"], id="0003", feature="001-vat", status=status)
    return text.replace("Amounts are rounded half up.", criteria)


def test_the_same_message_for_every_file(large: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of files without records get the same message, to have each searched for secrets. `change-no-phr`."""
    searched = counted(monkeypatch, asking, "hidden", lambda text: text)
    for many in (20, 200):
        searched.clear()
        large.attempt({f"src/{number}.py": "1\n" for number in range(many)}).refused("change-no-phr")
        assert max(searched.values()) == 1
