"""The part of docs/trust.md that lists every trick and its answer, made from the docstrings of the attacks.

python -m tests.attacks.table --write     brings the page up to date
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "trust.md"
START, END = "<!-- tricks: made by python -m tests.attacks.table --write -->\n", "<!-- end of tricks -->\n"

# A sentence ends before a blank, and what is quoted as code has no end in it.
_FIRST_SENTENCE = re.compile(r"((?:`[^`]*`|[^`])*?[.?!])\s+(\S.*)")


class Scenario(NamedTuple):
    """One attack: the test that plays it, what is tried, and the answer; both empty where it says neither."""

    test: str
    trick: str = ""
    answer: str = ""


class Subject(NamedTuple):
    """A module of attacks: its first line, and its scenarios in order."""

    title: str
    scenarios: tuple[Scenario, ...]


def subjects(folder: Path = HERE) -> Iterator[Subject]:
    """The modules of a folder by name, read and not imported. Those without scenarios are left out."""
    for file in sorted(folder.glob("test_*.py")):
        module = ast.parse(file.read_text(encoding="utf-8"))
        functions = (each for each in ast.walk(module) if isinstance(each, ast.FunctionDef))
        scenarios = tuple(_scenario(file, each) for each in functions if each.name.startswith("test_"))
        if scenarios:
            yield Subject(_paragraph(module) or file.stem.removeprefix("test_"), scenarios)


def _scenario(file: Path, function: ast.FunctionDef) -> Scenario:
    test = f"{file.stem}.{function.name}"
    sentences = _FIRST_SENTENCE.fullmatch(_paragraph(function))
    return Scenario(test, *sentences.groups()) if sentences else Scenario(test)


def _paragraph(node: ast.FunctionDef | ast.Module) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())


def table_text(folder: Path = HERE) -> str:
    """A section a module, a row a scenario."""
    sections = []
    for title, scenarios in subjects(folder):
        rows = [f"| {_cell(each.trick or each.test)} | {_cell(each.answer)} |" for each in scenarios]
        sections.append(
            "\n".join([f"### {title.rstrip('.')}", "", "| what is tried | answer |", "|---|---|", *rows, ""])
        )
    return "\n".join(sections)


def _cell(text: str) -> str:
    """A text in a table: code shows every letter as it is, and a bar would end the cell."""
    parts = text.rstrip(".").split("`")
    parts[::2] = [part.replace("<", "&lt;") for part in parts[::2]]
    return "`".join(parts).replace("|", "\\|")


def page_text(page: str) -> str:
    """The whole page, its table as the attacks have it."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table_text()}\n{END}{after}"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    PAGE.write_text(page_text(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
