"""The comment on a request: what a reviewer asks first stands before the files, and what others are judged by first."""

from pathlib import Path

import pytest

from sdd.gate.check.verdict import Finding, JudgedChange, Request, Verdict
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.plan import Plan, Step, Way
from sdd.gate.plan.ways import TITLE
from sdd.gate.rules import Severity
from sdd.records.kinds.contract import parse as read_contract
from sdd.records.kinds.phr import parse as read_phr
from sdd.records.packaged import WORKFLOW, ci_text, template
from sdd.render.formats import verdict_in
from sdd.render.text.verdict import gate_text
from sdd.repo.changes import PathChange
from tests.adopted import PROMISE, Adopted, contract, phr
from tests.good import TARGET, good_repository
from tests.program import sdd
from tests.scratch import Scratch
from tests.verdicts import verdict_of


@pytest.fixture
def good(tmp_path: Path) -> Scratch:
    return good_repository(tmp_path / "good")


def comment(scratch: Scratch, *words: str) -> list[str]:
    return sdd(scratch.path, "gate", "--format", "markdown", *words).out.splitlines()


def test_a_pass_says_what_was_asked_agreed_and_checked(good: Scratch) -> None:
    lines = comment(good, "--base", "HEAD~1")
    assert lines[0] == "### sdd: pass"
    told = {line.strip().partition(":")[0].removeprefix("- ") for line in lines if line.startswith("  - ")}
    assert {"asked", "agreed", "checks"} <= told
    (phr,) = (line for line in lines if line.startswith("- `history/prompts/"))
    assert phr.endswith(": 1 file and 1 folder")
    assert "<details><summary>1 file, all covered</summary>" in lines
    assert lines.index(phr) < lines.index("| file | state | change |")
    assert len(lines) <= 40


def test_what_others_are_judged_by_is_told_with_what_was_done_to_it(good: Scratch) -> None:
    policy, spec, constitution = ".specify/sdd.toml", "specs/001-vat/spec.md", ".specify/memory/constitution.md"
    good.write(WORKFLOW, ci_text(WORKFLOW))
    good.write(policy, "[gate]\nwarn_until = 2026-01-01\n[gate.limits]\nlines = 300\n")
    good.git("add", ".")
    good.git("commit", "-qm", "Run sdd in CI")
    (good.path / WORKFLOW).unlink()
    good.write(policy, '[gate]\nexempt = ["**"]\n[gate.require]\nfix = ["phr"]\n[rules]\nphr-trivial = "off"\n')
    text = (good.path / spec).read_text()
    good.write(spec, text.replace("FR-001", "FR-002").replace("No invoice", "No old invoice"))
    text = (good.path / constitution).read_text()
    good.write(constitution, text.replace("as small as", "as large as"))
    for name in ("spec-template.md", "plan-template.md"):
        good.write(f".specify/templates/{name}", template(name))
    good.write("specs/001-vat/research.md", "# Research\n")
    good.git("add", ".")
    good.git("commit", "-qm", "Alter all")
    loose = ("gate.limits.lines 300 -> 600", "gate.exempt +**", "gate.require.fix -contract")
    lines = comment(good, "--base", "HEAD~1")
    at = lines.index("- **alters** (read this first):")
    assert lines[at + 1 : at + 10] == [
        f"  - edits `{policy}`: {', '.join(f'`{key}` (**looser**)' for key in loose)}, "
        "`rules.phr-trivial warning -> off` (**looser**), `gate.warn_until 2026-01-01 -> none`",
        f"  - removes `{WORKFLOW}`: `no longer runs sdd gate` (**looser**)",
        f"  - edits `{constitution}`: `Small changes edited`",
        "    - Small changes said `A change is as small as it can be.`, says `A change is as large as it can be.`",
        f"  - edits `{spec}`: `FR-001 removed` (**looser**), `SC-001 edited`, `FR-002 added`",
        "    - FR-001 said `The system MUST round amounts half up.`",
        "    - and 2 more lines",
        "  - adds `specs/001-vat/research.md`",
        "  - 2 files as sdd writes them",
    ]
    (change,) = sdd(good.path, "gate", "--base", "HEAD~1", "--json").document["changes"]
    (entry,) = (entry for entry in change["altered"] if entry["path"] == WORKFLOW)
    assert (entry["status"], entry["rule"], entry["stock"]) == ("D", True, False)
    assert [(each["text"], each["looser"]) for each in entry["details"]] == [("no longer runs sdd gate", True)]
    told = sdd(good.path, "gate", "--base", "HEAD~1").out
    assert f"sdd: the change edits {spec}: FR-001 removed (looser), SC-001 edited, FR-002 added\n" in told
    assert f"sdd: the change removes {WORKFLOW}: no longer runs sdd gate (looser)\n" in told
    assert "-template.md" not in told
    junit = sdd(good.path, "gate", "--base", "HEAD~1", "--format", "junit").out
    assert f'<property name="alters" value="removes {WORKFLOW}: no longer runs sdd gate (looser)" />' in junit


