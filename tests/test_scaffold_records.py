"""What a writer writes is read back as the same values, whatever they hold."""

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from sdd.authoring.drafts import ContractDraft, PhrDraft, contract_text, phr_text
from sdd.authoring.prose import check_text, verbatim
from sdd.authoring.yaml_text import yaml_lines
from sdd.document import is_none_like
from sdd.records.kinds import contract as contracts
from sdd.records.kinds import phr as phrs
from sdd.records.kinds.contract import ContractStatus
from sdd.records.kinds.phr import Stage
from sdd.records.kinds.record import ChangeKind

# Half a surrogate pair can stand in no file.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# Prompt",
            "## Response snapshot",
            "## Outcome",
            "### Scope",
            "```",
            "````",
            "```python",
            "~~~",
            "---",
            "===",
            "> quoted",
            "- item",
            "  indented",
            "\tcode",
            "<!-- open",
            "-->",
            "**Prompt**: x",
            "| a | b |",
            "{{TITLE}}",
            "plain",
            "",
            "1. one",
            "<div>",
            "Setext",
            "[ref]: x",
            "***",
            "- ```",
            "`",
            "> ```",
            "\u2028",
            "    ## x",
            "a `b` c",
            "none of it",
        ]
    ),
    min_size=1,
    max_size=8,
).map("\n".join)
AWKWARD = (
    "a: b",
    'say "x"',
    "{x}",
    "@home",
    "0010",
    "1e3",
    "yes",
    "NO",
    "~",
    "# no",
    "a #b",
    "- x",
    "two\nlines",
    "\u202egnp",
    "😀 ok",
    "it's",
    "[x]",
    "2026-03-01",
    "1:30",
    "a\\b",
    " lead",
    "tail ",
    "x:",
    "%TAG",
    "|",
    ">",
    "!x",
    "&a",
    "*a",
    "?",
    "\x85",
    "\ufeff",
    ".5",
    "=",
    "0x1f",
)
PATH = "history/prompts/general/0007-x.green.prompt.md"


def draft(**values: object) -> PhrDraft:
    known: dict[str, object] = {"id": "0007", "title": "x", "stage": Stage.GREEN, "date": "2026-03-01"}
    return PhrDraft(**{**known, **values})  # type: ignore[arg-type]  # the tests name their own fields


def read(text: str) -> phrs.Phr:
    return phrs.parse(PATH, text.encode(), "")


@given(TEXT)
@pytest.mark.parametrize("key", ["title", "id", "scope"])
def test_yaml_reads_a_text_back(key: str, text: str) -> None:
    assert yaml.safe_load("\n".join(yaml_lines(key, text))) == {key: text}


@pytest.mark.parametrize("text", AWKWARD)
def test_yaml_reads_awkward_texts_back(text: str) -> None:
    lines = [*yaml_lines("title", text), *yaml_lines("files", (text, text)), *yaml_lines("links", {"spec": text})]
    assert yaml.safe_load("\n".join(lines)) == {"title": text, "files": [text, text], "links": {"spec": text}}


@given(st.lists(TEXT, min_size=1, max_size=5).map(tuple))
def test_yaml_reads_lists_back_in_either_style(texts: tuple[str, ...]) -> None:
    assert yaml.safe_load("\n".join(yaml_lines("files", texts))) == {"files": list(texts)}


def test_a_long_list_takes_a_line_for_each_entry() -> None:
    assert len(yaml_lines("files", ("a" * 40, "b" * 40))) == 1
    assert len(yaml_lines("files", ("a" * 40, "b" * 40, "c" * 40))) == 4


@pytest.mark.parametrize(
    "plain", ["src/billing/vat.py", ".specify/sdd.toml", "042-csv", "Écrit à la main", "添加", "fix/vat"]
)
def test_ordinary_values_need_no_quotes(plain: str) -> None:
    assert yaml_lines("title", plain) == [f"title: {plain}"]


def test_half_a_surrogate_pair_is_told_by_a_sign_that_can_be_read() -> None:
    written = "\n".join(yaml_lines("files", ("src/\udcff.py", "a\ud83d\n")))
    assert yaml.safe_load(written) == {"files": ["src/\ufffd.py", "a\ufffd\n"]}


