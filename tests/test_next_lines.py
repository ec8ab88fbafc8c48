"""Every command that a refusal or the status prints is one that sdd accepts, and it really mends."""

import re
import shlex
from datetime import date, timedelta
from typing import Any

import click
import pytest

from sdd.cli.table import sdd as command_line
from tests.adopted import FEATURE, OPEN, POLICY, PROMISE, SPEC, Adopted, contract, phr, rules_of
from tests.good import TARGET

FILL_IN = {
    "TITLE": "Round it",
    "ONE SENTENCE": "It is rounded.",
    "MUST": "Decimals stay.",
    "NOT": "Nothing else.",
    "WHY": "It was too early.",
    "COMMAND": "true",
    "FEATURE": FEATURE,
    "REQUIREMENT": "FR-001",
    "BRANCH": "fix/round",
    "REASON": "It came before its record.",
    "WHO": "Grace",
}
GENERAL = "history/prompts/general/0001-rounding.green.prompt.md"
OF_FEATURE = f"history/prompts/{FEATURE}/0002-rounding.green.prompt.md"
CONTRACT = f"history/contracts/{FEATURE}/0009-rounding.contract.md"
CODE: dict[str, Any] = {"src/a.py": "1\n"}
RATE = 'import decimal\n\nRATE = decimal.Decimal("7")\n'

CASES: dict[str, dict[str, Any]] = {
    "nothing at all": CODE,
    "deletion": {"src/vat.py": None},
    "only the PHR": CODE | {CONTRACT: contract(["/src/**"], kind="feature", feature=FEATURE)},
    "only the contract": CODE | {OF_FEATURE: phr(["src/a.py"], feature=FEATURE, id="0002")},
    "only the contract of a fix": CODE | {GENERAL: phr(["src/a.py"], kind="fix")},
    "out of scope": CODE | {GENERAL: phr(["src/a.py"]), CONTRACT: contract(["/lib/**"])},
    "out of scope of a feature": CODE
    | {
        OF_FEATURE: phr(["src/a.py"], feature=FEATURE, id="0002"),
        CONTRACT: contract(["/lib/**"], kind="feature", feature=FEATURE),
    },
    "out of scope inside of the PHR": CODE
    | {GENERAL: phr(["src/a.py"], kind="fix", embedded="### Scope\n\n- `/lib/**`\n\n" + PROMISE)},
    "several mends": CODE | {"src/b.py": "1\n", GENERAL: phr(["src/b.py"], kind="fix")},
    "a constitution without a record": {".specify/memory/constitution.md": "wording"},
    "a policy without a record": {POLICY: "[gate]\n"},
    "a policy and code": CODE | {POLICY: "[gate]\n"},
    "moved files": {"src/reverse/charge.py": None, "src/moved/charge.py": "CHARGED = False\n"},
    "dependencies": {"requirements.txt": "click==8.2\n"},
}


def printed(text: str) -> list[str]:
    """The command lines of a screen, without their labels."""
    return re.findall(r"^next(?:\[\w+\])?:? +(.+)$", text, re.MULTILINE)


def commands(line: str) -> list[list[str]]:
    """A line as the commands that it runs, filled in."""
    parts = [shlex.split(part) for part in line.split(" && ")]
    return [[FILL_IN.get(word, word) for word in part] for part in parts]


def accepted(argv: list[str]) -> None:
    """Parses a command of sdd's with click, down to the last subcommand."""
    found: click.Command = command_line
    context = found.make_context("sdd", list(argv[1:]))
    while isinstance(found, click.Group):
        name, inner, rest = found.resolve_command(context, [*context._protected_args, *context.args])
        assert inner is not None
        found, context = inner, inner.make_context(name or "", rest, parent=context)


def run_line(adopted: Adopted, line: str) -> None:
    for argv in commands(line):
        if argv[0] == "sdd":
            accepted(argv)
            adopted.done(*argv[1:])
        else:
            adopted.here.git(*argv[1:])


def take_way(adopted: Adopted, line: str) -> None:
    """Runs a line; where it begins a feature, also what is done by hand, and the line that the gate prints then."""
    run_line(adopted, line)
    if "sdd feature new" in line:
        (spec,) = adopted.here.git("ls-files", "--others", "specs").splitlines()
        adopted.write({spec: TARGET[SPEC]}, "Specify it")
        (further,) = [way for way in printed(adopted.sdd("gate").out) if "--feature" in way]
        assert further in printed(adopted.sdd("status").out)
        run_line(adopted, further)


def prepare(adopted: Adopted, case: str) -> None:
    files = dict(CASES[case])
    if case == "a constitution without a record":
        (path,) = files
        text = (adopted.here.path / path).read_text()
        files[path] = text.replace("1.0.0", "1.0.1").replace("binary fraction", "float")
    adopted.branch()
    adopted.write(files)


