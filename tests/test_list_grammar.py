"""`sdd NOUN list`: who knows the list of one noun knows those of all others."""

from pathlib import Path

import click
import pytest

from sdd.cli.table import COMMANDS
from sdd.cli.table import sdd as command_line
from tests.adopted import Adopted, contract, phr, sdd
from tests.good import good_repository
from tests.record_texts import CLARIFIED, WAIVER
from tests.scratch import Scratch

NOUNS = (
    "feature", "requirement", "task", "contract", "phr", "adr", "question", "followup", "waiver", "agent", "rule",
)  # fmt: skip


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    """The good repository, and records of the other kinds committed on top of it. Read it only."""
    here = good_repository(tmp_path_factory.mktemp("grammar") / "good")
    here.commit(
        "more",
        {
            "specs/002-oil/spec.md": CLARIFIED,
            "specs/002-oil/plan.md": "# Plan\n\nNEEDS CLARIFICATION: which?\n",
            "specs/002-oil/tasks.md": "# Tasks\n\n- [x] T001 Drill (FR-002)\n",
            "history/adr/0002-drill.md": "---\nstatus: Accepted\ndate: 2026-02-03\nfeature: 002-oil\n---\n# Drill\n",
            "history/waivers/0001-old.md": WAIVER,
            "apps/shop/.specify/sdd.toml": "",
            "apps/shop/history/prompts/x/0001-a.red.prompt.md": phr(["src/a.py"]).replace("03-01", "04-01"),
            "apps/shop/.claude/agents/backend.md": "---\nname: backend\n---\n# Backend\n",
        },
    )
    return here


def test_every_noun_that_can_be_listed_is_tested_here() -> None:
    context = click.Context(command_line)
    groups = {entry.name: command_line.get_command(context, entry.name) for entry in COMMANDS}
    assert {name for name, group in groups.items() if isinstance(group, click.Group) and "list" in group.commands} == {
        *NOUNS,
        "capture",  # exchanges are no records
    }


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_is_a_document_of_items_with_the_keys_that_can_be_chosen(here: Scratch, noun: str) -> None:
    ran = sdd(here.path, noun, "list", "--json")
    assert (ran.status, ran.err, list(ran.document)) == (0, "", ["schema", "items"])
    assert ran.document["schema"] == f"sdd/{noun}s/1"
    items = ran.document["items"]
    assert items
    names = list(items[0])
    for chosen in (names[:1], names[::-1]):
        fewer = sdd(here.path, noun, "list", "--json", "--fields", ",".join(chosen)).document["items"]
        assert fewer == [{name: item[name] for name in chosen} for item in items]
    unknown = sdd(here.path, noun, "list", "--json", "--fields", "nope")
    assert (unknown.status, unknown.document["message"]) == (2, "unknown field nope")
    assert sdd(here.path, noun, "list", "--fields", next(iter(items[0]))).status == 2


@pytest.mark.parametrize("noun", NOUNS)
def test_the_table_has_a_line_an_item_in_the_same_order(here: Scratch, noun: str) -> None:
    items = sdd(here.path, noun, "list", "--json").document["items"]
    lines = sdd(here.path, noun, "list").out.splitlines()
    assert len(lines) == len(items)
    for line, item in zip(lines, items, strict=True):
        assert item.get("path", item.get("name")) in line
    if "path" in items[0]:
        assert [item["path"] for item in items] == sorted(item["path"] for item in items)
        assert not any(Path(item["path"]).is_absolute() for item in items)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_limit_leaves_the_newest_or_the_first(here: Scratch, noun: str) -> None:
    items = sdd(here.path, noun, "list", "--json").document["items"]
    limited = sdd(here.path, noun, "list", "--json", "--limit", "1").document["items"]
    newest = max(range(len(items)), key=lambda place: (items[place].get("date") or "", place))
    assert limited == ([items[newest]] if "date" in items[0] else items[:1])
    assert sdd(here.path, noun, "list", "--limit", "1").out.splitlines() != []


@pytest.mark.parametrize("noun", [noun for noun in NOUNS if noun != "rule"])
def test_a_revision_is_listed_as_the_work_tree_was(here: Scratch, noun: str) -> None:
    now = sdd(here.path, noun, "list", "--json").document
    assert sdd(here.path, noun, "list", "--json", "--rev", "HEAD").document == now
    before = sdd(here.path, noun, "list", "--json", "--rev", "main").document
    assert before["schema"] == now["schema"]
    assert len(before["items"]) < len(now["items"])
    unknown = sdd(here.path, noun, "list", "--rev", "nowhere")
    assert (unknown.status, "unknown revision: nowhere" in unknown.err) == (2, True)


