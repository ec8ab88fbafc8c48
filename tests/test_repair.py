"""What `sdd repair` mends in one record, what it leaves, and that nobody's words are lost."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sdd.authoring.repair import Planner, RepairPlan, write
from sdd.authoring.repair.form import repaired_form
from sdd.gate.rules.history import altered
from sdd.records.kinds import KINDS
from sdd.records.kinds.contract import Contract
from sdd.records.kinds.phr import Phr
from sdd.records.project import Reader
from sdd.repo.objects import Repository
from tests.adopted import PROMISE, Adopted, phr, rules_of, sdd
from tests.examples import examples
from tests.scratch import Scratch

PHR = next(kind for kind in KINDS if kind.record is Phr)
CONTRACT = next(kind for kind in KINDS if kind.record is Contract)
PATH = "history/prompts/general/0001-rounding.green.prompt.md"
SPEC = "specs/001-vat/spec.md"
BODY = "\n## Prompt\n\nRound half up.\n\n## Response snapshot\n\nIt does.\n"
HEAD = 'id: "0001"\ntitle: Rounding\nstage: green\ndate: 2026-03-01\n'
SOUND = f"---\n{HEAD}---\n{BODY}"


def read(text: str | bytes, path: str = PATH) -> Phr:
    found = PHR.parse(path, text.encode() if isinstance(text, str) else text, "")
    assert isinstance(found, Phr)
    return found


def repaired(text: str, path: str = PATH) -> str:
    return repaired_form(PHR, path, "", text.encode()).content.decode()


def plan(scratch: Scratch) -> RepairPlan:
    with Repository.discover(scratch.path) as repository:
        tree = repository.tree(repository.snapshot())
        return Planner(repository, tree, Reader(repository.beginnings), date.today()).plan()


def repair(scratch: Scratch) -> RepairPlan:
    """Repairs the whole work tree; a second run must find nothing."""
    first = plan(scratch)
    write(scratch.path, first)
    assert plan(scratch).repairs == ()
    return first


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        (f"```markdown\n{SOUND}```\n".replace("g\n", "g: up\n", 1), SOUND.replace("Rounding", '"Rounding: up"')),
        (SOUND.removeprefix("---\n"), SOUND),
        (SOUND.replace("---\n\n## Prompt", "\n## Prompt"), SOUND),
        (SOUND.replace("Rounding", "Rounding: up"), SOUND.replace("Rounding", '"Rounding: up"')),
        (SOUND.replace("title: Rounding", "title: @home  # note"), SOUND.replace("Rounding", '"@home"  # note')),
        (
            SOUND.replace("---\n\n##", 'files_yaml:\n  - "D:\\src\\new.py"\n---\n\n##'),
            SOUND.replace("---\n\n##", 'files_yaml:\n  - "D:\\\\src\\\\new.py"\n---\n\n##'),
        ),
        (
            SOUND.replace("---\n\n##", "files:\n{{FILES_YAML}}\n---\n\n##"),
            SOUND.replace("---\n\n##", 'files: "{{FILES_YAML}}"\n---\n\n##'),
        ),
        (SOUND.replace("title:", "title: Rounding\ntitle:"), SOUND),
    ],
)  # fmt: skip
def test_the_form_of_a_record_is_mended(broken: str, mended: str) -> None:
    assert repaired(broken) == mended
    assert repaired(mended) == mended
    assert read(mended).problems == ()
    assert altered(read(broken), read(mended)) == ()
    assert (read(broken).prompt, read(broken).response) == (read(mended).prompt, read(mended).response)


@pytest.mark.parametrize(
    "sound",
    [
        f"\ufeff{SOUND}",
        SOUND.replace("\n", "\r\n"),
        f"```markdown\n{SOUND}```\n",
        SOUND.replace('"0001"', "0001"),
        SOUND.replace("date:", "DATE_ISO:").replace("title:", "Title:"),
        SOUND.replace("stage: green", "stage: implement"),
        SOUND.replace("---\n\n##", "tests:\n  - npm test: passed\n---\n\n##"),
        f"---\n{HEAD}prompt_text: |-\n  Round half up.\nresponse_text: It does.\n---\n",
    ],
)
def test_what_no_rule_finds_fault_with_stays_as_it_is(scratch: Scratch, sound: str) -> None:
    scratch.commit("records", {PATH: sound})
    assert repair(scratch) == RepairPlan()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: a: b\r\nstage: green\r\n", 'title: "a: b"\r\nstage: green\r\n'),
        ("title: a: b\nstage: green\r\ndate: x\n", 'title: "a: b"\nstage: green\r\ndate: x\n'),
        ("title: a: b\r\nstage: green\r\ndate: x\n", 'title: "a: b"\r\nstage: green\r\ndate: x\n'),
    ],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_stay(mark: str, before: str, after: str) -> None:
    whole = [f"{mark}---{text[-1] if text[-2] != chr(13) else text[-2:]}{text}---\n" for text in (before, after)]
    assert repaired(whole[0]).encode() == whole[1].encode()


def test_only_the_keys_that_need_it_are_written_anew() -> None:
    odd = "labels:   [ 'a' ,  b ]   # kept\n"
    broken = SOUND.replace("title: Rounding\n", f"title: Rounding: up\n{odd}")
    assert odd in repaired(broken)


def test_bold_lines_give_the_front_matter_that_is_missing() -> None:
    bold = f"# Rounding\n\n**ID**: 0001\n**Title**: Rounding\n**Stage**: green\n**Date**: 2026-03-01\n{BODY}"
    assert repaired(bold) == f"---\n{HEAD}---\n\n{bold}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SOUND.replace("title:", "title: Another\ntitle:"), "the key title is given twice"),
        ("Some notes.\n", "no front matter"),
        (SOUND.replace("green", "greenish"), "unknown stage greenish"),
        (SOUND + "\n<!-- a comment\n", "never closed"),
    ],
)
def test_what_cannot_be_mended_without_loss_is_left_with_the_reason(scratch: Scratch, text: str, reason: str) -> None:
    scratch.commit("records", {PATH: text})
    found = repair(scratch)
    assert found.repairs == ()
    assert any(reason in refusal.reason for refusal in found.left)
    assert (scratch.path / PATH).read_text() == text


def test_bytes_that_are_no_text_are_left(scratch: Scratch) -> None:
    content = SOUND.encode() + b"\xff\r\n"
    scratch.commit("records", {PATH: content})
    assert [refusal.reason for refusal in repair(scratch).left] == ["not UTF-8: save the file as UTF-8"]
    assert (scratch.path / PATH).read_bytes() == content


@pytest.mark.parametrize(
    ("path", "head", "right"),
    [
        ("history/prompts/general/0001-a.prompt.md", HEAD, "history/prompts/general/0001-a.green.prompt.md"),
        ("history/prompts/general/PHR-0001-a.md", HEAD, "history/prompts/general/0001-a.green.prompt.md"),
        ("history/prompts/general/1-a.red.prompt.md", HEAD, "history/prompts/general/0001-a.green.prompt.md"),
        ("history/prompts/general/rounding.prompt.md", HEAD, "history/prompts/general/0001-rounding.green.prompt.md"),
        ("history/prompts/general/001-a.v2.prompt.md", HEAD, "history/prompts/general/001-a.v2.green.prompt.md"),
        ("docs/prompts/0001-a.green.prompt.md", HEAD, "history/prompts/general/0001-a.green.prompt.md"),
        (
            "specs/001-vat/prompts/0001-a.green.prompt.md",
            f"{HEAD}feature: 001-vat\n",
            "history/prompts/001-vat/0001-a.green.prompt.md",
        ),
        (
            "shop/.specify/history/prompts/general/0001-a.constitution.prompt.md",
            HEAD.replace("green", "constitution"),
            "shop/.specify/history/prompts/constitution/0001-a.constitution.prompt.md",
        ),
    ],
)
def test_a_record_gets_its_name_and_its_place(scratch: Scratch, path: str, head: str, right: str) -> None:
    scratch.commit("records", {path: f"---\n{head}---\n{BODY}", SPEC: "# VAT\n"})
    assert repair(scratch).left == ()
    records = [file for file in scratch.path.rglob("*.md") if file.is_file() and file != scratch.path / SPEC]
    assert records == [scratch.path / right]
    assert not (scratch.path / path).parent.exists() or (scratch.path / path).parent == (scratch.path / right).parent


def test_the_name_is_believed_about_the_id(scratch: Scratch) -> None:
    scratch.commit("records", {PATH: SOUND.replace('"0001"', "7")})
    repair(scratch)
    assert (scratch.path / PATH).read_text() == SOUND


def test_a_record_that_moves_gets_the_next_number_where_its_own_is_taken(scratch: Scratch) -> None:
    other = "docs/prompts/0001-rounding.green.prompt.md"
    third = "docs/prompts/0001-third.green.prompt.md"
    files = {path: SOUND.replace("It does", path) for path in (PATH, other, third)}
    scratch.commit("records", dict(files))
    repair(scratch)
    names = sorted(file.name for file in (scratch.path / PATH).parent.iterdir())
    assert names == ["0001-rounding.green.prompt.md", "0002-rounding.green.prompt.md", "0003-third.green.prompt.md"]
    assert (scratch.path / PATH).read_text() == files[PATH]
    second = (scratch.path / PATH).with_name(names[1]).read_text()
    assert second == files[other].replace('"0001"', '"0002"')


@pytest.mark.parametrize("feature", ["", "feature: none\n", "feature: taxes\n"])
def test_a_record_in_the_folder_of_a_feature_belongs_to_it(scratch: Scratch, feature: str) -> None:
    path = "history/prompts/001-vat/0001-a.green.prompt.md"
    scratch.commit("records", {path: f"---\n{HEAD}{feature}---\n{BODY}", SPEC: "# VAT\n"})
    assert repair(scratch).left == ()
    assert "feature: 001-vat\n" in (scratch.path / path).read_text()


def test_a_record_that_names_its_feature_by_the_slug_stays_as_it_is(scratch: Scratch) -> None:
    path = "history/prompts/001-vat/0001-a.green.prompt.md"
    scratch.commit("records", {path: f"---\n{HEAD}feature: vat\n---\n{BODY}", SPEC: "# VAT\n"})
    assert repair(scratch) == RepairPlan((), ())


def test_a_record_of_an_unknown_feature_stays_in_its_folder(scratch: Scratch) -> None:
    path = "history/prompts/taxes/0001-a.green.prompt.md"
    scratch.commit("records", {path: f"---\n{HEAD}feature: taxes\n---\n{BODY}", SPEC: "# VAT\n"})
    assert repair(scratch).repairs == ()


@pytest.mark.parametrize("entry", ["N/A (environment configuration only)", "none", "None (research only)", "TBD"])
def test_what_names_no_file_stays_as_it_was_said(scratch: Scratch, entry: str) -> None:
    text = SOUND.replace("title: Rounding", "title: Rounding: up").replace(
        "---\n\n##", f"files:\n  - {entry}\n---\n\n##"
    )
    scratch.commit("records", {PATH: text, "src/a.py": "1\n"})
    repair(scratch)
    assert (scratch.path / PATH).read_text() == text.replace("title: Rounding: up", 'title: "Rounding: up"')


def test_links_follow_a_record_that_moves(scratch: Scratch) -> None:
    old, new = "docs/prompts/0001-a.green.prompt.md", "history/prompts/general/0001-a.green.prompt.md"
    notes = f"See [it](prompts/0001-a.green.prompt.md), `{old}` and /{old}; not x{old}.\n"
    text = f"{SOUND}\n## Outcome\n\n- [notes](../notes.md), [site](https://example.com/notes.md)\n"
    scratch.commit("records", {old: text, "docs/notes.md": notes})
    repair(scratch)
    told = (scratch.path / "docs/notes.md").read_text()
    assert told == f"See [it](../{new}), `{new}` and /{new}; not x{old}.\n"
    assert "[notes](../../../docs/notes.md), [site](https://example.com/notes.md)" in (scratch.path / new).read_text()


def test_other_records_are_mended_in_form_too() -> None:
    text = '\ufeff---\nid: 0003\ntitle: Rounding: half up\nkind: fix\nscope:\n  - "/src/**"\nstatus: open\n---\n\n# C\n'
    found = repaired_form(CONTRACT, "history/contracts/general/0003-a.contract.md", "", text.encode())
    assert found.content.decode().startswith('\ufeff---\nid: 0003\ntitle: "Rounding: half up"\n')


# -- the command -------------------------------------------------------------------------------------------


def test_it_shows_a_diff_writes_on_the_word_and_finds_nothing_again(scratch: Scratch) -> None:
    broken = SOUND.replace("title: Rounding", "title: Rounding: half up")
    other = broken.replace("0001", "0002").replace("Round half up", "Round half down")
    scratch.commit("records", {PATH: broken, "history/prompts/general/0002-b.green.prompt.md": other})
    shown = sdd(scratch.path, "repair", "--diff", PATH)
    assert shown.status == 1
    assert '-title: Rounding: half up\n+title: "Rounding: half up"\n' in shown.out
    assert "0002-b" not in shown.out
    assert (scratch.path / PATH).read_text() == broken
    document = sdd(scratch.path, "repair", "--json").document
    assert [item["path"].rpartition("/")[2][:4] for item in document["repairs"]] == ["0001", "0002"]
    assert not document["written"]
    assert sdd(scratch.path, "repair", "--write").status == 0
    again = sdd(scratch.path, "repair")
    assert (again.status, again.out) == (0, "nothing to repair\n")
    assert "phr-unreadable" not in rules_of(sdd(scratch.path, "check", "--json").document)


def test_a_path_that_is_not_there_is_wrong_usage(scratch: Scratch) -> None:
    scratch.commit("records", {PATH: SOUND})
    assert sdd(scratch.path, "repair", "no/such.md").status == 2


def test_a_read_only_folder_loses_nothing(scratch: Scratch) -> None:
    broken = SOUND.replace("title: Rounding", "title: Rounding: half up")
    scratch.commit("records", {PATH: broken})
    folder = (scratch.path / PATH).parent
    folder.chmod(0o555)
    try:
        ran = sdd(scratch.path, "repair", "--write")
    finally:
        folder.chmod(0o755)
    if ran.status == 0:
        pytest.skip("this user writes everywhere")
    assert ran.status == 3
    assert (scratch.path / PATH).read_bytes() == broken.encode()


def test_a_symlink_is_neither_read_nor_written_through(scratch: Scratch, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    broken = SOUND.replace("title: Rounding", "title: Rounding: half up")
    outside.write_text(broken)
    scratch.commit("records", {"README.md": "x\n"})
    (scratch.path / "history/prompts/general").mkdir(parents=True)
    (scratch.path / PATH).symlink_to(outside)
    assert sdd(scratch.path, "repair", "--write").out == "nothing to repair\n"
    assert outside.read_text() == broken


def test_a_repair_of_landed_records_is_no_rewritten_history(adopted: Adopted) -> None:
    misplaced = "docs/prompts/PHR-0007-old.md"
    files = {
        misplaced: phr(id="7", feature="001-vat", prompt="Be old.").replace("title: Rounding", "title: Old: very"),
        "history/prompts/001-vat/0008-b.red.prompt.md": phr(
            ["src/vat.py"], id="0008", feature="001-vat", prompt="Be b."
        ),
        PATH: f"\ufeff```markdown\n{SOUND}```\n".replace("\n", "\r\n"),
    }
    adopted.land_change(dict(files))
    adopted.branch()
    assert adopted.sdd("repair", "--write").status == 0
    adopted.write({}, "Repair records")
    document = adopted.gate("--base", "main")
    assert "history-rewritten" not in rules_of(document), document
    changed = {row for change in document["changes"] for row in change["files"]}
    assert not changed
    assert adopted.here.git("ls-files", "docs") == ""
    assert "history/prompts/001-vat/0007-old.green.prompt.md" in adopted.here.git("ls-files")


def test_a_baseline_loses_what_is_mended_with_it(scratch: Scratch) -> None:
    unclear = SOUND.replace("0001", "0002").replace("green", "greenish")
    scratch.commit("records", {PATH: SOUND.replace("title: R", "title: a: R"), PATH.replace("0001", "0002"): unclear})
    assert sdd(scratch.path, "init", "--no-hooks").status == 0
    baseline = scratch.path / ".specify/baseline.json"
    assert "phr-unreadable" in baseline.read_text()
    assert sdd(scratch.path, "repair", "--write").status == 0
    assert "phr-unreadable" not in baseline.read_text()
    assert "phr-bad-stage" in baseline.read_text()
    assert not sdd(scratch.path, "repair", "--json").document["repairs"]
    (scratch.path / PATH.replace("0001", "0002")).unlink()
    assert "+++ /dev/null\n" in sdd(scratch.path, "repair", "--diff").out
    assert sdd(scratch.path, "repair", "--write").status == 0
    assert not baseline.exists()


OLD = "history/prompts/general/PHR-0007-old.green.prompt.md"
NEW = "history/prompts/general/0007-old.green.prompt.md"
ELSEWHERE = "docs/prompts/0007-old.green.prompt.md"


@pytest.mark.parametrize("old", [OLD, ELSEWHERE])
def test_a_landed_record_that_moves_is_no_new_one(adopted: Adopted, old: str) -> None:
    """It is no replay of itself, what it broke before only warns, and it speaks for no new code."""
    broken = {"links": "{spec: specs/none/spec.md}"}
    text = phr(["src/vat.py"], id="0007", kind="fix", prompt="Be old.", embedded=PROMISE, **broken)
    adopted.land_change({old: text})
    adopted.branch()
    adopted.done("repair", "--write")
    adopted.write({}, "Repair records")
    document = adopted.gate()
    assert (adopted.here.path / NEW).is_file()
    assert not rules_of(document), document
    assert "phr-broken-link" in rules_of(document, "warning")
    adopted.write({"src/vat.py": "RATE = 20\n"}, "New code")
    assert "change-no-phr" in rules_of(adopted.gate())
    adopted.write({"history/prompts/general/0008-copy.green.prompt.md": text.replace("0007", "0008")}, "A copy")
    assert "phr-replayed" in rules_of(adopted.gate())


def test_a_record_that_is_nearly_all_blank_lines_is_repaired_at_once() -> None:
    assert repaired(f"---\n{HEAD}{chr(10) * 300_000}---\n{BODY}") == SOUND


# -- whatever a record holds -------------------------------------------------------------------------------

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)
LINES = st.lists(
    st.one_of(
        WORDS,
        st.sampled_from(
            [
                "---", "```", "## Prompt", "## Response snapshot", "### Outcome", "# Title", "<!--", "-->", "",
                "title: a: b", "id: 0012", "PROMPT_TEXT: |", "  - x: y", "files:", "files_yaml: none", "stage: impl",
                "stage: green", "date_iso: 2026-03-01", 'command: "a" b', "user: {{USER}}", "prompt_text: >", "\t- a",
                "response_text: 'x", "links:", "  spec: a: b", "- npm: ok", "a: [1, 2", "tests: [null]", "title: x # y",
            ]
        ),
    ),
    max_size=14,
)  # fmt: skip


@examples(150)
@given(LINES, st.sampled_from(["", "---\n", "\ufeff", "```md\n---\n"]), st.sampled_from(["\n", "\r\n"]))
@example(["", "PROMPT_TEXT:", "0"], "---\n", "\n")
@example(["title: x", "", "RESPONSE_TEXT: y", "---"], "---\n", "\r\n")
@example(["STAGE: 0", "", "STAGE:"], "---\n", "\n")
@example(["stage: IMPL", "stage: GREEN"], "---\n", "\n")
@example(["ID: 0", "ID: 00", " 0"], "---\n", "\n")
@example(["00000: 0", "00000: 1", "prompt_text:", "0", "PROMPT_TEXT:"], "---\n", "\n")
@example(["\ufeff"], "\ufeff", "\n")
@example(["A: 0", "# 0", "A:"], "---\n", "\n")
@example(["0:", "0:", "A: :"], "---\n", "\n")
@example(["A: 0", "# 0", "A:", "---"], "---\n", "\n")
@example(["id: 1", "## 0", "", "id:", "---", "0"], "---\n", "\n")
@example(["A:", "id: 1", "## x", "A:", "A:", "id:", "---", "x"], "---\n", "\n")
def test_whatever_is_written_reads_back_to_the_same_words(lines: list[str], start: str, end: str) -> None:
    content = (start + end.join(lines)).encode("utf-8", "surrogatepass")
    found = repaired_form(PHR, PATH, "", content)
    before, after = read(content), read(found.content)
    assert altered(before, after) == ()
    for name in ("prompt", "response", "title", "stage", "date", "feature", "files", "tests", "links"):
        said, told = getattr(before, name), getattr(after, name)
        if name == "files":
            said, told = ([entry[:2] for entry in entries] for entries in (said, told))
        assert not said or said == told or str(said).rstrip() == str(told).rstrip(), name
    again = repaired_form(PHR, PATH, "", found.content)
    assert again.content == found.content
    assert again.done == ()
