"""What `sdd gate` shows: the refusal, the pass, the table, and the same as a document."""

from typing import Any

import pytest

from tests.adopted import FEATURE, LANDED, OPEN, PROMISE, SPEC, Adopted, phr

GENERAL = "history/prompts/general/0001-rounding.green.prompt.md"
OF_FEATURE = f"history/prompts/{FEATURE}/0002-rounding.green.prompt.md"


def ids(adopted: Adopted) -> tuple[str, str]:
    return adopted.here.git("rev-parse", "HEAD")[:7], adopted.here.git("rev-parse", "origin/main")[:7]


def test_the_screen_of_a_refusal(adopted: Adopted) -> None:
    adopted.branch("fix/vat")
    files: dict[str, Any] = {"src/billing/round.py": "1\n", "src/billing/vat.py": "1\n", "tests/test_vat.py": "1\n"}
    free: dict[str, Any] = {"docs/x.md": "x\n", "uv.lock": "x\n", "src/done.py": "1\n"}
    adopted.write({**files, **free, GENERAL: phr(["src/done.py"], kind="fix", embedded=PROMISE)})
    head, base = ids(adopted)
    expected = f"""\
sdd: push refused: refs/heads/fix/vat {head} against origin/main {base}
sdd: 3 of 6 changed files lack records (1 covered, 2 exempt; all: sdd gate -v)

src/billing/round.py:1:1: change-no-phr: needs a PHR (as a fix also a contract, as a feature a spec too)
src/billing/vat.py:1:1: change-no-phr: needs a PHR (as a fix also a contract, as a feature a spec too)
tests/test_vat.py:1:1: change-no-phr: needs a PHR (as a fix also a contract, as a feature a spec too)

This looks like a fix: the branch begins with fix/.
Fix all 3: pick one line (fill in CAPITALS):
next[fix]: sdd phr new "TITLE" --kind fix --success "ONE SENTENCE" --check "COMMAND" --run --commit
next[fix]: sdd phr add {GENERAL} --commit
next[feature]: sdd feature new "TITLE"
then[feature]: write the spec that it made, commit it, and run sdd status
Then push again: the record is a new commit on top, nothing is rebased.

sdd: refused, 3 files; why: sdd rule show change-no-phr; step by step: sdd cover
"""
    assert adopted.sdd("gate").out == expected.replace("push refused", "refused")
    told = [line.rstrip() for line in adopted.push("fix/vat").stderr.splitlines() if not line.startswith("error: ")]
    assert told == expected.splitlines()
    assert expected.isascii()
    assert "waive" not in expected
    assert "--no-verify" not in expected