def test_a_spec_that_moves_is_not_removed_and_what_it_loses_is_told(good: Scratch) -> None:
    old, new = "specs/001-vat/spec.md", "specs/002-vat/spec.md"
    good.git("mv", "specs/001-vat", "specs/002-vat")
    good.git("commit", "-qm", "Rename the feature")
    honest = comment(good, "--base", "HEAD~1")
    assert next(line for line in honest if old in line or new in line) == f"  - edits `{old}`: `is {new} now`"
    assert f"adds `{new}`" not in "\n".join(honest)
    assert "the change removes" not in sdd(good.path, "gate", "--base", "HEAD~1").out
    text = (good.path / new).read_text()
    good.write(new, text.replace("**FR-001**", "**FR-007**"))
    good.git("commit", "-q", "--amend", "-am", "Rename the feature, and its requirement")
    lines = comment(good, "--base", "HEAD~1")
    told = f"  - edits `{old}`: `FR-001 removed` (**looser**), `is {new} now`, `FR-007 added`"
    assert lines[lines.index(told) + 1] == "    - FR-001 said `The system MUST round amounts half up.`"
    good.git("rm", "-q", "-r", "specs/002-vat")
    good.git("commit", "-qm", "Drop the feature")
    assert "the change removes specs/002-vat/spec.md\n" in sdd(good.path, "gate", "--base", "HEAD~1").out


def test_the_lines_of_a_spec_are_quoted_before_and_after(good: Scratch) -> None:
    spec = "specs/001-vat/spec.md"
    text = (good.path / spec).read_text()
    long = "- **FR-007**: The system MUST " + "keep a word and " * 20 + "round once.\n"
    added = "".join(f"- **FR-01{number}**: The system MUST count to {number}.\n" for number in range(9))
    good.write(spec, text.replace("- **FR-001**", f"{long}- **FR-001**"))
    good.git("commit", "-qam", "A long one")
    text = (good.path / spec).read_text().replace("round once", "round twice").replace("half up", "half down")
    good.write(spec, text.replace("- **FR-001**", f"{added}- **FR-001**"))
    good.git("commit", "-qam", "Round down")
    lines = comment(good, "--base", "HEAD~1")
    at = next(place for place, line in enumerate(lines) if f"`{spec}`" in line)
    assert lines[at + 1].startswith("    - FR-007 said `… ")
    assert "round once.`, says `… " in lines[at + 1] and lines[at + 1].endswith("round twice.`")
    assert lines[at + 2 : at + 6] == [
        "    - FR-001 said `The system MUST round amounts half up.`, says `The system MUST round amounts half down.`",
        "    - FR-010 says `The system MUST count to 0.`",
        "    - FR-011 says `The system MUST count to 1.`",
        "    - and 7 more lines",
    ]
    assert len(lines) <= 40
    (change,) = sdd(good.path, "gate", "--base", "HEAD~1", "--json").document["changes"]
    (entry,) = change["altered"]
    assert [detail for detail in entry["details"] if detail["text"] == "FR-001 edited"] == [
        {
            "text": "FR-001 edited",
            "looser": False,
            "before": "The system MUST round amounts half up.",
            "after": "The system MUST round amounts half down.",
        }
    ]


