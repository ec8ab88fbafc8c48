"""Words of the report and of the verdict that stand side by side say the same."""

from pathlib import Path

import pytest

from tests.adopted import Adopted, sdd
from tests.lines import Files, Line


@pytest.fixture
def line(tmp_path: Path) -> Line:
    """An adopted repository of its own."""
    return Line(tmp_path / "repo")


def test_a_change_that_has_a_phr_for_some_files_is_not_said_to_have_none(line: Line) -> None:
    line.commit("Some (#1)", {"src/a.py": "A = 1\n", "src/b.py": "B = 1\n", **line.record("src/a.py")})
    line.commit("Policy (#2)", {".specify/sdd.toml": '[gate.require]\nfix = ["phr"]\nfeature = ["phr"]\n'})
    assert sdd(line.here.path, "report").status == 0
    page = (line.here.path / "sdd-report/changes.html").read_text()
    row = page[page.index("Some (#1)") :].partition("</summary>")[0]
    assert "1 file without PHR" in row
    assert "1 PHR, 1 of 2 files" in row
    assert "no PHR" not in row


def test_an_exempt_change_counts_its_files(line: Line) -> None:
    line.commit("Words (#1)", {"docs/a.md": "A.\n", "docs/b.md": "B.\n"})
    assert sdd(line.here.path, "report").status == 0
    page = (line.here.path / "sdd-report/changes.html").read_text()
    row = page[page.index("Words (#1)") :].partition("</summary>")[0]
    assert "exempt" in row
    assert "<span>2 files</span>" in row
    adopting = page[page.index("Adopt sdd") :].partition("</summary>")[0]
    assert "<span>records only</span>" in adopting


def test_a_commit_is_named_once(adopted: Adopted) -> None:
    adopted.land_change({"NOTES.md": "Words.\n"}, "Words")
    head, base = (adopted.here.git("rev-parse", revision)[:7] for revision in ("HEAD", "HEAD~1"))
    out = adopted.done("gate", "--base", base, "--head", head).out
    assert f"sdd: pass: {head} against {base}: " in out


def test_the_page_of_a_phr_shows_all_its_sections(line: Line) -> None:
    (name, text), *_ = line.record("src/a.py").items()
    text = str(text).partition("---\n\n")[0] + (
        "---\n\n# Round it\n\n## Prompt\n\nRound it.\n\n## Response snapshot\n\nIt rounds.\n\n"
        "## Outcome\n\n- Impact: half up.\n"
        "- Not attributed: `src/b.py`\n\n## Evaluation notes\n\n- Next experiment: cents.\n"
    )
    line.commit("Some (#1)", {"src/a.py": "A = 1\n", name: text})
    assert sdd(line.here.path, "report").status == 0
    (page,) = (
        path.read_text() for path in (line.here.path / "sdd-report/phr").iterdir() if "It rounds." in path.read_text()
    )
    told = page.partition("Other sections</h2>")[2].partition("</section>")[0]
    assert [told.count(f"<h3>{title}</h3>") for title in ("Outcome", "Evaluation notes", "Prompt")] == [1, 1, 0]
    assert all(said in told for said in ("Impact: half up.", "<code>src/b.py</code>", "Next experiment: cents."))
    assert "Round it" not in told


def titled(title: str, record: Files) -> dict[str, str]:
    """A record with a title of its own."""
    return {path: str(text).replace("title: Rounding", f"title: {title}") for path, text in record.items()}


def row_of(line: Line, title: str) -> str:
    """The row of a change, opened."""
    assert sdd(line.here.path, "report").status == 0
    page = (line.here.path / "sdd-report/changes.html").read_text()
    return page[page.index(title) :].partition('<li class="')[0]


def test_the_row_of_an_exempt_change_shows_the_record_that_came_with_it(line: Line) -> None:
    told = titled("Say what a is", line.record("docs/a.md"))
    line.commit("Words (#1)", {"docs/a.md": "A.\n", **told})
    line.commit("Other words (#2)", {"docs/b.md": "B.\n"})
    assert "Say what a is" in row_of(line, "Words (#1)")
    assert "Say what a is" not in row_of(line, "Other words (#2)")


def test_the_row_of_a_change_shows_a_record_that_got_another_number(line: Line) -> None:
    told = titled("Round a", line.record("src/a.py"))
    line.commit("Some (#1)", {"src/a.py": "A = 1\n", **told})
    (path,) = told
    line.here.git("mv", path, path.replace("0001-", "0007-"))
    line.here.write(path.replace("0001-", "0007-"), told[path].replace('"0001"', '"0007"'))
    line.commit("Renumber (#2)")
    assert "Round a" in row_of(line, "Some (#1)")
    assert "Round a" not in row_of(line, "Renumber (#2)")
