"""What start-up must not import: every command that an agent or a hook runs pays for it."""

import json
import os
import sys
from pathlib import Path

import pytest

from sdd.capture.exchanges import ChangedFile, Exchange
from sdd.capture.store import Store
from sdd.render.formats import FORMAT_NAMES, MODULES
from tests.capture_on import turn_on
from tests.good import good_repository
from tests.scratch import Scratch

TOP = Path(__file__).resolve().parent.parent

# What `sdd` does, and then the names of all that was imported, on a line of its own.
RUN_AND_LIST = """\
import sys
from sdd.cli import run
status, modules = run(sys.argv[1:]), sorted(sys.modules)
import json
print("\\n" + json.dumps({"status": status, "modules": modules}))
"""

# GitPython, the index and the HTML report: no verdict needs them.
NEVER_FOR_A_VERDICT = {"git", "jinja2", "sqlite3", "sqlite_utils"}
PARSERS = {"markdown_it", "yaml"}
# JSON, scratch files, hashes, near matches, odd patterns, path objects: a change neither large nor wrong wants none
# of them. Nor does it want the help that click can give, or what Python's own data classes are made with.
NEVER_FOR_A_PASS = {
    "json", "tempfile", "shutil", "hashlib", "random", "difflib", "pathspec", "pathlib", "click", "inspect",
}  # fmt: skip

# What reverts, large changes, policies, baselines and hook files that change want, and texts that are odd.
NEVER_FOR_A_SMALL_PASS = {
    "sdd.gate.landings", "sdd.repo.line", "sdd.gate.rules.revert", "sdd.gate.check.policy_changes",
    "sdd.records.kinds.baseline", "sdd.records.hook_files", "sdd.records.jsonc", "sdd.gate.cover.inclusion",
    "sdd.gate.cover.pins", "sdd.document.hidden", "sdd.document.comments", "sdd.document.lenient",
    "sdd.document.yaml_nodes", "sdd.base.nearest",
}  # fmt: skip
# So many modules of sdd does a small change take that passes: each costs half a millisecond.
MODULES_FOR_A_PASS = 138