@pytest.mark.parametrize("noun", ["requirement", "task", "contract", "phr", "adr", "question", "followup"])
def test_a_feature_is_a_filter_wherever_a_record_has_one(here: Scratch, noun: str) -> None:
    items = sdd(here.path, noun, "list", "--json").document["items"]
    for name in ("001-vat", "002-oil"):
        filtered = sdd(here.path, noun, "list", "--json", "--feature", name).document["items"]
        assert filtered == [item for item in items if item["feature"] == name]


@pytest.mark.parametrize("noun", ["phr", "contract", "adr", "feature", "agent"])
def test_an_item_is_shown_as_it_is_listed(here: Scratch, noun: str) -> None:
    for item in sdd(here.path, noun, "list", "--json").document["items"]:
        if item.get("embedded"):
            continue
        document = sdd(here.path, noun, "show", item["path"], "--json").document
        assert document.pop("schema") == f"sdd/{noun}/1"
        assert {key: document[key] for key in item} == item


def test_a_requirement_is_shown_as_it_is_listed(here: Scratch) -> None:
    items = sdd(here.path, "requirement", "list", "--json", "--feature", "1").document["items"]
    shown = sdd(here.path, "requirement", "show", "001-vat#FR-001", "--json").document
    assert shown == {"schema": "sdd/requirement/1", **items[0]}
    text = sdd(here.path, "requirement", "show", "001-vat#fr-001").out
    assert all(name in text for name in (*items[0]["contracts"], *items[0]["phrs"], items[0]["text"], "US1"))
    several = sdd(here.path, "requirement", "show", "FR-001")
    lines = ["sdd requirement show 001-vat#FR-001", "sdd requirement show 002-oil#FR-001"]
    assert (several.status, [line.strip() for line in several.err.splitlines()[1:]]) == (2, lines)
    unknown = sdd(here.path, "requirement", "show", "FR-0010")
    assert (unknown.status, "did you mean FR-001" in unknown.err) == (2, True)
    assert "no record" in sdd(here.path, "requirement", "show", "002-oil#FR-002").out


def test_a_requirement_of_two_roots_is_named_by_its_folder_or_asked_for_in_its_root(scratch: Scratch) -> None:
    for root in ("api", "web"):
        scratch.write(f"{root}/.specify/sdd.toml", "")
        scratch.write(f"{root}/specs/002-oil/spec.md", CLARIFIED)
    scratch.commit("Two roots")
    for words in (("requirement", "show"), ("why",)):
        refused = sdd(scratch.path, *words, "2#FR-001")
        forms = [f"{root}/specs/002-oil#FR-001" for root in ("api", "web")]
        assert [line.strip() for line in refused.err.splitlines()[1:]] == [f"sdd {' '.join(words)} {x}" for x in forms]
        asked = [(scratch.path, form) for form in forms]
        asked += [(scratch.path / root, name) for root in ("api", "web") for name in ("FR-001", "002-oil#FR-001")]
        told = [sdd(place, *words, name).out for place, name in asked]
        assert [
            f"{root}/specs/002-oil/spec.md" in text
            for text, root in zip(told, ("api", "web", "api", "api", "web", "web"), strict=True)
        ] == [True] * 6


def test_a_feature_of_two_roots_is_shown_inside_its_root(scratch: Scratch) -> None:
    for root in ("api", "web"):
        scratch.write(f"{root}/.specify/sdd.toml", "")
        scratch.write(f"{root}/specs/002-oil/spec.md", CLARIFIED)
    scratch.commit("Two roots")
    for words in (("feature", "show"), ("feature", "status")):
        refused = sdd(scratch.path, *words, "002-oil")
        assert (refused.status, "features: api/specs/002-oil, web/specs/002-oil" in refused.err) == (2, True)
        asked = ((scratch.path / "web", "2"), (scratch.path, "web/specs/002-oil"))
        assert all(sdd(place, *words, name).out.startswith("web/specs/002-oil ") for place, name in asked)


def test_a_listed_path_is_quoted_as_git_quotes_it(scratch: Scratch) -> None:
    path = "history/prompts/general/0001-\udcff.misc.prompt.md"
    scratch.write(path, phr(["a"]))
    (item,) = sdd(scratch.path, "phr", "list", "--json").document["items"]
    assert item["path"] == r'"history/prompts/general/0001-\377.misc.prompt.md"'


def test_the_list_of_old_says_where_it_went(adopted: Adopted) -> None:
    adopted.here.write("history/contracts/general/0009-a.contract.md", contract(["/a"]))
    ran = adopted.sdd("list", "contracts", "--status", "open")
    assert (ran.status, ran.out) == (0, adopted.done("contract", "list", "--status", "open").out)
    assert ran.err == "sdd: `sdd list contracts` is now `sdd contract list`\n"
    for words in (["list"], ["list", "nope"]):
        ran = adopted.sdd(*words)
        assert (ran.status, ran.err.splitlines()[0]) == (2, "sdd: `sdd list` is now `sdd NOUN list`")