@given(TEXT | MARKDOWN, TEXT | MARKDOWN)
@example("## Response snapshot\n\nfake", "## Outcome\n\nfake")
@example("```\nopen", "~~~\nopen")
@example("  first line indented", "> quoted")
@example("Prompt\n======", "a\n---")
def test_prompt_and_response_are_read_back_word_for_word(prompt: str, response: str) -> None:
    record = read(phr_text(draft(prompt=prompt, response=response)))
    for said, found in ((prompt, record.prompt), (response, record.response)):
        wanted = said.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        wanted = re.sub(r"\A(?:[ \t]*\n)+", "", wanted).rstrip()
        if wanted and not is_none_like(wanted):
            assert found == wanted


@given(TEXT)
def test_a_title_is_read_back(title: str) -> None:
    record = read(phr_text(draft(title=title, prompt="Do it.", response="Done.")))
    assert record.prompt == "Do it."
    if title and not is_none_like(title):
        assert (record.title or "").split() == title.replace("\0", "\ufffd").split()


def test_every_field_is_read_back() -> None:
    record = read(
        phr_text(
            draft(
                title="Round VAT: per line",
                model="m-1",
                feature="001-vat",
                branch="fix/vat",
                user="Ada",
                command="/fix",
                surface="human",
                links={"spec": "specs/001-vat/spec.md", "pr": "https://example.com/1"},
                files=("src/a b.py", "tests/é.py"),
                tests=("pytest -k vat: 3 passed",),
                kind=ChangeKind.FIX,
                closes=("general/0003: round",),
                prompt="Round.",
                response="Rounded.",
                contract=ContractDraft(
                    success="VAT is rounded per line.",
                    constraints=("No new dependency",),
                    invariants=("Sums hold",),
                    non_goals=("Rates",),
                    checks=("pytest -k vat",),
                    scope=("src/**",),
                    discovery=("1:20:src/a.py",),
                    follow_ups=("Refunds",),
                    agent="backend",
                ),
            )
        )
    )
    assert (record.problems, record.placeholders) == ((), ())
    assert (record.id, record.title, record.stage, record.date) == (
        "0007",
        "Round VAT: per line",
        Stage.GREEN,
        "2026-03-01",
    )
    assert (record.surface, record.model, record.feature, record.branch) == ("human", "m-1", "001-vat", "fix/vat")
    assert (record.user, record.command, record.kind) == ("Ada", "/fix", ChangeKind.FIX)
    assert record.links == (("spec", "specs/001-vat/spec.md"), ("pr", "https://example.com/1"))
    assert [entry.path for entry in record.files] == ["src/a b.py", "tests/é.py"]
    assert (record.tests, record.closes) == (("pytest -k vat: 3 passed",), ("general/0003: round",))
    assert (record.prompt, record.response) == ("Round.", "Rounded.")
    found = record.contract
    assert found
    assert (found.criteria, found.agent, found.placeholders) == ("VAT is rounded per line.", "backend", ())
    assert [item.text for item in (*found.constraints, *found.invariants, *found.non_goals)] == [
        "No new dependency",
        "Sums hold",
        "Rates",
    ]
    assert [(check.command, check.done) for check in found.checks] == [("pytest -k vat", False)]
    assert [item.text for item in (*found.scope, *found.follow_ups)] == ["/src/**", "Refunds"]
    assert [(code.start, code.end, code.path) for code in found.discovery] == [(1, 20, "src/a.py")]


def test_a_small_record_with_its_contract_is_at_most_25_lines() -> None:
    text = phr_text(
        draft(
            title="Round VAT per line",
            model="m-1",
            branch="fix/vat",
            user="Ada",
            kind=ChangeKind.FIX,
            prompt="Round VAT per line.",
            response="Rounded it.",
            files=("src/billing/vat.py", "tests/test_vat.py"),
            contract=ContractDraft(success="VAT is rounded per line.", checks=("pytest -k vat",)),
        )
    )
    assert len(text.splitlines()) <= 25
    assert "{{" not in text
    assert not re.search(r"\n\n\n|: ?$", text, re.MULTILINE)


def test_keys_stand_in_their_order() -> None:
    text = phr_text(
        draft(
            **dict.fromkeys(("model", "feature", "branch", "user", "command", "surface"), "v"),
            files=("f",),
        )
    )
    keys = re.findall(r"^([a-z]+):", text, re.MULTILINE)
    assert keys == [
        "id",
        "title",
        "stage",
        "date",
        "surface",
        "model",
        "feature",
        "branch",
        "user",
        "command",
        "files",
    ]


