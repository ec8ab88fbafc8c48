"""What `sdd repair` promises of a tree: fewer findings, none of another rule, and a commit that passes the gate."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.adopted import Adopted, phr, rules_of, sdd
from tests.scratch import Scratch

SPEC = "# Feature Specification: VAT\n"
GENERAL = "history/prompts/general"
FEATURES = ("001-vat", "phase-02/001-auth")


def findings(folder: Path) -> list[tuple[str, str]]:
    """(rule, path) of everything that a check finds."""
    document = sdd(folder, "check", "--all", "--json").document
    return [(finding["rule"], finding["path"]) for change in document["changes"] for finding in change["findings"]]


def counted(folder: Path) -> Counter[str]:
    return Counter(rule for rule, _ in findings(folder))


def tree(seed: int) -> dict[str, str | bytes | None]:
    """A tree of records with any mixture of faults."""
    pick = Random(seed).choice
    files: dict[str, str | bytes | None] = {f"specs/{feature}/spec.md": SPEC for feature in FEATURES}
    files |= {"src/a.py": "A = 1\n", "history/adr/0001-a.md": "# A\n\n**Status**: Accepted\n"}
    folders = (
        "history/prompts/general", "history/prompts/001-vat", "history/prompts/phase-02/001-auth", "docs/prompts",
        "history/prompts/taxes", "history/prompts/vat", "backend/history/prompts/general", "specs/001-vat/prompts",
    )  # fmt: skip
    for number in range(14):
        text = phr(
            pick([(), ("src/a.py",), ("src/gone.py",), ("N/A (nothing)",)]),
            id=pick([f"{number:04}", "0001", "", "PHR-3"]),
            stage=pick(["green", "clarify", "general", "constitution", "made-up", "misc", "implement"]),
            feature=pick(["", "none", "001-vat", "vat", "auth", "taxes", "general", "phase-02/001-auth"]),
            contract=pick(["", "history/contracts/001-vat/0001-none.contract.md"]),
            prompt=pick([f"Do part {number}.", "Continue."]),
            response=pick([f"Did part {number}.", ""]),
        )
        links = "links:\n  spec: specs/other/spec.md\n  adr: docs/0001-a.md\n"
        text = pick([
            text, text, text.replace("date:", f"{links}date:") if "links:" not in text else text,
            text.replace("title: Rounding", "title: Rounding: up"), text.removeprefix("---\n"), f"\ufeff{text}",
            text.replace("title: Rounding", "title: Rounding\ntitle: Other"), text.replace("title: Rounding\n", ""),
            text.replace("date: 2026", "title: {{TITLE}}\ndate: 2026"),
        ])  # fmt: skip
        text = pick([text, text.replace("\n", "\r\n")])
        names = (
            f"{number:04}-a.green.prompt.md",
            f"{number}-a.misc.prompt.md",
            "a.green.prompt.md",
            "0001-a.prompt.md",
        )
        name = pick([*names, f"PHR-{number:03}-a.md", f"{number:03}-a.v2.prompt.md"])
        files[f"{pick(folders)}/{name}"] = text
    files["README.md"] = "".join(f"See [it]({path}).\n" for path in files)
    return files


@pytest.mark.parametrize("seed", range(8))
def test_no_rule_finds_more_than_before(scratch: Scratch, seed: int) -> None:
    files = tree(seed)
    scratch.commit("records", files)
    before = findings(scratch.path)
    ran = sdd(scratch.path, "repair", "--write", "--json")
    plan = ran.document
    assert ran.status == 0
    scratch.git("add", "-A")
    scratch.git("commit", "-q", "-m", "Repair")
    after, then = counted(scratch.path), Counter(rule for rule, _ in before)
    assert after <= then
    assert Counter({row["rule"]: row["findings"] for row in plan["cleared"]}) == then - after
    faulty = {path for _, path in before}
    for repair in plan["repairs"]:
        assert repair["path"] in faulty or repair["done"] == ["its links follow"], repair
        content = (scratch.path / repair["to"]).read_bytes()
        old = str(files[repair["path"]])
        assert content.count(b"\r\n") == (content.count(b"\n") if "\r\n" in old else 0)
        assert content.startswith(b"\xef\xbb\xbf") == old.startswith("\ufeff")
        folder = repair["to"].rpartition("/")[0]
        known = ("general", "constitution", "001-auth", *FEATURES)
        right = [f"{root}history/prompts/{name}" for root in ("", "backend/") for name in known]
        assert folder in (repair["path"].rpartition("/")[0], *right)
    assert sdd(scratch.path, "repair", "--json").document["repairs"] == []


def test_the_default_is_a_table_by_rule(scratch: Scratch) -> None:
    broken = phr(prompt="One.").replace("title: R", "title: a: R")
    files: dict[str, str | bytes | None] = {f"{GENERAL}/0001-a.green.prompt.md": broken}
    files[f"{GENERAL}/0002-b.prompt.md"] = phr(id="0002", prompt="Two.")
    files[f"{GENERAL}/0003-c.green.prompt.md"] = phr(id="0003", prompt="Three.", stage="made-up")
    scratch.commit("records", files)
    assert sdd(scratch.path, "repair").out == (
        "findings  files  rule\n"
        "       1      1  phr-bad-name\n"
        "       1      1  phr-unreadable\n"
        "left as they are: 1 finding (sdd repair --diff names them)\n"
        "2 files to repair, 1 of them under another name\n"
        "next: sdd repair --write\n"
    )
    shown = sdd(scratch.path, "repair", "--diff").out
    assert '+title: "a: Rounding"\n' in shown
    assert f"left: {GENERAL}/0003-c.green.prompt.md:4: unknown stage made-up\n" in shown
    one = sdd(scratch.path, "repair", "--rule", "phr-bad-name", "--write")
    assert (one.status, one.out.splitlines()[-1]) == (0, "repaired 1 file")
    assert counted(scratch.path)["phr-unreadable"] == 1
    assert (scratch.path / GENERAL / "0002-b.green.prompt.md").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--rule", "phr-bad-nam"], "phr-bad-name"), (["--rule", "phr-bad-name", "--ids"], "exclude each other")],
)
def test_wrong_usage_is_said(scratch: Scratch, arguments: list[str], said: str) -> None:
    scratch.commit("records", {"README.md": "x\n"})
    ran = sdd(scratch.path, "repair", *arguments)
    assert (ran.status, said in ran.err) == (2, True)


def test_a_repair_that_would_lead_to_another_finding_is_left_with_it(scratch: Scratch) -> None:
    """An unfilled template that becomes readable would lack its title: that is for its author."""
    path = f"{GENERAL}/0001-a.green.prompt.md"
    text = phr().replace("title: Rounding\n", "files:\n{{FILES_YAML}}\n")
    scratch.commit("records", {path: text})
    document = sdd(scratch.path, "repair", "--json").document
    assert document["repairs"] == []
    assert [row["path"] for row in document["left"]] == [path]
    assert "only lead to phr-missing-field: lacks title" in document["left"][0]["reason"]


def test_the_feature_follows_the_folder_or_the_linked_spec(scratch: Scratch) -> None:
    by_folder = "history/prompts/001-vat/0001-a.misc.prompt.md"
    by_link = f"{GENERAL}/0002-b.general.prompt.md"
    text = phr(id="0002", stage="general", feature="value-added-tax", prompt="Other.")
    scratch.commit(
        "records",
        {
            "specs/001-vat/spec.md": SPEC,
            by_folder: phr(stage="misc", feature="taxes"),
            by_link: text.replace("date:", "links:\n  spec: specs/001-vat/spec.md\ndate:"),
        },
    )
    assert sdd(scratch.path, "repair", "--write").status == 0
    assert "feature: 001-vat\n" in (scratch.path / by_folder).read_text()
    assert "feature: 001-vat\n" in (scratch.path / by_link).read_text()


@pytest.mark.parametrize("stage", ["analyze", "clarify", "implement"])
def test_an_alias_of_a_stage_stays_as_it_is_written(scratch: Scratch, stage: str) -> None:
    sound = f"history/prompts/001-vat/0004-u.{stage}.prompt.md"
    nameless = "history/prompts/001-vat/0005-v.prompt.md"
    text = phr(id="0004", stage=stage, feature="001-vat")
    other = phr(id="0005", stage=stage, feature="001-vat", prompt="Another.")
    scratch.commit("records", {"specs/001-vat/spec.md": SPEC, sound: text, nameless: other})
    assert sdd(scratch.path, "repair", "--write").status == 0
    assert (scratch.path / sound).read_text() == text
    assert (scratch.path / f"history/prompts/001-vat/0005-v.{stage}.prompt.md").read_text() == other


@pytest.mark.parametrize(
    ("link", "becomes"),
    [
        ("spec: specs/001-vta/spec.md", "spec: specs/001-vat/spec.md"),
        ("adr: docs/decision-records/0001-cents.md", "adr: history/adr/0001-cents.md"),
        ("adr: docs/0001-cents.md, docs/0002-more.md", None),
        ("adr: docs/0009-other.md", None),
        ("contract: https://example.com/0001-cents.md", None),
    ],
)
def test_a_broken_link_gets_its_one_obvious_target(scratch: Scratch, link: str, becomes: str | None) -> None:
    path = "history/prompts/001-vat/0001-a.green.prompt.md"
    text = phr(feature="001-vat").replace("date:", f"links:\n  {link}\ndate:")
    adrs = {f"history/adr/{name}.md": "# A\n\n**Status**: Accepted\n" for name in ("0001-cents", "0002-more")}
    scratch.commit("records", {"specs/001-vat/spec.md": SPEC, path: text, **adrs})
    assert sdd(scratch.path, "repair", "--write").status == 0
    assert (scratch.path / path).read_text() == (text.replace(link, becomes) if becomes else text)


def test_a_commit_of_repairs_passes_the_gate(adopted: Adopted) -> None:
    """Governed files that name a record which moves would need a PHR: they stay, and are named."""
    files: dict[str, str | bytes | None] = {
        f"docs/prompts/{number:04}-a.green.prompt.md": phr(["src/vat.py"], id=f"{number:04}", prompt=f"Part {number}.")
        for number in range(20, 80)
    }
    notes = "See docs/prompts/0020-a.green.prompt.md\n"
    adopted.land_change({**files, "src/notes.md": notes, "docs/notes.md": notes})
    adopted.branch()
    document = adopted.sdd("repair", "--json").document
    assert [row["path"] for row in document["left"]] == ["src/notes.md"]
    assert document["refused"] == []
    adopted.done("repair", "--write")
    adopted.write({}, "Repair records")
    assert adopted.here.git("ls-files", "docs/prompts") == ""
    assert not rules_of(adopted.gate())
    assert (adopted.here.path / "src/notes.md").read_text() == notes
    assert (adopted.here.path / "docs/notes.md").read_text() == f"See {GENERAL}/0020-a.green.prompt.md\n"
