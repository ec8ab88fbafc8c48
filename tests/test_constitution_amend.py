"""`sdd constitution`: shown, and amended so that the real gate is content."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from sdd.records.kinds import constitution as constitutions
from sdd.records.kinds import phr as phrs
from tests.adopted import CONSTITUTION, POLICY, Adopted
from tests.examples import examples


def read(adopted: Adopted) -> constitutions.Constitution:
    return constitutions.parse(CONSTITUTION, (adopted.here.path / CONSTITUTION).read_bytes(), "")


def edit(adopted: Adopted, old: str, new: str) -> None:
    file = adopted.here.path / CONSTITUTION
    text = file.read_bytes().decode()
    assert old in text
    file.write_bytes(text.replace(old, new, 1).encode())


def test_show_says_version_and_principles(adopted: Adopted) -> None:
    document = adopted.done("constitution", "show", "--json").document
    assert (document["version"], document["placeholders"]) == (read(adopted).version, [])
    assert document["principles"][0]["name"] in adopted.done("constitution", "show").out
    (adopted.here.path / CONSTITUTION).unlink()
    assert adopted.sdd("constitution", "show").status == 2
    assert adopted.done("constitution", "show", "--rev", "main").status == 0


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_added_principle_is_amended_and_accepted(adopted: Adopted, end: str) -> None:
    adopted.branch()
    edit(adopted, "## Governance", "### II. Brief\n\nSay it once.\n\n## Governance")
    file = adopted.here.path / CONSTITUTION
    file.write_bytes(file.read_bytes().replace(b"\n", end.encode()))
    before = file.read_bytes().decode().split(end)
    ran = adopted.sdd("constitution", "amend", "--patch", "--message", "Be brief")
    assert (ran.status, "sdd constitution amend --minor" in ran.err) == (2, True)
    ran = adopted.done("constitution", "amend", "--minor", "--message", "Be brief", "--commit", "--json")
    assert (ran.document["changes"], ran.document["committed"]) == (["Principles added: Brief"], True)
    now = read(adopted)
    assert (now.version, now.ratified) == ("1.1.0", "2026-01-01")
    assert (now.impact or "").startswith("Sync impact: 1.0.0 -> 1.1.0 (minor), ")
    after = file.read_bytes().decode().split(end)
    note = after.index("-->") + 2
    changed = [new for old, new in zip(before, after[note:], strict=True) if old != new]
    assert changed == [f"**Version**: 1.1.0 | **Ratified**: 2026-01-01 | **Last Amended**: {now.last_amended}"]
    record = ran.document["files"][-1]
    phr = phrs.parse(record, (adopted.here.path / record).read_bytes(), "")
    assert (phr.stage, phr.prompt, phr.folder) == ("constitution", "Be brief", "constitution")
    assert [entry.path for entry in phr.files] == [CONSTITUTION]
    assert adopted.gate()["verdict"] == "pass"
    assert adopted.here.git("status", "--porcelain") == ""


def test_a_changed_policy_is_named_too(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write(POLICY, '[rules]\nphr-trivial = "off"\n')
    document = adopted.done("constitution", "amend", "--patch", "--reason", "Trust", "--commit", "--json").document
    assert document["files"][:2] == [CONSTITUTION, POLICY]
    assert adopted.gate()["verdict"] == "pass"


def test_a_removed_principle_is_a_major_step(adopted: Adopted) -> None:
    adopted.branch()
    name = read(adopted).principles[0].name
    edit(adopted, name, "Something else")
    ran = adopted.sdd("constitution", "amend")
    assert (ran.status, "--major" in ran.err) == (2, True)
    assert adopted.sdd("constitution", "amend", "--minor").status == 2
    assert adopted.done("constitution", "amend", "--major").out.startswith("1.0.0 -> 2.0.0\n")


@pytest.mark.parametrize("text", [None, "", "# C\n", "# C\n\n**Version**: one\n", b"\xff\xfe"])
def test_without_a_version_nothing_is_written(adopted: Adopted, text: str | bytes | None) -> None:
    file = adopted.here.path / CONSTITUTION
    file.unlink()
    if text is not None:
        adopted.here.write(CONSTITUTION, text)
    assert adopted.sdd("constitution", "amend", "--major", "--message", "X").status == 2
    assert adopted.here.git("status", "--porcelain", "history") == ""


def test_a_message_that_makes_no_name_leaves_the_constitution_alone(adopted: Adopted) -> None:
    assert adopted.sdd("constitution", "amend", "--patch", "--message", "???").status == 2
    assert adopted.here.git("status", "--porcelain") == ""


@examples(15, [HealthCheck.function_scoped_fixture])
@given(message=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_message_leaves_the_constitution_readable(adopted: Adopted, message: str) -> None:
    before = read(adopted)
    ran = adopted.sdd("constitution", "amend", "--patch", "--message", f"Why {message} --> <!-- # x")
    assert ran.status == 0, ran
    now = read(adopted)
    assert [one[:3] for one in now.principles] == [one[:3] for one in before.principles]
    assert (now.problems, now.placeholders) == ((), ())