@pytest.mark.parametrize(("old", "new", "is_looser"), [("MUST", "MAY", True), ("SHOULD", "MUST", False)])
def test_a_requirement_that_demands_less_strongly_is_looser(good: Scratch, old: str, new: str, is_looser: bool) -> None:
    spec = "specs/001-vat/spec.md"
    text = (good.path / spec).read_text()
    for word in (old, new):
        good.write(spec, text.replace("system MUST round", f"system {word} round"))
        good.git("commit", "-qam", word, "--allow-empty")
    (line,) = (line for line in comment(good, "--base", "HEAD~1") if f"edits `{spec}`" in line)
    assert line.endswith("`FR-001 edited`" + " (**looser**)" * is_looser)


def test_what_a_person_does_first_is_told_to_its_end() -> None:
    text = "correct it, " * 30 + "or remove it"
    change = JudgedChange("refs/heads/topic", "main", None, "0" * 40, "")
    plan = Plan(change.ref, ("src/a.py",), (Way((Step(by_hand=text),)),))
    assert f"first: `{text}`" in verdict_in("markdown", Verdict((change,)), {0: plan})


def test_a_revert_says_what_it_takes_back_and_what_was_agreed_on_it(good: Scratch) -> None:
    landed = good.git("rev-parse", "HEAD").strip()
    good.git("switch", "-q", "-c", "undo")
    good.git("branch", "-q", "-f", "main", landed)
    undone = sdd(good.path, "revert", landed, "--reason", "It rounds wrongly.")
    assert undone.status == 0, undone
    lines = comment(good, "--base", landed)
    (told,) = (line for line in lines if line.startswith("  - reverts "))
    subject, day = good.git("show", "-s", "--format=%s%n%cs", landed).splitlines()
    assert told.startswith(f"  - reverts `{subject}` ({day}, `{landed[:12]}`): asked by `history/prompts/001-vat/0002-")
    assert "; agreed: `" in told and "` in `history/contracts/001-vat/0003-rounding.contract.md`" in told
    (change,) = sdd(good.path, "gate", "--base", landed, "--json").document["changes"]
    (request,) = (request for request in change["requests"] if request["reverts"])
    assert [(entry["commit"], entry["title"]) for entry in request["reverts"]] == [(landed, subject)]
    assert "history/contracts/001-vat/0003-rounding.contract.md" in request["reverts"][0]["records"]


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ("true", "`no longer runs sdd gate` (**looser**), `1 of {} lines edited`"),
        ("true # sdd gate", "`no longer as sdd writes it`, `1 of {} lines edited`"),
    ],
)
def test_an_edited_ci_file_is_told(good: Scratch, runs: str, told: str) -> None:
    good.write(WORKFLOW, ci_text(WORKFLOW))
    good.git("add", ".")
    good.git("commit", "-qm", "Run sdd in CI")
    good.write(WORKFLOW, ci_text(WORKFLOW).replace("sdd gate", runs))
    good.git("commit", "-qam", "Faster CI")
    lines = sum(map(bool, ci_text(WORKFLOW).splitlines()))
    assert f"  - edits `{WORKFLOW}`: {told.format(lines)}" in comment(good, "--base", "HEAD~1")