@pytest.mark.parametrize("case", CASES)
def test_each_printed_line_mends_what_it_stands_under(adopted: Adopted, case: str) -> None:
    prepare(adopted, case)
    screen = adopted.sdd("gate").out
    ways = printed(screen)
    assert ways
    assert printed(adopted.sdd("status").out) == ways
    head = adopted.here.tip
    before = len(adopted.gate()["changes"][0]["findings"])
    blocks = [block for block in screen.split("Fix ") if "next" in block]
    for way in printed(blocks[0]):
        adopted.here.git("reset", "-q", "--hard", head)
        adopted.here.git("clean", "-qfd")
        take_way(adopted, way)
        # What a person decides comes before the rest, and apart.
        if len(blocks) == 1 and case != "a policy and code":
            document = adopted.gate()
            assert (document["verdict"], rules_of(document)) == ("pass", set()), way
            assert adopted.push("work", "--force").returncode == 0
        else:
            assert len(adopted.gate()["changes"][0]["findings"]) < before
    while left := printed(adopted.sdd("gate").out):
        run_line(adopted, left[0])
        assert len(blocks) > 1 or case == "a policy and code", "one line was to mend it all"
    assert adopted.gate()["verdict"] == "pass"


@pytest.mark.parametrize("case", ["out of scope", "out of scope of a feature"])
def test_a_wider_scope_comes_first(adopted: Adopted, case: str) -> None:
    prepare(adopted, case)
    first = adopted.gate()["next"][0]
    assert (first["why"], [step["argv"] for step in first["steps"]]) == ("its scope may be too small", [None])
    (pattern,) = re.findall(
        r'^add ("/src/a.py") to scope: in ' + CONTRACT + ", commit it$", first["steps"][0]["by_hand"]
    )
    text = (adopted.here.path / CONTRACT).read_text()
    adopted.write({CONTRACT: text.replace("scope:\n", f"scope:\n  - {pattern}\n")})
    assert adopted.push("work").returncode == 0


@pytest.mark.parametrize("kind", ["fix", "refactor"])
def test_a_file_with_a_record_of_its_own_widens_no_other_work(adopted: Adopted, kind: str) -> None:
    other = "history/prompts/general/0008-other.green.prompt.md"
    adopted.branch()
    record = phr(["lib/a.py"], id="0008", contract=CONTRACT, prompt="Another work.")
    adopted.write({CONTRACT: contract(["/lib/**"], kind=kind), "lib/a.py": "1\n", other: record})
    adopted.write(CODE | {GENERAL: phr(["src/a.py"])})
    (first, *_) = printed(adopted.sdd("gate").out)
    assert first.startswith("sdd phr add --kind fix --success ")
    run_line(adopted, first)
    assert adopted.push("work").returncode == 0


def test_work_that_calls_itself_a_feature_gets_a_contract_of_that_feature(adopted: Adopted) -> None:
    prepare(adopted, "out of scope of a feature")
    (way,) = printed(adopted.sdd("gate").out)
    assert way.startswith(f'sdd contract new "TITLE" --feature {FEATURE} --requirement FR-001 --success ')


@pytest.mark.parametrize(
    ("case", "labels"),
    [("nothing at all", ["fix", "feature", "refactor"]), ("only the contract", ["feature", "fix", "refactor"])],
)
def test_the_likelier_kind_of_work_comes_first(adopted: Adopted, case: str, labels: list[str]) -> None:
    prepare(adopted, case)
    assert re.findall(r"^next\[(\w+)\]", adopted.sdd("gate").out, re.MULTILINE) == labels


def test_the_policy_that_judges_says_what_is_needed(adopted: Adopted) -> None:
    adopted.branch("fix/round")
    policy = '[gate.require]\nfix = ["phr"]\n'
    adopted.write(CODE | {POLICY: policy})
    (entry,) = adopted.gate()["next"]
    assert (entry["for"], entry["covers"]) == (None, ["src/a.py", POLICY]), "the decision comes first, and apart"
    assert entry["why"] == "a person decides what judges changes, and that has changed"
    asked, written, then, recorded = entry["steps"]
    assert then["by_hand"] == "record the work, which looks like a fix: the branch begins with fix/"
    assert asked["by_hand"] == (
        f"ask a person whether {POLICY} may change, and take the edit back if not; the prompt says what was asked and "
        "answered"
    )
    assert written["argv"][-3:] == ["--file", POLICY, "--commit"]
    run_line(adopted, printed(adopted.sdd("gate").out)[0])
    assert adopted.gate()["next"][0]["steps"] == [recorded]
    run_line(adopted, printed(adopted.sdd("gate").out)[0])
    assert adopted.push("fix/round").returncode == 0


@pytest.mark.parametrize(
    ("policy", "comment", "kind"),
    [
        ("", "", "chore"),
        ("[gate.require]\nchore = ['contract', 'phr']\n", "", "chore"),
        ("", "# Why this is so.\n" * 60, "refactor"),
    ],
)
@pytest.mark.parametrize("path", [".github/workflows/sdd.yml", ".github/workflows/checks.yml"])
def test_one_record_decides_and_covers_a_ci_file_that_is_written_by_hand(
    adopted: Adopted, path: str, policy: str, comment: str, kind: str
) -> None:
    gate = "jobs:\n  gate:\n    steps:\n      - run: sdd gate --base main\n"
    adopted.land_change({path: gate, POLICY: policy or "[gate]\n"})
    adopted.branch()
    adopted.write({path: comment + gate.replace("main", "main || true")})
    (entry,) = adopted.gate()["next"]
    _, written = entry["steps"]
    assert written["argv"][4:8] == ["--stage", "constitution", "--kind", kind]
    run_line(adopted, printed(adopted.sdd("gate").out)[0])
    assert adopted.push("work").returncode == 0