def test_five_files_are_shown_and_the_rest_counted(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({f"src/{number:02}.py": "1\n" for number in range(12)})
    out = adopted.sdd("gate").out
    assert [line.partition(":")[0] for line in out.splitlines() if ": change-no-phr: " in line] == [
        f"src/{number:02}.py" for number in range(5)
    ]
    assert "... and 7 more files (all: sdd gate -v)" in out
    assert "Fix all 12: pick one line" in out
    assert len(out.splitlines()) < 20
    verbose = adopted.sdd("gate", "-v").out
    assert sum("lacks phr, contract, spec" in line for line in verbose.splitlines()) == 12


def test_a_pass_is_one_line(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n", "docs/x.md": "x\n", GENERAL: phr(["src/a.py"], kind="chore")})
    head, base = ids(adopted)
    said = f"sdd: pass: refs/heads/work {head} against origin/main {base}: 1 covered, 1 exempt"
    assert adopted.done("gate").out == f"{said}\n"
    assert adopted.push("work").stderr.splitlines()[0] == said
    verbose = adopted.done("gate", "-v").out.splitlines()
    assert verbose[:3] == [said, "A docs/x.md: exempt (policy)", f"A src/a.py [chore]: covered by {GENERAL}"]
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--ff-only", "origin/main")
    assert adopted.done("gate").out.startswith("sdd: pass: refs/heads/main: nothing to judge: ")


def test_warnings_are_counted_and_listed_on_demand(adopted: Adopted) -> None:
    adopted.branch()
    record = phr(["src/a.py", "src/"], kind="chore")
    adopted.write({"src/a.py": "1\n", GENERAL: record})
    assert adopted.done("gate").out.endswith(": 1 covered, 1 warning (-v lists them)\n")
    assert ": 1 covered, 1 warning (phr-vague-files)\n" in adopted.done("gate", "--format", "markdown").out
    verbose = adopted.done("gate", "-v").out
    assert f"{GENERAL}:9:1: phr-vague-files: warning: src/ names too much" in verbose


def test_a_spec_beneath_is_told_with_its_line(adopted: Adopted) -> None:
    text = (adopted.here.path / SPEC).read_text()
    adopted.land_change({SPEC: text.replace("half up", "[NEEDS CLARIFICATION: how?]")})
    adopted.branch()
    record = phr(["src/reverse/x.py"], feature=FEATURE, contract=OPEN, id="0002")
    adopted.write({"src/reverse/x.py": "1\n", OF_FEATURE: record})
    out = adopted.sdd("gate").out
    line = text.splitlines().index("- **FR-001**: The system MUST round amounts half up.") + 1
    assert f"{SPEC}:{line}:1: spec-unclear: open question: " in out
    assert "answer it" in out
    assert out.endswith("why: sdd rule show spec-unclear\n")


CHANGE_KEYS = [
    "ref", "base", "target", "head", "root", "altered", "requests", "checks", "files", "findings", "waived",
    "in_baseline", "not_judged", "remark", "tolerated",
]  # fmt: skip


def test_the_document_of_a_verdict(adopted: Adopted) -> None:
    adopted.branch()
    record = phr(["src/reverse/x.py"], feature=FEATURE, contract=OPEN, id="0002")
    adopted.write({"src/reverse/x.py": "1\n", "src/b.py": "1\n", "docs/x.md": "x\n", OF_FEATURE: record})
    document = adopted.gate()
    assert list(document) == ["schema", "verdict", "refused", "changes", "next", "remarks"]
    assert (document["schema"], document["verdict"], document["refused"]) == ("sdd/verdict/1", "fail", True)
    (change,) = document["changes"]
    assert list(change) == CHANGE_KEYS
    assert change["head"] == adopted.here.git("rev-parse", "HEAD")
    assert change["base"] == adopted.here.git("rev-parse", "origin/main")
    assert (change["ref"], change["target"], change["root"]) == ("refs/heads/work", "origin/main", ".")
    lacks = ["phr", "contract", "spec"]
    free: dict[str, Any] = {
        "kind": None,
        "feature": None,
        "spec": None,
        "contract": None,
        "contracts": [],
        "phrs": [],
        "lacks": [],
    }
    free["waived"] = []
    assert change["files"] == [
        {"path": "docs/x.md", "status": "A", "exempt": "policy", **free},
        {"path": "src/b.py", "status": "A", "exempt": None, **free, "kind": "feature", "lacks": lacks},
        {
            "path": "src/reverse/x.py", "status": "A", "exempt": None, "kind": "feature", "feature": FEATURE,
            "spec": SPEC, "contract": OPEN, "contracts": [OPEN], "phrs": [OF_FEATURE],
            "lacks": [], "waived": [],
        },
    ]  # fmt: skip
    for finding in change["findings"]:
        assert list(finding) == ["rule", "severity", "path", "line", "column", "message", "fix"]
        assert (finding["path"], finding["line"], finding["column"]) == ("src/b.py", 1, 1)
        assert finding["fix"]


@pytest.mark.parametrize("arguments", [["gate", "--format", "json"], ["gate", "--json"], ["check", "--json"]])
def test_a_pass_is_a_document_too(adopted: Adopted, arguments: list[str]) -> None:
    document = adopted.done(*arguments).document
    assert (document["schema"], document["verdict"], document["refused"]) == ("sdd/verdict/1", "pass", False)
    if arguments[0] == "gate":
        assert (document["changes"], len(document["remarks"])) == ([], 1)
    else:
        (change,) = document["changes"]
        assert (list(change), change["base"], change["root"]) == (CHANGE_KEYS, None, ".")


def test_check_counts_and_names_what_it_finds(adopted: Adopted) -> None:
    assert (
        adopted.done("check").out.splitlines()[-1] == "sdd: this says nothing about a push: that is judged by sdd gate"
    )
    adopted.here.write(LANDED, (adopted.here.path / LANDED).read_text().replace("stage: green", "stage: greenish"))
    ran = adopted.sdd("check")
    assert (ran.status, ran.out.splitlines()[0]) == (1, f"{LANDED}:4:1: phr-bad-stage: unknown stage greenish")
    assert adopted.sdd("check", SPEC).status == 0
    assert adopted.sdd("check", "history").status == 1
    assert adopted.sdd("check", "--rev", "HEAD").status == 0
    adopted.here.git("checkout", "-q", "--", LANDED)
    adopted.here.write(GENERAL, phr(["src/nowhere.py"]))
    assert (adopted.sdd("check").status, adopted.sdd("check", "--strict").status) == (0, 1)