def test_the_contract_that_a_record_links_comes_first(good: Scratch) -> None:
    """Another one of the change covers the same file, and is done: the one that is carried out is open."""
    for title, check in (("Round", "true"), ("Cancel", "The owner saw it")):
        words = (
            "--feature",
            "001-vat",
            "--requirement",
            "FR-001",
            "--scope",
            "/src/**",
            "--success",
            f"{title} works.",
        )
        terms = ("--constraint", f"{title} is small.", "--non-goal", f"No more than {title}.", "--check", check)
        assert sdd(good.path, "contract", "new", title, *words, *terms, "--commit").status == 0
        good.write(f"src/{title.lower()}.py", "A = 1\n")
        good.git("add", ".")
        good.git("commit", "-qm", title)
        if check == "true":
            assert sdd(good.path, "contract", "done", "--run", "--commit").status == 0
        said = sdd(good.path, "phr", "new", f"{title} the amount", "--commit")
        assert said.status == 0, said.err
    lines = comment(good, "--base", "HEAD~7")
    (at,) = (place for place, line in enumerate(lines) if ") `Cancel the amount`" in line)
    open_contract, done_contract = (
        f"history/contracts/001-vat/{name}.contract.md" for name in ("0005-cancel", "0004-round")
    )
    assert lines[at].endswith(": 1 file")
    assert "(feature)" in lines[at]
    assert lines[at + 1 : at + 8] == [
        "  - asked: `Cancel the amount`",
        f"  - agreed: `Cancel works.` in `{open_contract}` (**open**) `FR-001`",
        "  - may change: `/src/**`",
        "  - must: `Cancel is small.`",
        "  - must not: `No more than Cancel.`",
        "  - checks: 0 of 1 ticked; the record says: **not ticked** `The owner saw it`",
        f"  - covered too by `{done_contract}`, 1 of 1 ticked, **1 proves nothing**",
    ]
    (change,) = sdd(good.path, "gate", "--base", "HEAD~7", "--json").document["changes"]
    (file,) = (file for file in change["files"] if file["path"] == "src/cancel.py")
    assert (file["contract"], file["contracts"]) == (open_contract, [open_contract, done_contract])
    (request,) = (request for request in change["requests"] if request["title"] == "Cancel the amount")
    assert (request["asked"], request["files"]) == ("Cancel the amount", ["src/cancel.py"])
    first, second = request["contracts"]
    assert (first["path"], first["status"], second["path"], second["status"]) == (
        open_contract, "open", done_contract, "done",
    )  # fmt: skip
    assert [(check["command"], check["done"]) for check in first["checks"]] == [("The owner saw it", False)]


def test_a_request_of_records_only_says_what_was_asked(good: Scratch) -> None:
    plan = good.path / "specs/001-vat/plan.md"
    plan.write_text(f"{plan.read_text()}\nMore.\n")
    asked = "Say more in the plan. " * 20
    words = ("Say more", "--stage", "plan", "--prompt-file", "-", "--feature", "001-vat")
    assert sdd(good.path, "phr", "new", *words, stdin=asked).status == 0
    good.git("add", ".")
    good.git("commit", "-qm", "Say more")
    lines = comment(good, "--base", "HEAD~1")
    assert ": records only" in lines[2]
    (at,) = (place for place, line in enumerate(lines) if line.startswith("- `history/prompts/"))
    assert "(plan) `Say more`" in lines[at]
    assert lines[at].endswith(": 1 file")
    begin, whole = "Say more in the plan. " * 7 + "Say...", asked.strip()
    assert lines[at + 1] == f"  - asked: <details><summary>`{begin}`</summary>`{whole}`</details>"


@pytest.mark.parametrize(
    ("stage", "files", "told"),
    [
        ("constitution", (".specify/sdd.toml",), "1 file"),
        ("green", ("specs/001-vat/spec.md", "src/total.py", "gone.py"), "3 files"),
        ("green", ("src/parts/", "src/total.py"), "1 file and 1 folder"),
        ("green", (), "no files"),
    ],
)
def test_a_record_says_how_many_files_it_names(stage: str, files: tuple[str, ...], told: str) -> None:
    record = read_phr("a.prompt.md", phr(files, stage=stage).encode(), "")
    changes = (JudgedChange("a", "", None, "b", "", requests=(Request(record, (), ()),)),)
    (line,) = (line for line in verdict_in("markdown", Verdict(changes), {}).splitlines() if "a.prompt.md" in line)
    assert line.endswith(f": {told}")


def test_many_records_are_short_and_in_order(good: Scratch) -> None:
    base = good.git("rev-parse", "HEAD").strip()
    for number in range(9):
        good.write(f"src/part{number}.py", f"PART = {number}\n")
        words = (f"Add part {number} to the sum", "--kind", "fix", "--success", "It counts.", "--check", "true")
        assert sdd(good.path, "phr", "new", *words, "--file", f"src/part{number}.py").status == 0
        good.git("add", ".")
        good.git("commit", "-qm", f"Part {number}")
    lines = comment(good, "--base", base)
    told = [line for line in lines if line.startswith("- `history/prompts/") and "file" in line]
    assert [f"Add part {number} to" in line for number, line in enumerate(told)] == [True] * 9
    assert told[-1].endswith("1 file, 0 of 1 ticked")
    assert len(lines) <= 40


