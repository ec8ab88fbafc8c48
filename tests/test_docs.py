"""The documentation: its console blocks print what they say, and every command and rule has its place in it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sdd.base import limits
from sdd.gate.rules import ALL
from sdd.records.kinds import policy
from sdd.render.text.rule_page import rule_book
from sdd.secrets import hidden
from tests import pages
from tests.attacks import table as tricks
from tests.console import BIN_FOLDER, differences
from tests.generated import TOP, Part
from tests.index_page import PAGE, page_text
from tests.scratch import ENVIRONMENT

PAGES = (TOP / "README.md", *sorted((TOP / "docs").rglob("*.md")))
LIMIT_OF_WORDS = 22_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_console_blocks_print_what_they_say(page: Path, tmp_path: Path) -> None:
    told = list(differences(page, tmp_path / "scratch", BIN_FOLDER))
    assert not told, "\n\n".join(told)


def test_what_is_printed_does_not_depend_on_the_readers_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setitem(ENVIRONMENT, f"GIT_{role}_NAME", "Zoe O'Reader")
    assert not [*differences(TOP / "README.md", tmp_path / "scratch", BIN_FOLDER)]


@pytest.mark.parametrize(("part", "text"), pages.TEXTS, ids=["commands", "rules"])
def test_every_command_and_every_rule_is_named_with_its_purpose(part: Part, text: Callable[[], str]) -> None:
    page = part.page.read_text(encoding="utf-8")
    assert page == part.put_into(page, hidden(text())), "bring it up to date: python -m tests.pages --write"
    purposes = re.findall(r"^- `[^`]+`(?: \(\w+\))?: (.*)$", text(), re.MULTILINE)
    assert len(purposes) > 50
    assert all(purposes)


def test_the_rule_book_holds_the_page_of_every_rule() -> None:
    book = rule_book(ALL)
    sections = re.findall(r"^## `([a-z-]+)`\n\nWeight: (\w+)\.", book, re.MULTILINE)
    assert sections == [(rule.name, rule.severity) for rule in ALL]
    assert all(rule.page in book for rule in ALL)


def test_no_page_copies_a_command_s_help() -> None:
    copies = [page.name for page in PAGES if "--help\nUsage:" in page.read_text(encoding="utf-8")]
    assert not copies, "sdd COMMAND --help is the reference"


def test_docs_stay_short() -> None:
    counts = {page.name: len(page.read_text(encoding="utf-8").split()) for page in PAGES if page.parent.name == "docs"}
    assert sum(counts.values()) <= LIMIT_OF_WORDS, counts


def test_the_tables_of_the_index_are_what_it_says_of_itself() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_text(page), "bring it up to date: python -m tests.index_page --write"


def test_the_table_of_tricks_is_what_the_attacks_say() -> None:
    scenarios = [each for subject in tricks.subjects() for each in subject.scenarios]
    silent = [each.test for each in scenarios if not each.answer]
    assert not silent, f"their docstrings lack the trick or the answer, a sentence each: {', '.join(silent)}"
    page = tricks.PAGE.read_text(encoding="utf-8")
    assert page == tricks.page_text(page), "bring it up to date: python -m tests.attacks.table --write"


def test_a_line_of_that_list_is_read_from_docstrings(tmp_path: Path) -> None:
    (tmp_path / "test_b.py").write_text("def test_x() -> None: ...\n")
    (tmp_path / "test_a.py").write_text(
        '"""Names.\n\nOf files.\n"""\n\n@mark\nasync def helper(): ...\n\ndef test_x(ground):\n'
        '    """A file `a. B|c` for\n    <who>. `rule-a`. Exit 3.\n\n    More.\n    """\n'
    )
    assert tricks.table_text(tmp_path) == "- **Names** (1). Of files. Answers: `rule-a`, Exit 3.\n- **b** (1).\n"


def test_every_format_is_documented() -> None:
    from sdd.render.formats import FORMAT_NAMES

    text = (TOP / "docs" / "ci.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [*FORMAT_NAMES]


def test_every_key_of_the_policy_is_documented() -> None:
    text = (TOP / "docs" / "gate.md").read_text(encoding="utf-8")
    template = (TOP / "templates" / "sdd.toml").read_text(encoding="utf-8")
    for table, key in re.findall(r"^\[([\w.]+)\]|^#(\w+) = ", template, re.MULTILINE):
        assert (key or table.removeprefix("gate.")) in text


def test_the_template_of_the_policy_shows_the_defaults() -> None:
    template = (TOP / "templates" / "sdd.toml").read_text(encoding="utf-8")
    examples = r"^#(?:sdd|warn_until|since|engine) = .*\n"
    shown = re.sub(r"^#(?=\w+ = |  |\])", "", re.sub(examples, "", template, flags=re.MULTILINE), flags=re.MULTILINE)
    written, default = policy.parse("sdd.toml", shown.encode(), ""), policy.parse("sdd.toml", b"", "")
    assert not written.problems
    for name in policy.Policy.__annotations__:
        value, usual = getattr(written, name), getattr(default, name)
        assert (sorted(value), value != ()) == (sorted(usual), True) if name == "exempt" else value == usual, name


def anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links: lower case, no punctuation, dashes for blanks."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text(encoding="utf-8"))
    inside = [(page.parent / link if link else page, anchor) for link, anchor in links if "://" not in link]
    missing = [str(target) for target, _ in inside if not target.exists()]
    missing += [f"{target}#{anchor}" for target, anchor in inside if anchor and anchor not in anchors(target)]
    assert not missing


def test_every_limit_of_the_gate_is_documented() -> None:
    page = (TOP / "docs/gate.md").read_text(encoding="utf-8")
    table = page.partition("\n## Limits\n")[2].partition("\n## ")[0]
    told = " ".join(line.split("|")[2] for line in table.splitlines() if line.startswith("| "))
    known = {name: value for name, value in vars(limits).items() if name.isupper()}
    assert len(known) > 10
    for name, value in known.items():
        units = [(1, "")] + [(size, unit) for size, unit in ((2**10, " KiB"), (2**20, " MiB")) if not value % size]
        written = "|".join(f"{value // size:,}{unit}" for size, unit in units)
        assert re.search(rf"(?<![\d,])(?:{written})(?!,?\d)", told), f"{name} is not in the table of docs/gate.md"