def test_a_decision_about_a_file_that_a_record_names_already_names_it_again(adopted: Adopted) -> None:
    old, new = (f".github/workflows/{name}.yml" for name in ("ci", "checks"))
    adopted.land_change({old: "jobs:\n  gate:\n    steps:\n      - run: sdd gate --base main\n"})
    adopted.branch()
    adopted.here.git("mv", old, new)
    adopted.here.commit("Call it checks")
    adopted.done("phr", "new", "Call it checks", "--kind", "chore", "--commit")
    ran = adopted.sdd("phr", "new", "Call it checks, as agreed", "--stage", "constitution", "--commit")
    said = "sdd: a record of a decision names what was decided, and nothing is left to name"
    assert (ran.status, ran.err.splitlines()) == (2, [said, "  add --file PATH"])
    (line,) = printed(adopted.sdd("gate").out)
    assert line == f'sdd phr new "TITLE" --stage constitution --file {old} --commit'
    run_line(adopted, line)
    assert adopted.push("work").returncode == 0


def test_an_answer_alone_is_no_record_of_a_decision(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({POLICY: "[gate]\n"})
    words = ("phr", "new", "Lower the limit of lines to 300", "--stage", "constitution", "--commit", "--prompt-file")
    adopted.here.write(".git/answer", "Yes.")
    ran = adopted.sdd(*words, ".git/answer")
    assert (ran.status, ran.err.splitlines()[1]) == (2, "  say what was asked and answered, in --prompt-file")
    adopted.here.write(".git/answer", "May the limit of lines be 300? Yes.")
    adopted.done(*words, ".git/answer")
    assert adopted.push("work").returncode == 0


def test_what_is_only_warned_of_is_nothing_to_fix(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "A = 1\n"}, "A")
    adopted.done(
        "phr", "new", "Set A", "--kind", "fix", "--success", "A.", "--check", "test -s src/a.py", "--run", "--commit"
    )
    adopted.write({"src/a.py": "A = 2\n", "src/b.py": "B = 1\n"}, "B")
    told = adopted.sdd("gate").out
    assert "refused, 1 file, 1 warning" in told
    assert "\nFix it: pick one line" in told