def test_records_of_one_contract_are_told_together_the_largest_first(good: Scratch) -> None:
    base = good.git("rev-parse", "HEAD").strip()
    words = (
        "--kind",
        "fix",
        "--success",
        "It counts.",
        "--constraint",
        "One part a file.",
        "--non-goal",
        "No other sum.",
    )
    path = "history/contracts/001-vat/0004-add-parts.contract.md"
    assert sdd(good.path, "contract", "new", "Add parts", *words, "--check", "true", "--scope", "/src/**").status == 0
    for number in range(1, 13):
        for file in range(number):
            good.write(f"src/part{number}_{file}.py", f"PART = {number}\n")
        said = sdd(good.path, "phr", "new", f"Add part {number} to the sum", "--contract", path)
        assert said.status == 0, said.err
        good.git("add", ".")
        good.git("commit", "-qm", f"Part {number}")
    lines = comment(good, "--base", base)
    at = lines.index(f"- agreed: `It counts.` in `{path}` (**open**), asked in 12 records")
    assert lines[at + 1 : at + 5] == [
        "  - may change: `/src/**`",
        "  - must: `One part a file.`",
        "  - must not: `No other sum.`",
        "  - checks: 0 of 1 ticked; the record says: **not ticked** `true`",
    ]
    titles = [f"  - `Add part {number} to the sum`: {number} files (`" for number in range(12, 6, -1)]
    assert [line.partition("(`")[0] + "(`" for line in lines[at + 5 : at + 11]] == titles
    assert lines[at + 11] == "  - and 6 more records"
    assert len(lines) <= 40


def test_text_of_records_cannot_speak_to_the_forge(good: Scratch) -> None:
    good.write("src/part.py", "PART = 1\n")
    words = ("@everyone see #1 <img src=x> `x` | y", "--kind", "fix", "--success", "[a](b) @all", "--check", "true")
    assert sdd(good.path, "phr", "new", *words).status == 0
    good.git("add", ".")
    good.git("commit", "-qm", "Part")
    for line in comment(good, "--base", "HEAD~1"):
        if line.startswith("  - "):
            shown = line.partition(": ")[2]
            assert shown.startswith(("`", "<code>", "1 of", "0 of")), line


def test_every_format_carries_the_whole_plan() -> None:
    by_hand, then = "2 places of specs/x/spec.md to fill in", "merge it"
    first = Way((Step(by_hand=by_hand), Step(("sdd", "phr", "new", TITLE)), Step(by_hand=then)), "feature", "it is new")
    plans = {0: Plan("a", ("src/a.py",), (first, Way((Step(("sdd", "cover", TITLE)),), "fix")))}
    verdict = verdict_of("a")[0]
    for text in (gate_text(verdict, plans, verbose=False, pushing=True), verdict_in("junit", verdict, plans)):
        assert f"first[feature]: {by_hand}\nnext[feature]: sdd phr new" in text
        assert f"then[feature]: {then}\nnext[fix]: sdd cover" in text
    told = verdict_in("markdown", verdict, plans)
    feature = (
        f'- as a `feature`, as `it is new`:\nfirst: `{by_hand}`\n```sh\nsdd phr new "TITLE"\n```\nthen: `{then}`\n'
    )
    assert f'{feature}- as a `fix`:\n```sh\nsdd cover "TITLE"\n```\n' in told