def imported(scratch: Scratch, *arguments: str) -> tuple[int, set[str]]:
    """The exit status of one sdd command, and the modules that were imported by its end."""
    path = os.pathsep.join(filter(None, [str(TOP), os.environ.get("PYTHONPATH")]))
    done = scratch.run(sys.executable, "-c", RUN_AND_LIST, *arguments, PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    return last["status"] or 0, set(last["modules"])


@pytest.fixture
def adopted(scratch: Scratch) -> Scratch:
    """A repository with a root, and one file on top that no record speaks of."""
    constitution = "# Rules\n\n## Core Principles\n\n### I. Small\n\nMUST be small.\n\n## Governance\n\nBy all.\n\n"
    version = "**Version**: 1.0.0 | **Ratified**: 2026-01-01 | **Last Amended**: 2026-01-01\n"
    scratch.commit("chore: adopt", {".specify/memory/constitution.md": constitution + version})
    scratch.commit("feat: code", {"src/a.py": "A = 1\n"})
    return scratch


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_no_parser_and_no_git(scratch: Scratch, option: str) -> None:
    status, modules = imported(scratch, option)
    assert status == 0
    assert not modules & (NEVER_FOR_A_VERDICT | PARSERS | {"pathspec"})
    assert not {name for name in modules if name.startswith(("sdd.gate.rules", "sdd.records.kinds", "sdd.render"))}


def test_a_gate_with_nothing_to_judge_imports_no_markdown(adopted: Scratch) -> None:
    status, modules = imported(adopted, "gate", "--base", "HEAD")
    assert status == 0
    assert not modules & (NEVER_FOR_A_VERDICT | {"markdown_it"})


def test_a_gate_that_judges_imports_what_a_verdict_needs(adopted: Scratch) -> None:
    status, modules = imported(adopted, "gate", "--base", "HEAD~1")
    assert status == 1
    assert not modules & NEVER_FOR_A_VERDICT


def test_an_answer_out_of_the_index_imports_no_parser(tmp_path: Path) -> None:
    scratch = good_repository(tmp_path / "good")
    for _ in range(2):
        status, modules = imported(scratch, "why", "src/round.py:1")
    assert status == 0
    assert not modules & {"git", "sqlite_utils", "markdown_it", "yaml", "pathspec", "concurrent.futures"}


def test_a_gate_that_passes_plain_records_imports_no_parser(tmp_path: Path) -> None:
    status, modules = imported(good_repository(tmp_path / "good"), "gate", "--base", "main")
    assert status == 0
    assert not modules & (NEVER_FOR_A_VERDICT | NEVER_FOR_A_PASS | NEVER_FOR_A_SMALL_PASS | PARSERS)
    own = [name for name in modules if name.startswith("sdd.")]
    assert len(own) <= MODULES_FOR_A_PASS


def test_a_gate_that_passes_asks_git_for_no_whole_tree(tmp_path: Path) -> None:
    scratch, trace = good_repository(tmp_path / "good"), tmp_path / "trace"
    scratch.git("switch", "-q", "main")
    scratch.commit("chore: go by the defaults", {".specify/sdd.toml": None})
    scratch.commit("docs: an exempt file", {"docs/a.md": "A\n"})
    words = ("-m", "sdd", "gate", "--base", "HEAD~1")
    done = scratch.run(sys.executable, *words, PYTHONPATH=str(TOP), GIT_TRACE=str(trace))
    assert done.returncode == 0, done.stderr
    asked = [line.partition("built-in: git ")[2].split()[0] for line in trace.read_text().splitlines()]
    assert asked == ["rev-parse", "cat-file", "config", "for-each-ref", "rev-list"]


@pytest.mark.parametrize("form", FORMAT_NAMES)
def test_a_format_is_imported_only_where_it_is_asked_for(adopted: Scratch, form: str) -> None:
    status, modules = imported(adopted, "gate", "--base", "HEAD~1", "--format", form)
    assert status == 1
    assert modules.intersection(MODULES.values()) == {module for name, module in MODULES.items() if name == form}


# An agent waits for its hook.
NEVER_FOR_A_HOOK = (
    NEVER_FOR_A_VERDICT | PARSERS | {"click", "pathlib", "typing", "subprocess", "dataclasses", "sdd.cli"}
)


def test_an_agents_hook_imports_next_to_nothing(scratch: Scratch) -> None:
    turn_on(scratch)
    program = "import sys; sys.argv[1:] = ['capture', 'event', 'x']; from sdd.__main__ import main; main()"
    done = scratch.run(sys.executable, "-Sc", f"{program}; print(*sys.modules)", stdin=b"{}", PYTHONPATH=str(TOP))
    modules = set(done.stdout.split())
    assert "sdd.capture.receiving" in modules, done.stderr
    assert not modules & NEVER_FOR_A_HOOK
    assert sum(name.startswith("sdd") for name in modules) <= 5
    assert (scratch.path / ".git/sdd/capture").is_dir()


# What makes the index, but does not ask it.
NEVER_FOR_AN_ANSWER = {
    "git",
    "jinja2",
    "hashlib",
    "sqlite_utils",
    "pathspec",
    "concurrent.futures",
    "sdd.records.kinds",
} | PARSERS


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """A repository whose index is up to date. Ask it only."""
    here = good_repository(tmp_path_factory.mktemp("indexed") / "good")
    status, modules = imported(here, "index")
    assert (status, "sqlite_utils" in modules) == (0, True)
    here.write("src/uncommitted.py", "no record\n")
    assert imported(here, "why", "FR-001")[0] == 0
    return here


@pytest.mark.parametrize(
    "command",
    [("index",), ("index", "--path"), ("search", "vat"), ("search", "vat rate", "--kind", "phr", "--json")],
    ids=" ".join,
)
def test_an_index_that_is_up_to_date_is_asked_with_little(indexed: Scratch, command: tuple[str, ...]) -> None:
    status, modules = imported(indexed, *command)
    assert status == 0
    assert not modules & NEVER_FOR_AN_ANSWER
    assert not {name for name in modules if name.startswith("sdd.gate.")} - {"sdd.gate.paths"}


def test_a_search_reads_the_work_tree_once_and_follows_no_trail(indexed: Scratch, tmp_path: Path) -> None:
    status, modules = imported(indexed, "search", "vat")
    assert status == 0
    assert not modules & {"sdd.answers.trail.rewritten", "sdd.answers.trail.landings"}
    trace = tmp_path / "trace"
    done = indexed.run(sys.executable, "-m", "sdd", "search", "vat", PYTHONPATH=str(TOP), GIT_TRACE=str(trace))
    assert " phr: " in done.stdout, done.stderr
    assert trace.read_text().count(" status ") == 1


def test_a_search_that_finds_no_landed_words_asks_for_no_landings(tmp_path: Path) -> None:
    here = good_repository(tmp_path / "good")
    assert imported(here, "index")[0] == 0
    status, modules = imported(here, "search", "vat", "--kind", "requirement")
    assert status == 0
    assert not modules & NEVER_FOR_AN_ANSWER


def test_a_commit_that_no_exchange_has_a_part_in_imports_little(adopted: Scratch) -> None:
    store = Store(adopted.path / ".git")
    store.put(Exchange("claude", "s1", "t1", top=str(adopted.path), files=(ChangedFile("src/other.py"),)))
    adopted.write("src/a.py", "A = 2\n")
    adopted.git("add", "-A")
    status, modules = imported(adopted, "capture", "commit", "--pre-commit")
    assert status == 0
    assert not modules & (NEVER_FOR_A_VERDICT | PARSERS | {"click"})
    assert not {name for name in modules if name.startswith(("sdd.gate", "sdd.records.kinds", "sdd.authoring"))}