@given(
    st.lists(st.text(st.sampled_from("ab/. ()-#:,'é[]{}@"), min_size=1, max_size=12), min_size=1, max_size=3).map(tuple)
)
@example(("docs/x (draft)", "my file", "a: b.py", "- x", "a, b.py"))
def test_every_path_is_read_back(written: tuple[str, ...]) -> None:
    wanted = [" ".join(path.split()) for path in written]
    paths = tuple(path for path in wanted if path and not path.startswith(("./", "/")) and not is_none_like(path))
    assert tuple(entry.path for entry in read(phr_text(draft(files=paths))).files) == paths


def test_what_is_missing_is_a_finding() -> None:
    record = read(phr_text(draft(contract=ContractDraft())))
    assert len(record.placeholders) == 2
    assert record.contract
    assert len(record.contract.placeholders) == 4
    light = read(phr_text(draft(kind=ChangeKind.FIX, contract=ContractDraft())))
    assert light.contract
    assert len(light.contract.placeholders) == 2
    assert light.contract.constraints == ()


def test_a_contract_is_read_back() -> None:
    text = contract_text(
        ContractDraft(
            id="0003",
            title="CSV: export",
            kind=ChangeKind.FEATURE,
            surface="backend",
            agent="backend-engineer",
            feature="042-csv",
            spec="specs/042-csv/spec.md",
            requirements=("FR-001", "FR-002"),
            tasks=("T004",),
            scope=("src/csv/**", "/tests/csv/"),
            success="Every row is exported.",
            constraints=("> 95 % of rows", "# none is lost"),
            non_goals=("Excel",),
            invariants=("Order",),
            checks=("pytest -k csv", "run `make e2e` twice"),
            checklist=("Names in full",),
            discovery=("1:9:src/csv.py",),
            follow_ups=("Excel next",),
            sections=(("Error Taxonomy", "- `E1`: x"), ("Rollout", "")),
        )
    )
    found = contracts.parse("history/contracts/042-csv/0003-csv-export.contract.md", text.encode(), "")
    assert (found.problems, found.id, found.title, found.kind) == ((), "0003", "CSV: export", ChangeKind.FEATURE)
    assert (found.surface, found.agent, found.feature) == ("backend", "backend-engineer", "042-csv")
    assert (found.spec, found.status) == ("specs/042-csv/spec.md", ContractStatus.OPEN)
    assert [item.text for item in (*found.requirements, *found.tasks)] == ["FR-001", "FR-002", "T004"]
    assert [item.text for item in found.scope] == ["/src/csv/**", "/tests/csv/"]
    assert found.criteria == "Every row is exported."
    assert len(found.constraints) == 2
    assert [(check.command, check.done) for check in found.checks] == [
        ("pytest -k csv", False),
        ("run `make e2e` twice", False),
    ]
    assert [item.text for item in found.task_items][2:] == ["Names in full"]
    assert {"Error Taxonomy", "Rollout", "Checklist"} <= {section.title for section in found.sections}
    assert [item.text for item in found.placeholders] == ["[WHAT THE AGENT FILE ASKS FOR HERE]"]


def test_an_empty_contract_is_all_findings() -> None:
    found = contracts.parse(
        "history/contracts/general/0001-x.contract.md", contract_text(ContractDraft(id="0001", title="x")).encode(), ""
    )
    assert len(found.placeholders) >= 4
    assert not found.follow_ups


@given(TEXT, TEXT, TEXT)
def test_free_text_never_breaks_a_contract_apart(success: str, constraint: str, check: str) -> None:
    text = contract_text(
        ContractDraft(
            id="0001",
            title="x",
            success=success,
            constraints=(constraint,),
            non_goals=("n",),
            checks=(check,),
            follow_ups=("f",),
        )
    )
    found = contracts.parse("history/contracts/general/0001-x.contract.md", text.encode(), "")
    assert found.problems == ()
    assert [item.text for item in found.non_goals] == ["n"]
    assert [item.text for item in found.follow_ups] == ["f"]
    assert len(found.checks) == 1
    assert bool(found.criteria)


@pytest.mark.parametrize(
    ("check", "written"),
    [("pytest -k vat", "`pytest -k vat`"), ("run `x` by hand", "`` run `x` by hand ``"), ("a\n  b", "`a b`")],
)
def test_a_check_is_a_command_as_a_whole(check: str, written: str) -> None:
    assert check_text(check) == written


def test_a_fence_is_longer_than_any_within() -> None:
    assert verbatim("a\n```\nb\n`````") == "``````\na\n```\nb\n`````\n``````"
    assert verbatim("just words\r\nand more  \n") == "just words\nand more"