def test_a_file_says_what_was_done_to_it_and_a_deleted_one_is_not_folded() -> None:
    def told(*files: CoveredFile) -> str:
        return verdict_in("markdown", Verdict((JudgedChange("a", "", None, "b", "", files=files),)), {})

    changed, gone, lock = (
        PathChange(name, status, None, None, None) for name, status in (("b", "M"), ("t", "D"), ("l", "A"))
    )
    exempt = CoveredFile(lock, "", exempt="policy")
    rows = "| `b` | covered | modified |\n| `l` | exempt: `policy` | added |\n"
    assert (
        f"<details><summary>2 files: 1 covered, 1 exempt</summary>\n\n| file | state | change |\n|---|---|---|\n{rows}"
        in told(exempt, CoveredFile(changed, ""))
    )
    unfolded = told(exempt, CoveredFile(changed, ""), CoveredFile(gone, ""))
    contract = read_contract("a.contract.md", b"---\nid: 1\n---\n", "")
    outside = CoveredFile(changed, "", lacks=(Need.CONTRACT,), out_of_scope=(contract,))
    assert f"| `b` | lacks contract (out of the scope of `{contract.path}`) | modified |" in told(outside)
    assert f"|---|---|---|\n| `t` | covered | deleted |\n{rows}" in unfolded
    assert "<details>" not in unfolded
    broken = Finding("b", 1, 1, "change-not-a-revert", Severity.ERROR, "new work", "")
    changes = (JudgedChange("a", "", None, "b", "", files=(CoveredFile(changed, ""),), findings=(broken,)),)
    refused = verdict_in("markdown", Verdict(changes), {})
    assert "all covered" not in refused
    assert "| `b` | 1 error | modified |" in refused


def test_a_template_that_is_filled_in_only_adds(good: Scratch) -> None:
    constitution, spec = ".specify/memory/constitution.md", "specs/001-vat/spec.md"
    good.commit("Templates", {constitution: template("constitution-template.md"), spec: template("spec-template.md")})
    good.commit("Fill them in", {path: TARGET[path] for path in (constitution, spec)})
    told = sdd(good.path, "gate", "--base", "HEAD~1").out
    assert "looser" not in told
    assert f"sdd: the change edits {constitution}: Amounts are decimals added, Small changes added\n" in told
    assert f"sdd: the change edits {spec}: FR-001 added, SC-001 added, US1 added\n" in told


@pytest.mark.parametrize("late", [True, False])
def test_a_contract_that_was_rewritten_to_fit_the_work_is_told(good: Scratch, late: bool) -> None:
    """What is agreed on while nothing is done yet may change; so may ticks and the status at any time."""
    base = good.git("rev-parse", "HEAD").strip()
    path, record = "history/contracts/001-vat/0009-two.contract.md", "history/prompts/001-vat/0009-two.green.prompt.md"
    agreed = contract(["/src/two.py"], feature="001-vat", status="open")
    work, wider = {"src/two.py": "TWO = 2\n"}, {path: agreed.replace("two.py", "**").replace("No other way", "None")}
    done = {path: wider[path].replace("status: open", "status: done").replace("[ ]", "[x]")}
    for files in ({path: agreed}, *((work, wider) if late else (wider, work)), done):
        for name, text in files.items():
            good.write(name, text)
        good.git("add", ".")
        good.git("commit", "-qm", "Step")
    good.write(record, phr(["src/two.py"], id="0009", feature="001-vat", contract=path))
    good.git("add", ".")
    good.git("commit", "-qm", "Record")
    lines = comment(good, "--base", base)
    assert "  - may change: `/src/**`" in lines
    assert ("  - **edited after the work began**: scope, non-goals" in lines) is late
    (change,) = sdd(good.path, "gate", "--json", "--base", base).document["changes"]
    (own,) = (
        each
        for request in change["requests"]
        if request["phr"] == record
        for each in request["contracts"]
        if each["path"] == path
    )
    assert (own["scope"], own["edited"]) == (["/src/**"], ["scope", "non-goals"] if late else [])


