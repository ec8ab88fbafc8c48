"""The part of docs/trust.md that lists families of tricks and their answers, made from the docstrings of the attacks.

python -m tests.attacks.table --write     brings the page up to date
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.generated import Part

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "trust.md"
_PART = Part(PAGE, "<!-- tricks: made by python -m tests.attacks.table --write -->\n", "<!-- end of tricks -->\n")

# From the plainest trick to the oddest; a module that is missing here comes last.
_ORDER = (
    "plain", "exemptions", "chores", "reverts", "refs", "targets", "back_merges", "moves", "roots", "rewritten",
    "silent_records", "silent_specs", "hidden", "unrendered", "unticked", "names", "secrets", "actors", "hook", "ci",
    "input", "stalls", "pushes",
)  # fmt: skip
_PASSES = "Passes"

# What refuses: a rule by its name, or an exit status.
_REFUSAL = re.compile(r"`[a-z]+(?:-[a-z]+)+`|\bExit \d")

# A sentence ends before a blank, and what is quoted as code has no end in it.
_FIRST_SENTENCE = re.compile(r"((?:`[^`]*`|[^`])*?[.?!])\s+(\S.*)")


class Scenario(NamedTuple):
    """One attack: the test that plays it, what is tried, and the answer; both empty where it says neither."""

    test: str
    trick: str = ""
    answer: str = ""


class Subject(NamedTuple):
    """A module of attacks: the paragraphs of its docstring, and its scenarios, those that pass last."""

    title: str
    remark: str
    scenarios: tuple[Scenario, ...]


def subjects(folder: Path = HERE) -> Iterator[Subject]:
    """The modules of a folder in their order, read and not imported. Those without scenarios are left out."""
    for file in sorted(folder.glob("test_*.py"), key=_rank):
        module = ast.parse(file.read_text(encoding="utf-8"))
        functions = (each for each in ast.walk(module) if isinstance(each, ast.FunctionDef))
        scenarios = [_scenario(file, each) for each in functions if each.name.startswith("test_")]
        if scenarios:
            title, _, remark = (ast.get_docstring(module) or _subject(file)).partition("\n\n")
            scenarios.sort(key=lambda each: each.answer.startswith(_PASSES))
            yield Subject(title.rstrip("."), remark.strip(), tuple(scenarios))


def _rank(file: Path) -> tuple[int, str]:
    name = _subject(file)
    return _ORDER.index(name) if name in _ORDER else len(_ORDER), name


def _subject(file: Path) -> str:
    return file.stem.removeprefix("test_")


def _scenario(file: Path, function: ast.FunctionDef) -> Scenario:
    test = f"{file.stem}.{function.name}"
    sentences = _FIRST_SENTENCE.fullmatch(_paragraph(function))
    return Scenario(test, *sentences.groups()) if sentences else Scenario(test)


def _paragraph(node: ast.FunctionDef) -> str:
    """The first paragraph of a docstring on one line."""
    return " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())


def table_text(folder: Path = HERE) -> str:
    """A line a module: what is tried there, the rules and exit statuses that answer it, and how many tests play it."""
    lines = (
        f"- **{subject.title}** ({len(subject.scenarios)}). {_line(subject.remark)} {_answers(subject)}".rstrip() + "\n"
        for subject in subjects(folder)
    )
    return "".join(lines)


def _answers(subject: Subject) -> str:
    """Each rule and exit status that refuses a scenario of the subject, once."""
    refusals = " ".join(each.answer for each in subject.scenarios if not each.answer.startswith(_PASSES))
    answers = ", ".join(dict.fromkeys(_REFUSAL.findall(refusals)))
    return f"Answers: {answers}." if answers else ""


def _line(text: str) -> str:
    """A text on one line: code shows every letter as it is."""
    parts = " ".join(text.split()).split("`")
    parts[::2] = [part.replace("<", "&lt;") for part in parts[::2]]
    return "`".join(parts)


def page_text(page: str) -> str:
    """The whole page, its table as the attacks have it."""
    return _PART.put_into(page, table_text())


if __name__ == "__main__":
    _PART.write(table_text(), __doc__)