def test_what_is_no_choice_says_what_is_missing(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({POLICY: "[gate]\n"})
    (entry,) = adopted.gate()["next"]
    assert (entry["for"], entry["why"]) == (None, "a person decides what judges changes, and that has changed")
    assert "looks like" not in adopted.sdd("gate").out
    run_line(adopted, printed(adopted.sdd("gate").out)[0])
    adopted.write(CODE | {CONTRACT: contract(["/src/**"], kind="feature", feature=FEATURE)})
    (entry,) = adopted.gate()["next"]
    assert (entry["for"], entry["why"]) == (None, "files without a PHR")


@pytest.mark.parametrize("own", ["", "### Scope\n\n- `/src/**`\n\n" + PROMISE])
def test_an_oversized_chore_becomes_a_refactoring(adopted: Adopted, own: str) -> None:
    adopted.branch()
    large = "".join(f"A{number} = {number}\n" for number in range(60))
    record = phr(["src/a.py"], kind="chore", embedded=own)
    adopted.write({"src/a.py": large, GENERAL: record})
    assert rules_of(adopted.gate()) == {"change-not-a-chore"}
    (entry,) = adopted.gate()["next"]
    if own:
        assert entry["steps"][0]["by_hand"] == f"write kind: refactor (or fix) in {GENERAL}, commit it"
    ways = printed(adopted.sdd("gate").out)
    adopted.write({GENERAL: record.replace("kind: chore", "kind: refactor")})
    if not own:
        assert entry["why"] == "its record says chore, but 60 lines are more than a chore's 50"
        assert printed(adopted.sdd("gate").out) == ways
        run_line(adopted, ways[0])
    assert adopted.push("work").returncode == 0


@pytest.mark.parametrize("beside", ["another chore", "a revert"])
def test_of_two_records_only_the_unreadable_chore_becomes_a_refactoring(adopted: Adopted, beside: str) -> None:
    adopted.land_change({"src/vat.py": RATE})
    adopted.branch()
    adopted.write({"logo.png": b"\0"})
    adopted.done("phr", "new", "Our logo", "--kind", "chore", "--commit")
    if beside == "a revert":
        adopted.sdd("revert", "main")
    else:
        adopted.write({"src/a.py": "A = 1\n"})
        adopted.done("phr", "new", "A is 1", "--kind", "chore", "--commit")
    (way,) = printed(adopted.sdd("gate").out)
    assert re.match(r"sdd phr add \S+-our-logo\S+ --kind refactor .* --commit$", way)
    assert " && " not in way
    run_line(adopted, way)
    assert adopted.gate()["verdict"] == "pass"


def test_the_contract_to_close_is_the_one_of_this_branch(adopted: Adopted) -> None:
    terms = ["--success", "It is.", "--constraint", "Decimals stay.", "--non-goal", "Nothing else.", "--check", "true"]
    adopted.branch()
    adopted.write(CODE)
    assert OPEN in adopted.done("contract", "verify").out + adopted.done("contract", "verify", "--json").out
    for title in ("Round", "Round again"):
        adopted.done("contract", "new", title, "--feature", FEATURE, *terms, "--scope", "/src/**", "--commit")
        if title == "Round":
            assert "0002-round.contract.md is done" in adopted.done("contract", "done", "--run", "--commit").out
    adopted.done("contract", "new", "Third", "--feature", FEATURE, *terms, "--scope", "/src/**", "--commit")
    ran = adopted.sdd("contract", "done", "--run")
    assert (ran.status, "2 are open" in ran.err, OPEN in ran.err) == (2, True, False)


def test_a_missing_spec_is_made_filled_in_and_committed(adopted: Adopted) -> None:
    adopted.branch()
    records: dict[str, Any] = {
        "history/prompts/002-tax/0001-rounding.green.prompt.md": phr(["src/a.py"], feature="002-tax"),
        "history/contracts/002-tax/0009-rounding.contract.md": contract(["/src/**"], kind="feature", feature="002-tax"),
    }
    adopted.write(CODE | records)
    (way,) = printed(adopted.sdd("gate").out)
    run_line(adopted, way)
    assert (adopted.here.path / "specs/002-tax/spec.md").exists()
    adopted.here.write("specs/002-tax/spec.md", (adopted.here.path / SPEC).read_text())
    (way,) = printed(adopted.sdd("gate").out)
    assert way.startswith("git add -- specs/002-tax/spec.md && git commit")
    run_line(adopted, way)
    assert adopted.gate()["verdict"] == "pass"


def test_a_revert_is_recorded_as_one(adopted: Adopted) -> None:
    adopted.land_change({"src/vat.py": RATE, "src/extra.py": "1\n"}, "Lower the rate")
    adopted.branch()
    adopted.here.git("revert", "--no-edit", "HEAD")
    adopted.here.git("commit", "-q", "--amend", "--no-edit")
    assert adopted.gate()["verdict"] == "fail"
    ways = printed(adopted.sdd("gate").out)
    assert ways[0] == f'sdd revert {adopted.here.git("rev-parse", "main")} --reason "WHY"'
    assert printed(adopted.sdd("status").out) == ways
    run_line(adopted, ways[0])
    document = adopted.gate()
    assert (document["verdict"], rules_of(document)) == ("pass", set())


def test_where_records_wait_to_be_committed_that_is_all_there_is_to_do(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(CODE)
    terms = ["--success", "It is.", "--constraint", "Decimals stay.", "--non-goal", "Nothing else.", "--check", "true"]
    adopted.done("contract", "new", "Round", "--feature", FEATURE, *terms)
    adopted.done("phr", "new", "Round")
    (way,) = printed(adopted.sdd("gate").out)
    assert way.startswith("git add -- history/")
    run_line(adopted, way)
    assert adopted.gate()["verdict"] == "pass"


def test_a_branch_that_is_not_checked_out_is_gone_to_first(adopted: Adopted) -> None:
    adopted.branch("other")
    adopted.write(CODE)
    adopted.here.git("switch", "-q", "main")
    adopted.here.write(GENERAL, phr(["src/a.py"], kind="chore"))
    (way,) = printed(adopted.push("other").stderr)
    assert way == "git switch other && sdd status"
    (adopted.here.path / GENERAL).unlink()
    run_line(adopted, way)
    for line in printed(adopted.sdd("status").out)[:1]:
        run_line(adopted, line)
    assert adopted.gate()["verdict"] == "pass"


@pytest.mark.parametrize("is_taken", [False, True])
def test_what_no_branch_here_holds_is_checked_out_first(adopted: Adopted, is_taken: bool) -> None:
    adopted.branch("fix/other")
    head = adopted.write(CODE)
    adopted.land("fix/other")
    adopted.here.git("fetch", "-q")
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("branch", "-qD", "fix/other")
    if is_taken:
        adopted.here.git("branch", "fix/other")
    ran = adopted.sdd("gate", "--head", "origin/fix/other")
    (way,) = printed(ran.out)
    there = f"git switch -c BRANCH {head[:12]}" if is_taken else "git switch --track origin/fix/other"
    assert way == f"{there} && sdd status"
    assert "the record is a new commit on top" not in ran.out
    run_line(adopted, way)
    run_line(adopted, printed(adopted.sdd("status").out)[0])
    assert adopted.gate()["verdict"] == "pass"


def test_json_says_the_same_commands(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({**CODE, OPEN: (adopted.here.path / OPEN).read_text() + "\nMore.\n"})
    document = adopted.gate()
    for way in document["next"]:
        assert list(way) == ["ref", "for", "why", "covers", "steps"]
        assert (way["ref"], way["covers"]) == ("refs/heads/work", ["src/a.py"])
        for step in way["steps"]:
            assert list(step) == ["argv", "needs", "by_hand"]
            assert [word for word in step["argv"] or () if word in FILL_IN] == step["needs"]
            assert bool(step["argv"]) != bool(step["by_hand"])
            if step["argv"]:
                accepted([FILL_IN.get(word, word) for word in step["argv"]])
    assert adopted.done("status", "--json").document["next"] == document["next"]
    lines = [" && ".join(shlex.join(step["argv"]) for step in way["steps"] if step["argv"]) for way in document["next"]]
    assert [commands(line) for line in lines] == [commands(line) for line in printed(adopted.sdd("gate").out)]


def test_words_left_in_capitals_are_refused(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(CODE)
    for line in printed(adopted.sdd("gate").out):
        argv = shlex.split(line.split(" && ")[0])
        ran = adopted.sdd(*argv[1:])
        assert (ran.status, "still to be filled in" in ran.err) == (2, True)
    assert adopted.here.git("status", "--porcelain") == ""


def test_a_fix_on_a_feature_s_branch_is_offered_as_one(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    adopted.write(
        {
            "src/b.py": "1\n",
            OF_FEATURE: phr(["src/b.py"], feature=FEATURE, id="0002"),
            CONTRACT: contract(["/src/b.py"], kind="feature", feature=FEATURE),
        },
        "feat: round",
    )
    adopted.write(CODE, "fix: set it to one")
    (first, *_) = adopted.gate()["next"]
    assert (first["for"], first["why"]) == ("fix", "its commits begin with fix:")
    run_line(adopted, printed(adopted.sdd("gate").out)[0])
    assert adopted.push(FEATURE).returncode == 0


def test_further_files_may_go_into_the_branch_s_own_record(adopted: Adopted) -> None:
    adopted.branch("fix/round")
    adopted.write({"src/b.py": "1\n", GENERAL: phr(["src/b.py"], kind="fix", embedded=PROMISE)})
    adopted.write(CODE)
    line = f"sdd phr add {GENERAL} --commit"
    assert printed(adopted.sdd("gate").out)[1] == line
    run_line(adopted, line)
    assert adopted.push("fix/round").returncode == 0


def test_work_of_a_feature_that_is_there_is_offered_too(adopted: Adopted) -> None:
    adopted.branch("round")
    adopted.write(CODE, "feat: round it")
    new, existing, _ = printed(adopted.sdd("gate").out)
    assert new.startswith("sdd feature new") and f"--feature {FEATURE} --requirement FR-001" in existing
    run_line(adopted, existing)
    assert adopted.push("round").returncode == 0


def test_a_landed_folder_without_a_spec_is_no_feature_of_this_work(adopted: Adopted) -> None:
    adopted.land_change({"specs/005-i18n/plan.md": "# Plan\n"})
    adopted.branch("fix/round")
    adopted.write(CODE, "fix: round it")
    assert "005-i18n" not in adopted.sdd("gate").out
    adopted.write({"specs/006-l10n/plan.md": "# Plan\n"})
    assert "--slug 006-l10n" in adopted.sdd("gate").out


def test_the_contract_of_a_line_is_the_one_that_it_makes(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(
        CODE
        | {
            OF_FEATURE: phr(["src/a.py"], feature=FEATURE, id="0002"),
            CONTRACT: contract(["/lib/**"], kind="feature", feature=FEATURE, status="open"),
        }
    )
    (line,) = printed(adopted.sdd("gate").out)
    assert line.endswith(' && sdd contract done "TITLE" --run --commit')
    run_line(adopted, line)
    assert adopted.push("work").returncode == 0


@pytest.mark.parametrize("lenient", ["a", "b"])
def test_the_line_for_two_roots_is_below_the_one_that_refuses(adopted: Adopted, lenient: str) -> None:
    policies = {
        f"{root}/{POLICY}": f"[gate]\nwarn_until = {date.today() + timedelta(30)}\n" * (root == lenient)
        for root in "ab"
    }
    adopted.land_change({**policies, POLICY: None, "a/x.py": "1\n", "b/x.py": "1\n"})
    adopted.branch()
    adopted.write({"a/x.py": "2\n", "b/x.py": "2\n"})
    told = adopted.sdd("gate").out
    assert "record what was asked" not in told
    assert "next" in told[told.index("sdd: refused: ") :]


def test_work_on_a_target_that_takes_requests_begins_with_a_branch(adopted: Adopted) -> None:
    adopted.write(CODE)
    assert not any("git switch" in line for line in printed(adopted.done("status").out))
    adopted.here.git("reset", "-q", "--hard", "HEAD^")
    adopted.done("init", "--ci", "github")
    adopted.here.commit("Judge requests")
    adopted.done("phr", "new", "Judge requests in CI", "--stage", "constitution", "--commit")
    adopted.land("main")
    adopted.write(CODE)
    line = printed(adopted.done("status").out)[0]
    assert line.startswith("git switch -c BRANCH && sdd phr new ")
    run_line(adopted, line)
    assert adopted.push("fix/round").returncode == 0
    adopted.here.git("switch", "-q", "main")
    adopted.done(
        "phr", "new", "Round it all", "--kind", "fix", "--success", "It is.", "--check", "true", "--run", "--commit"
    )
    assert printed(adopted.done("status").out) == ["git switch -c BRANCH"]


@pytest.mark.parametrize("held", [{}, {"src/old.py": "OLD = 2\n"}], ids=["as it was", "with work of its own"])
@pytest.mark.parametrize("way", range(2))
def test_a_release_older_than_sdd_gets_its_record(adopted: Adopted, held: dict[str, Any], way: int) -> None:
    adopted.land_change({POLICY: '[gate]\ntargets = ["main", "release/*"]\n'})
    adopted.branch("release/1", adopted.here.git("rev-list", "--max-parents=0", "main"))
    if held:
        adopted.write(held)
    adopted.land("release/1")
    adopted.here.git("fetch", "-q", "origin")
    adopted.branch("work", "origin/release/1")
    adopted.write(CODE, "fix: the rate")
    pushed = adopted.push("work:release/1")
    lines = printed(pushed.stderr)
    assert lines == printed(adopted.sdd("gate", "--base", "origin/release/1").out)
    take_way(adopted, lines[way])
    pushed = adopted.push("work:release/1")
    assert pushed.returncode == 0, pushed.stderr


def test_a_landed_contract_that_is_open_is_offered(adopted: Adopted) -> None:
    adopted.branch("code")
    adopted.write({"src/reverse/more.py": "MORE = 1\n"}, "More")
    state = adopted.done("status", "--json").document
    assert state["open"]["contracts"] == [OPEN]
    way = next(way for way in state["next"] if way["for"] == "feature")
    assert (way["why"], len(state["next"])) == (f"{OPEN} is open, and its scope holds these files", 3)
    line = f'sdd phr new "TITLE" --contract {OPEN} --commit'
    assert line in printed(adopted.done("status").out)
    assert line in printed(adopted.sdd("gate").out)
    run_line(adopted, line)
    assert adopted.push("code").returncode == 0
    adopted.write({"src/other.py": "OTHER = 1\n"}, "Beside it")
    assert line not in adopted.done("status").out


@pytest.mark.parametrize("branch", [FEATURE, "code"])
def test_a_record_links_the_landed_contract_that_its_branch_closed(adopted: Adopted, branch: str) -> None:
    adopted.branch(branch)
    adopted.write({"src/reverse/more.py": "MORE = 1\n"}, "More")
    adopted.done("contract", "done", OPEN, "--run", "--commit")
    adopted.done("phr", "new", "Charge more", "--commit")
    assert f"contract: {OPEN}" in adopted.here.git("show", "HEAD")
    assert adopted.push(branch).returncode == 0


@pytest.mark.parametrize("subject", ["feat: show more", "Show more"])
def test_work_that_edits_the_spec_of_a_landed_feature_goes_on_with_that(adopted: Adopted, subject: str) -> None:
    adopted.land_change({"specs/002-more/spec.md": TARGET[SPEC].replace(FEATURE, "002-more")}, "Another feature")
    adopted.branch("more")
    spec = (adopted.here.path / SPEC).read_text()
    adopted.write({"src/a.py": "1\n", SPEC: spec.replace("MUST", "MUST always", 1)}, subject)
    first = adopted.done("status", "--json").document["next"][0]
    argv = first["steps"][0]["argv"]
    assert (first["for"], argv[:3], argv[4:6]) == ("feature", ["sdd", "contract", "new"], ["--feature", FEATURE])
    run_line(adopted, printed(adopted.done("status").out)[0])
    assert adopted.push("more").returncode == 0


def test_terms_that_somebody_gives_are_no_landed_contracts(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    adopted.write({"src/reverse/more.py": "MORE = 1\n"}, "More")
    words = ("--success", "There is more.", "--constraint", "None else.", "--non-goal", "No less.", "--check", "true")
    adopted.done("cover", "Make more", "--requirement", "FR-001", *words, "--commit")
    assert "There is more." in adopted.here.git("show", "HEAD")


@pytest.mark.parametrize(
    ("edit", "part"),
    [
        (("binary fraction", "float"), "patch"),
        (("\n## Governance", "\n### IX. Quick\n\nIt MUST be quick.\n\n## Governance"), "minor"),
    ],
)
def test_a_person_is_asked_about_the_constitution_and_its_version_is_raised_by_the_line(
    adopted: Adopted, edit: tuple[str, str], part: str
) -> None:
    path = ".specify/memory/constitution.md"
    text = (adopted.here.path / path).read_text()
    assert edit[0] in text
    adopted.branch()
    adopted.write({path: text.replace(*edit), "src/a.py": "1\n"})
    (way,) = adopted.gate()["next"]
    asked, amended, then = way["steps"]
    assert then["by_hand"] == "run sdd status: the work lacks records, too"
    assert asked["by_hand"].startswith(f"ask a person whether {path} may change")
    assert amended["argv"][:4] == ["sdd", "constitution", "amend", f"--{part}"]
    run_line(adopted, printed(adopted.sdd("gate").out)[0])
    assert rules_of(adopted.gate()) <= {"change-no-phr", "change-no-contract", "change-no-spec"}


def test_what_a_contract_that_is_not_filled_in_will_cover_is_no_work_for_another_one(adopted: Adopted) -> None:
    adopted.branch("001-vat")
    adopted.done("contract", "new", "Round it", "--kind", "feature", "--feature", "001-vat")
    adopted.write(CODE)
    for document in (adopted.gate(), adopted.done("status", "--json").document):
        (way,) = document["next"]
        *by_hand, again = way["steps"]
        assert (again["argv"], len(by_hand)) == (["sdd", "status"], 1)
        assert by_hand[0]["by_hand"].count(".contract.md") == 1
        assert by_hand[0]["by_hand"].endswith("write what belongs there, then commit it")


def test_what_is_missing_is_looked_for_again_once_the_feature_has_its_name(adopted: Adopted) -> None:
    adopted.branch("001-vat")
    path = "history/contracts/001-vat/0009-rounding.contract.md"
    adopted.write(CODE | {path: contract(["/src/**"], id="0009", kind="feature", feature="001")})
    (way,) = adopted.gate()["next"]
    said, again = way["steps"]
    assert said["by_hand"] == f"say feature: 001-vat in {path}, commit it"
    assert again["argv"] == ["sdd", "status"]
    adopted.write({path: contract(["/src/**"], id="0009", kind="feature", feature="001-vat")})
    assert adopted.gate()["next"][0]["steps"][-1]["argv"][:3] == ["sdd", "phr", "new"]


def test_a_landed_contract_whose_scope_the_change_widens_comes_first(adopted: Adopted) -> None:
    adopted.branch("more")
    landed = (adopted.here.path / OPEN).read_text()
    wider = re.sub(r"(?m)^scope:.*", 'scope: ["/src/vat.py", "/src/more.py"]', landed)
    assert wider != landed
    adopted.write({"src/more.py": "MORE = 1\n", OPEN: wider})
    first = adopted.gate()["next"][0]["steps"][0]["argv"]
    assert first == ["sdd", "phr", "new", "TITLE", "--contract", OPEN, "--commit"]
    run_line(adopted, printed(adopted.sdd("gate").out)[0])
    assert adopted.push("more").returncode == 0


def test_an_open_contract_whose_folder_the_target_has_moved_is_offered_with_the_patterns_to_write(
    adopted: Adopted,
) -> None:
    old = contract(["/src/**"], kind="feature", feature=FEATURE, status="open").replace(
        "`true`", "`test -s src/vat.py`"
    )
    adopted.land_change({OPEN: old})
    adopted.here.git("mv", "src", "lib")
    adopted.land_change({})
    adopted.branch(FEATURE)
    adopted.write({"lib/vat.py": "VAT = 10\n"})
    way = adopted.gate()["next"][0]
    told, recorded = way["steps"]
    says = f'write "/lib/**" for "/src/**" in scope: of {OPEN}, and lib/ for src/ in its checks, commit it'
    assert (way["for"], told["by_hand"]) == ("feature", says)
    assert recorded["argv"] == ["sdd", "phr", "new", "TITLE", "--contract", OPEN, "--commit"]
    adopted.write({OPEN: old.replace("src/**", "lib/**").replace("src/vat.py`", "lib/vat.py`")}, "Follow the move")
    run_line(adopted, shlex.join(recorded["argv"]))
    adopted.done("contract", "done", OPEN, "--run", "--commit")
    assert adopted.push(FEATURE).returncode == 0


def test_a_spec_that_is_its_template_is_to_be_filled_in(adopted: Adopted) -> None:
    adopted.branch()
    adopted.done("feature", "new", "Gross prices")

    def steps() -> list[dict[str, Any]]:
        (way,) = adopted.done("status", "--json").document["next"]
        return list(way["steps"])

    told, *committing = steps()
    assert re.fullmatch(r"\d+ places of specs/002-gross-prices/spec\.md to fill in", told["by_hand"]), told
    assert [step["argv"][:2] for step in committing] == [["git", "add"], ["git", "commit"]]
    adopted.write({}, "Specify it")
    assert steps() == [told]


def test_a_contract_that_is_its_template_is_filled_in_before_it_is_committed(adopted: Adopted) -> None:
    adopted.branch()
    adopted.done("contract", "new", "Ten", "--kind", "fix")
    (way,) = adopted.done("status", "--json").document["next"]
    told, *committing = way["steps"]
    assert re.match(r"history/contracts/.*: write what belongs there$", told["by_hand"])
    assert [step["argv"][:2] for step in committing] == [["git", "add"], ["git", "commit"]]


def test_the_lines_for_two_features_name_each_and_one_record_links_both_contracts(adopted: Adopted) -> None:
    adopted.branch("feature/both")
    spec = TARGET[SPEC].replace(f"**Feature Branch**: `{FEATURE}`\n", "")
    names = {"002-one": "one", "003-two": "two"}
    for feature, name in names.items():
        adopted.here.write(f"specs/{feature}/spec.md", spec)
        adopted.here.write(f"src/{name}.py", "1\n")

    def line() -> str:
        return printed(adopted.done("status").out)[0]

    first = line()
    assert ("feature new" in first, "--feature FEATURE --requirement REQUIREMENT" in first) == (False, True)
    adopted.here.git("add", "--all")
    adopted.here.git("commit", "-qm", "Both")
    words = "--requirement FR-001 --success Added. --constraint K --non-goal N --check true --commit"
    about = ("contract", "new", "One", "--feature", "002-one", "--scope", "/src/one.py", *words.split())
    adopted.done(*about)
    assert line().startswith('sdd contract new "TITLE" --feature 003-two --requirement FR-001')
    adopted.done(*(word.replace("one", "two").replace("002", "003").replace("One", "Two") for word in about))
    assert line() == 'sdd phr new "TITLE" --commit'
    run_line(adopted, line())
    assert adopted.push("feature/both").returncode == 0
    for feature in names:
        assert adopted.done("feature", "show", feature).out.splitlines()[-1] == "records: 1 contract, 1 PHR"
    served = adopted.done("requirement", "list", "--json").document["items"]
    assert sum(bool(item["phrs"]) for item in served if item["id"] == "FR-001" and item["feature"] in names) == 2
    # The work of one alone names what its own contract covers.
    adopted.here.git("reset", "-q", "--hard", "HEAD~1")
    adopted.done("phr", "new", "One", "--feature", "002-one", "--commit")
    assert line() == 'sdd phr new "TITLE" --feature 003-two --commit'
    run_line(adopted, line())
    assert adopted.push("+feature/both").returncode == 0


@pytest.mark.parametrize("is_first", [True, False])
def test_the_line_for_a_feature_commits_its_spec(adopted: Adopted, is_first: bool) -> None:
    adopted.branch("003-one")
    if not is_first:
        adopted.write({"specs/003-one/spec.md": TARGET[SPEC].replace("MUST", "[CAPITALS]")}, "Begin it")
    adopted.write(CODE)
    adopted.here.write("specs/003-one/spec.md", TARGET[SPEC].replace(FEATURE, "003-one"))
    refused = adopted.push("003-one").stderr
    (way,) = [line for line in printed(refused) if "--feature 003-one" in line]
    assert way.startswith('git add -- specs/003-one/spec.md && git commit -m "TITLE" -- specs/003-one/spec.md && sdd ')
    assert "first[feature]" not in refused
    run_line(adopted, way)
    assert adopted.push("003-one").returncode == 0


def test_the_first_spec_of_all_is_committed_too(adopted: Adopted) -> None:
    adopted.here.git("rm", "-rq", "specs")
    adopted.here.git("commit", "-qm", "No features")
    adopted.land()
    adopted.branch("001-one")
    adopted.write(CODE)
    adopted.here.write("specs/001-one/spec.md", TARGET[SPEC].replace(FEATURE, "001-one"))
    (way,) = [line for line in printed(adopted.push("001-one").stderr) if "--feature" in line]
    assert way.startswith("git add -- specs/001-one/spec.md && ")
    about = adopted.sdd("gate", "-v").out
    assert 'name it: sdd contract new "TITLE" --feature FEATURE; where there is none yet: sdd feature new' in about


@pytest.mark.parametrize("branch", ["004-two", "003-one", "further"])
def test_a_feature_on_top_of_an_unmerged_one_gets_its_own_contract(adopted: Adopted, branch: str) -> None:
    spec = TARGET[SPEC].replace(f"**Feature Branch**: `{FEATURE}`\n", "")
    adopted.branch("003-one")
    adopted.write({"specs/003-one/spec.md": spec, "src/one.py": "1\n"})
    words = "--requirement FR-001 --success Added. --constraint K --non-goal N --check true --commit"
    adopted.done("contract", "new", "One", "--feature", "003-one", *words.split())
    adopted.done("contract", "done", "--run", "--commit")
    adopted.done("phr", "new", "One", "--commit")
    if branch != "003-one":
        adopted.branch(branch, "003-one")
    adopted.write({"specs/004-two/spec.md": spec, "src/two.py": "2\n"})
    refused = adopted.push(branch).stderr
    assert "to scope: in" not in refused
    (way, *_) = printed(refused)
    assert way.startswith('sdd contract new "TITLE" --feature 004-two --requirement FR-001 ')
    run_line(adopted, way)
    assert adopted.push(branch).returncode == 0
    assert adopted.done("feature", "show", "004-two").out.splitlines()[-1] == "records: 1 contract, 1 PHR"
    assert "specs/004-two/spec.md" in adopted.done("why", "src/two.py:1").out