def _rates(good: Scratch, *fields: str) -> list[str]:
    """The comment on two requests for one file: only the first agrees on something; `fields` are of the second."""
    first, second = (f"history/prompts/general/000{number}-rate.green.prompt.md" for number in (8, 9))
    good.write("src/rate.py", "D = 0.85\n")
    promise = "### Success criteria\n\n15 percent off.\n\n### Acceptance checks\n\n- [x] `true`"
    good.write(first, phr(["src/rate.py"], id="0008", kind="fix", prompt="Give 15 percent off.", embedded=promise))
    good.git("add", ".")
    good.git("commit", "-qm", "15 percent")
    good.write("src/rate.py", "RATE = 0.85\n")
    text = phr(["src/rate.py"], id="0009", kind="fix", prompt="Call it RATE.")
    good.write(second, text.replace("\n---\n", "".join(f"\n{field}" for field in fields) + "\n---\n", 1))
    good.git("add", ".")
    good.git("commit", "-qm", "RATE")
    return comment(good, "--base", "HEAD~2")


def test_what_another_request_agreed_on_is_not_told_as_its_own(good: Scratch) -> None:
    lines = _rates(good)
    first = "history/prompts/general/0008-rate.green.prompt.md"
    at = lines.index("  - asked: `Call it RATE.`")
    assert lines[at - 2].startswith("  - checks: 1 of 1 ticked")
    assert lines[at + 1 : at + 3] == [
        f"  - agreed: nothing of its own; its files are in the scope of `{first}`: `15 percent off.`",
        "",
    ]
    (change,) = sdd(good.path, "gate", "--base", "HEAD~2", "--json").document["changes"]
    own = {request["asked"]: [each["own"] for each in request["contracts"]] for request in change["requests"]}
    assert own == {"Give 15 percent off.": [True], "Call it RATE.": [False]}


def test_tests_that_failed_are_told(good: Scratch) -> None:
    written = ["python3 -m pytest -q: failed", "ruff check: passed", "mypy: passed", "tox: no outcome told", "by hand"]
    lines = _rates(good, f"tests: {written}".replace("'", '"'))
    assert "  - tests; the record says: **failed** `python3 -m pytest -q`, 2 passed, 2 without an outcome" in lines
    told = sdd(good.path, "gate", "--base", "HEAD~2", "-v").out
    assert ".prompt.md:9: test: failed: python3 -m pytest -q\n" in told, told
    (change,) = sdd(good.path, "gate", "--base", "HEAD~2", "--json").document["changes"]
    assert [request["tests"] for request in change["requests"]] == [
        [],
        [
            {"command": "python3 -m pytest -q", "passed": False},
            {"command": "ruff check", "passed": True},
            {"command": "mypy", "passed": True},
            {"command": "tox", "passed": None},
            {"command": "by hand", "passed": None},
        ],
    ]


def test_where_there_is_room_for_one_line_it_tells_of_failed_tests() -> None:
    content = phr(["a.py"], tests="[pytest: failed]").encode()
    requests = tuple(Request(read_phr(f"{number}.prompt.md", content, ""), (), ()) for number in range(30))
    text = verdict_in("markdown", Verdict((JudgedChange("a", "", None, "b", "", requests=requests),)), {})
    assert text.count(": 1 file, **tests failed**\n") > 9


def test_a_folder_that_moves_is_told_with_where_it_goes(good: Scratch) -> None:
    good.git("mv", "src", "shop")
    promise = "### Success criteria\n\nAll is below shop.\n\n### Acceptance checks\n\n- [x] `true`"
    record = phr(["src/ -> shop/"], id="0009", kind="refactor", prompt="Call it shop.", embedded=promise)
    good.write("history/prompts/general/0009-shop.refactor.prompt.md", record)
    good.git("add", ".")
    good.git("commit", "-qm", "Call it shop")
    assert "  - may change: `src/ -> shop/`" in comment(good, "--base", "HEAD~1")
    (change,) = sdd(good.path, "gate", "--base", "HEAD~1", "--json").document["changes"]
    (request,) = change["requests"]
    assert request["contracts"][0]["scope"] == ["src/ -> shop/"]


def test_the_record_that_must_be_doubted_comes_before_any_number_of_others() -> None:
    records = [
        read_phr(f"{place}.prompt.md", phr(["a.py"], tests=f"[pytest: {word}]").encode(), "")
        for place, word in enumerate(["passed"] * 40 + ["failed"])
    ]
    requests = tuple(Request(record, (), ()) for record in records)
    text = verdict_in("markdown", Verdict((JudgedChange("a", "", None, "b", "", requests=requests),)), {})
    (told,) = (line for line in text.splitlines() if "tests failed" in line or "**failed** `pytest`" in line)
    assert text.index("`40.prompt.md`") < text.index("`0.prompt.md`"), told
    assert "more records" in text


def test_a_finding_of_each_rule_is_told_before_more_of_one() -> None:
    many = [Finding(f"src/{number}.py", 1, 1, "change-size", Severity.WARNING, "large", "") for number in range(60)]
    other = Finding("src/z.py", 1, 1, "phr-trivial", Severity.WARNING, "says nothing", "")
    change = JudgedChange("refs/heads/topic", "main", None, "0" * 40, "", findings=(*many, other))
    lines = verdict_in("markdown", Verdict((change,)), {}).splitlines()
    told = [line for line in lines if line.startswith("- `src/")]
    assert "phr-trivial" in told[1] and "change-size" in told[0] and "change-size" in told[2]
    assert lines[-3].startswith("- and ") and lines[-3].endswith(" more findings")


def test_other_authors_and_days_far_away_are_told(adopted: Adopted) -> None:
    """A record that somebody else commits says so, and one that is dated long before its work."""
    adopted.branch()
    path = "history/prompts/general/0001-a.green.prompt.md"
    for user, day, told in (
        ("Ada", "2026-03-01", ", for `Ada`: 1 file"),
        ("Linus", "2026-03-01", ", for `Linus`, committed by `Ada`: 1 file"),
        ("Ada", "2025-12-20", ", for `Ada`: 1 file"),
        ("Ada", "2001-01-01", ", for `Ada`, **dated 2001-01-01**: 1 file"),
        ("Ada", "2027-01-01", ", for `Ada`, **dated 2027-01-01**: 1 file"),
    ):
        text = phr(["src/a.py"], kind="fix", user=user, embedded=PROMISE)
        adopted.write({"src/a.py": "1\n", path: text.replace("date: 2026-03-01", f"date: {day}")})
        (line,) = (line for line in comment(adopted.here) if line.startswith(f"- `{path}`"))
        assert line.endswith(told)
    adopted.land()
    adopted.write({path: phr(["src/a.py"], kind="fix", user="Linus", embedded=PROMISE)})
    assert "committed by" not in adopted.sdd("gate", "--format", "markdown", "--base", "HEAD~1").out


def test_a_record_of_two_roots_is_told_once(adopted: Adopted) -> None:
    adopted.branch("api")
    adopted.write({"api/a.py": "1\n"})
    adopted.done("init", "--root", "api")
    adopted.write({})
    adopted.land()
    adopted.branch("fix/both", "api")
    adopted.write({"src/a.py": "1\n", "api/a.py": "2\n"})
    words = ("--kind", "fix", "--success", "Both do.", "--check", "grep -q 2 api/a.py", "--commit")
    adopted.done("phr", "new", "Both", *words)
    told = adopted.done("gate", "--format", "markdown").out
    assert len(adopted.gate()["changes"]) == 2
    assert (told.count("(fix) `Both`"), told.count("- agreed: `Both do.`")) == (1, 1)


def test_a_contract_that_was_closed_before_agrees_on_nothing(adopted: Adopted) -> None:
    closed = "history/contracts/general/0009-one.contract.md"
    adopted.land_change({closed: contract(["/src/**"])})
    adopted.branch()
    adopted.write({"src/two.py": "TWO = 2\n"})
    ran = adopted.done("phr", "new", "Two is there", "--contract", closed, "--commit")
    assert f"src/two.py needs a contract of its own: {adopted.here.git('rev-parse', '--short=12', 'main')}" in ran.err
    terms = ("--success", "Two is there.", "--check", "grep -q 2 src/two.py")
    adopted.done("phr", "add", "--kind", "fix", *terms, "--run", "--commit")
    told = "\n".join(comment(adopted.here))
    assert "agreed: `Two is there.`" in told
    assert closed not in told
    why = adopted.done("why", "src/two.py:1", "--json").out
    assert "Two is there." in why
    assert closed not in why
