"""What a report counts, and the formats that programs read: JSON by its schema, CSV by csv, Markdown by markdown-it."""

import csv
import io
import json
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sdd.answers.audit.audited import AuditedChange, Judged
from sdd.answers.audit.counting import Proportion, RecordState, shares, shares_by, states_of
from sdd.answers.audit.stored import LandingFacts
from sdd.answers.audit.titles import kind_in_title
from sdd.gate.check.verdict import JudgedChange
from sdd.gate.cover import CoveredFile, Need
from sdd.gate.landings import Landing
from sdd.render.documents.report import TABLES, report_document
from sdd.render.headline import headline, trend_words
from sdd.render.text.report_csv import table_csv
from sdd.render.text.report_markdown import report_markdown
from sdd.repo.changes import PathChange
from sdd.repo.line import LineCommit
from sdd.report.changes import ReportedChange, shares_over_time
from sdd.report.files import files_of
from sdd.report.forge import FORGES, forge_of
from sdd.report.gaps import gaps_of
from sdd.report.period import Period, buckets
from sdd.report.reading import Report
from tests.adopted import PROMISE, Adopted, phr, sdd
from tests.payloads import PAYLOADS
from tests.program import hold_to_schema
from tests.scratch import Scratch
from tests.sites import EVER, good_project, hostile_repository, report_of, some_changes, subject


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return good_project(tmp_path_factory.mktemp("good") / "repo")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Report:
    scratch = hostile_repository(tmp_path_factory.mktemp("hostile") / "repo")
    return report_of(scratch.path, subject(authors=True), hostile_changes())


def hostile_changes() -> list[ReportedChange]:
    """A change for each payload, which stands in its title, its feature and its author."""
    changes = some_changes(len(PAYLOADS))
    return [
        change._replace(title=payload.text, features=(payload.text,), authors=(payload.text,))
        for change, payload in zip(changes, PAYLOADS, strict=True)
    ]


def test_the_errors_of_a_change_are_listed_in_linear_time(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[int] = []
    errors = vars(JudgedChange)["errors"].__get__

    def counted(change: JudgedChange) -> object:
        listed.append(len(change.findings))
        return errors(change)

    adopted.land_change({f"src/f{number}.py": "1\n" for number in range(60)})
    with monkeypatch.context() as patched:
        patched.setattr(JudgedChange, "errors", property(counted))
        sdd(adopted.here.path, "report", "--format", "json")
    assert max(listed) >= 60 > len(listed)


# -- shares --------------------------------------------------------------------------------------------------


def change(day: str, *lacks: str, kind: str = "feature", features: tuple[str, ...] = ("001-vat",)) -> ReportedChange:
    asked = {"feature": ("spec", "contract", "phr"), "fix": ("contract", "phr"), "chore": ("phr",)}[kind]
    needs = frozenset(map(Need, asked)), frozenset(map(Need, lacks))
    return ReportedChange("a" * 40, day, "Title", features, kind, not lacks, *needs, 1)


def test_a_share_is_of_the_changes_that_needed_it() -> None:
    found = shares([change("2026-01-01"), change("2026-01-02", "spec"), change("2026-01-03", "phr", kind="fix")])
    assert (found.spec, found.contract, found.phr) == (Proportion(1, 2), Proportion(3, 3), Proportion(2, 3))
    assert found.passed == Proportion(1, 3)
    assert shares([change("2026-01-01", kind="chore")]).spec.percent is None


def test_a_hundred_percent_is_only_what_lacks_nothing() -> None:
    assert Proportion(999, 1000).percent == 99
    assert Proportion(1000, 1000).percent == 100
    assert [Proportion(had, 1000).percent for had in (0, 1, 500, 666, 667)] == [0, 1, 50, 67, 67]


def test_a_change_for_two_features_counts_in_both() -> None:
    changes = [change("2026-01-01", features=("001-a", "002-b")), change("2026-01-01", "phr")]
    found = shares_by(changes, lambda change: change.features)
    assert {one.name: one.changes for one in found} == {"001-vat": 1, "001-a": 1, "002-b": 1}
    assert found[0].name == "001-vat"


def test_what_needed_no_record_is_in_no_share_of_records() -> None:
    nothing = change("2026-01-01")._replace(asked=frozenset(), missed=frozenset())
    broken = nothing._replace(passed=False, rules=("phr-empty",))
    found = shares([change("2026-01-02", "phr"), change("2026-01-02"), nothing, nothing, broken])
    assert (found.changes, found.complete, found.phr) == (5, Proportion(1, 2), Proportion(1, 2))
    assert found.passed == Proportion(3, 5)


def test_what_is_waived_is_in_no_share_at_all() -> None:
    waived = change("2026-01-01")._replace(excused=frozenset({Need.PHR}))
    found = shares([waived, change("2026-01-02", "phr")])
    assert (found.changes, found.waived, found.passed, found.complete) == (2, 1, Proportion(0, 1), Proportion(0, 1))
    assert (found.contract, found.phr) == (Proportion(1, 1), Proportion(0, 1))
    # Where the change lacks something else, what a waiver lets pass was neither there nor missing.
    failing = change("2026-01-01", "spec")._replace(excused=frozenset({Need.PHR}))
    assert (failing.state, failing.had) == (RecordState.PARTIAL, frozenset({Need.CONTRACT}))
    assert (shares([failing]).phr, shares([failing]).spec) == (Proportion(0, 0), Proportion(0, 1))


def test_a_change_has_all_some_or_none_of_its_records_or_is_exempt() -> None:
    nothing = change("2026-01-01")._replace(asked=frozenset(), missed=frozenset())
    told = {
        RecordState.COMPLETE: change("2026-01-01"),
        RecordState.PARTIAL: change("2026-01-01", "spec"),
        RecordState.MISSING: change("2026-01-01", "contract", "phr", kind="fix"),
        RecordState.BROKEN: nothing._replace(passed=False, rules=("root-changed",)),
        RecordState.WAIVED: change("2026-01-01")._replace(excused=frozenset({Need.PHR})),
        RecordState.EXEMPT: nothing,
    }
    assert {one.state: one for one in told.values()} == told
    # Another file of it has its PHR; a rule is broken though nothing is missing; a rule that is off lets it pass.
    assert told[RecordState.MISSING]._replace(named=1).state == RecordState.PARTIAL
    broken = change("2026-01-01")._replace(passed=False, rules=("phr-empty",))
    assert broken.state == RecordState.BROKEN
    assert shares([broken, change("2026-01-02")])[3:] == (Proportion(1, 2), *[Proportion(1, 1)] * 4)
    assert told[RecordState.PARTIAL]._replace(passed=True).state == RecordState.PARTIAL
    assert states_of([*told.values(), nothing]) == {**dict.fromkeys(RecordState, 1), RecordState.EXEMPT: 2}


@pytest.mark.parametrize(
    ("had", "needed", "words"),
    [
        (9, 21, "9 of 21 changes that needed records had all of them"),
        (0, 2, "None of 2 changes that needed records had all of them"),
        (0, 1, "None of 1 change that needed records had all of them"),
        (3, 3, "All 3 changes that needed records had them"),
        (1, 1, "The change that needed records had them"),
        (0, 0, "1 change landed, and none needed a record"),
    ],
)
def test_the_first_sentence_answers(had: int, needed: int, words: str) -> None:
    landed = [change("2026-01-01")] * had + [change("2026-01-01", "phr")] * (needed - had)
    exempt = change("2026-01-01")._replace(asked=frozenset())
    assert headline(shares([*landed, exempt]), Period()) == words
    assert headline(shares([]), Period()) == "No change has been judged yet"
    assert headline(shares([]), Period("2026-02-01")) == "Nothing has landed since 2026-02-01"


def test_the_first_sentence_begins_with_what_failed_alone() -> None:
    exempt = change("2026-01-01")._replace(asked=frozenset())
    assert headline(shares([exempt]), Period(), 6) == (
        "6 changes failed alone, perhaps as parts of what passed; besides, 1 change landed, and none needed a record"
    )
    assert headline(shares([change("2026-01-01")]), Period(), 1) == (
        "1 change failed alone, perhaps as a part of what passed; besides, the change that needed records had them"
    )
    assert headline(shares([]), Period(), 1) == "1 change failed alone, perhaps as a part of what passed"


def test_a_chore_that_needs_nothing_is_none_that_needs_a_phr_only(good: Scratch) -> None:
    chore = change("2026-01-01", kind="chore")
    changes = [chore, chore._replace(asked=frozenset())]
    assert report_of(good.path, subject(), changes).overview.chores == 1


def test_the_trend_compares_the_last_changes_with_those_before(good: Scratch) -> None:
    before = [change(f"2026-{month:02d}-01", "phr") for month in (1, 2, 2, 3)]
    now = [change("2026-05-02")] * 9 + [change("2026-05-03", "phr")]

    def told(changes: list[ReportedChange], period: Period = EVER) -> str:
        return trend_words(report_of(good.path, subject(period=period), changes).overview)

    assert told([*before, *now]) == "Since 27 Apr 2026: 9 of 10, up from 0 of 4"
    assert (told(now[:9]), told(before[:1])) == ("", "")
    # A period is compared with as many days before it.
    march = Period("2026-03-01", "2026-03-31")
    assert told([*before, change("2026-03-02")], march) == "As many days before: 0 of 2; up from 0 % to 50 %"
    assert told(now, Period("2026-05-01")) == ""
    assert told(now, Period(until="2026-06-30")) == told(now)


def test_what_moved_together_is_one_row() -> None:
    moves = [(f"src/old/{name}.py", f"src/new/{name}.py") for name in "ab"]
    moves += [("lib/a/x.py", "lib/b/x.py"), ("top.py", "lib/top.py"), ("one.py", "two.py")]
    files = [
        *(
            file_of(path, status, lacks)
            for pair in moves
            for path, status, lacks in zip(pair, "DA", ("", "phr"), strict=True)
        ),
        file_of("src/other.py", "M", ""),
        file_of("README.md", "M", "", "Markdown"),
    ]
    landing = Landing((LineCommit("a" * 40, (), "2026-01-01", 0, 0, "", "", "Move", "", cut=False),))
    verdict = JudgedChange("", "", None, "a" * 40, "", files=tuple(files))
    rows = files_of(
        AuditedChange(landing, lambda: Judged((verdict,)), governed=True, about=LandingFacts(moves=tuple(moves)))
    )
    told = [(row.moved_from, row.path, row.status, row.many, row.lacks) for row in rows]
    assert told == [
        ("lib/a/x.py", "lib/b/x.py", "R", 1, (Need.PHR,)),
        ("top.py", "lib/top.py", "R", 1, (Need.PHR,)),
        ("src/old/", "src/new/", "R", 2, (Need.PHR,)),
        ("one.py", "two.py", "R", 1, (Need.PHR,)),
        ("", "src/other.py", "M", 1, ()),
        ("", "README.md", "M", 1, ()),
    ]


def file_of(path: str, status: str, lacks: str, exempt: str | None = None) -> CoveredFile:
    return CoveredFile(
        PathChange(path, status, None, None, None), "", exempt, lacks=tuple(map(Need, filter(None, [lacks])))
    )


def test_the_row_of_a_change_opens_to_all_that_landed(adopted: Adopted) -> None:
    adopted.land_change({f"src/old/{name}.py": f"NAME = '{name}'\n" for name in "abc"}, "Add three")
    adopted.here.git("mv", "src/old", "src/new")
    adopted.here.commit("Move them", {"src/d.py": "D = 1\n"})
    adopted.land("main")
    adopted.done("report")
    page = (adopted.here.path / "sdd-report" / "changes.html").read_text()
    row = page[page.index('<li class="missing"') :].partition("</details>")[0]
    summary = re.sub(r"<[^>]+>", "", row[row.index("<summary>") : row.index("</summary>")])
    assert summary.startswith("Move them no records")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", row))
    assert "R src/old/ -> src/new/ 3 files lacks spec, contract and PHR" in text
    assert "A src/d.py lacks spec, contract and PHR" in text
    assert "sdd phr new" in text
    assert adopted.here.git("rev-parse", "HEAD")[:10] in text


def test_prompts_and_changes_are_filtered_by_surface_and_model(adopted: Adopted) -> None:
    told = {"a": {"surface": "agent", "model": "large"}, "b": {"surface": "agent", "model": "small"}, "c": {}}
    for name, fields in told.items():
        path = f"src/{name}.py"
        record = phr([path], kind="fix", embedded=PROMISE, **fields)
        adopted.here.commit(name, {path: "A = 1\n", f"history/prompts/general/0001-{name}.green.prompt.md": record})
    adopted.land("main")
    adopted.done("report")
    site = adopted.here.path / "sdd-report"
    for page in ("changes", "phrs", "search"):
        offered = re.findall(r'<option value="(agent|large|small)">', (site / f"{page}.html").read_text())
        assert {*offered} == {"agent", "large", "small"}, page
    facets = json.loads((site / "search" / "facets.js").read_text().partition(",")[2].rstrip(");\n"))
    assert ([*facets["surface"]], sorted(facets["model"])) == (["agent"], ["large", "small"])
    changes = csv.DictReader(io.StringIO(adopted.done("report", "--format", "csv", "--table", "changes").out))
    assert {(row["surface"], row["model"]) for row in changes} >= {("", ""), ("agent", "small"), ("agent", "large")}
    prompts = csv.DictReader(io.StringIO(adopted.done("report", "--format", "csv", "--table", "phrs").out))
    assert {row["surface"] for row in prompts} == {"agent", ""}


def test_the_table_over_time_adds_up_and_shows_where_something_landed(good: Scratch) -> None:
    days = [f"202{year}-{month:02d}-01" for year in (1, 6) for month in range(1, 7)]
    report = report_of(good.path, subject(), [change(day) for day in days])
    table = report_markdown(report).split("| all records |", 1)[1].split("\n</details>")[0]
    rows = [[cell.strip(" `") for cell in row.split("|")[1:3]] for row in table.splitlines()[2:]]
    numbers = {name: int(number) for name, number in rows}
    assert numbers.pop("all") == sum(numbers.values()) == len(days)
    assert all(numbers.values())
    assert next(iter(numbers)) == "earlier" or len(numbers) <= 4


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("fix: the sum", "fix"),
        ("Fix(api)!: the sum", "fix"),
        ("feat(spec/012, PR-A): rounding", "feature"),
        ("docs: read me", "chore"),
        ("perf: faster", "refactor"),
        ("🐛 fix: the sum", "fix"),
        ("[fix]: the sum", "fix"),
        ('Revert "feat: rounding"', "revert"),
        ("revert: rounding", "revert"),
        ("Fix the sum", "fix"),
        ("Fixed", None),
        ("Fixture for sums", None),
        ("Refactor sums", "refactor"),
        ("prefix: x", None),
        ("Merge pull request #1 from x/fix: y", None),
        ("fix:", None),
        ("", None),
    ],
)
def test_the_kind_that_a_title_states(title: str, kind: str | None) -> None:
    assert kind_in_title(title) == kind


def test_the_kind_of_a_change_is_its_records_or_its_words_or_not_stated(adopted: Adopted) -> None:
    adopted.land_change({"src/a.py": "A = 1\n"}, "fix: the sum")
    adopted.land_change({"src/b.py": "B = 1\n"}, "Loose")
    adopted.branch()
    adopted.write({"src/c.py": "C = 1\n", "src/d.py": "D = 1\n", "src/e.py": "E = 1\n"})
    terms = ("--success", "It is rounded.", "--check", "true")
    adopted.done(
        "phr", "new", "Round", "--kind", "refactor", *terms, "--file", "src/c.py", "--file", "src/d.py", "--commit"
    )
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "feat: more", "work")
    adopted.land("main")
    report = json.loads(adopted.done("report", "--format", "json").out)
    changes = {change["title"]: change for change in report["changes"]}
    kinds = [changes[title]["kind"] for title in ("feat: more", "fix: the sum", "Loose", "Adopt sdd")]
    assert kinds == ["refactor", "fix", None, None]
    assert (changes["feat: more"]["phrs"], changes["feat: more"]["named"], changes["feat: more"]["files"]) == (1, 2, 3)
    assert any("(1 PHR, 2 of 3 files)" in gap["what"] for gap in report["gaps"])
    assert "feat: more: 1 file, 1 line, 1 PHR, 2 of 3 files" in adopted.done("audit").out


def test_changes_count_from_the_landing_of_the_policy(scratch: Scratch) -> None:
    """A constitution of spec-kit's came long before."""
    scratch.commit("Constitution", {".specify/memory/constitution.md": "# C\n"})
    for number in range(3):
        scratch.commit(f"Work {number}", {"a.py": f"A = {number}\n"})
    sdd(scratch.path, "init", "--no-hooks")
    scratch.commit("Adopt sdd")
    scratch.commit("Work 4", {"a.py": "A = 4\n"})
    report = json.loads(sdd(scratch.path, "report", "--format", "json").out)
    assert [change["title"] for change in report["changes"]] == ["Work 4", "Adopt sdd"]
    assert report["before_sdd"] == 4
    assert "4 changes landed before sdd." in sdd(scratch.path, "report", "--format", "markdown").out
    scratch.commit("Count all", {".specify/sdd.toml": "[gate]\nsince = 2006-01-01\n"})
    report = json.loads(sdd(scratch.path, "report", "--format", "json").out)
    assert (report["before_sdd"], len(report["changes"])) == (0, 7)


def test_time_is_cut_into_few_enough_pieces() -> None:
    year = [change(f"2026-{month:02d}-01") for month in range(1, 13)]
    series = shares_over_time(year, "2026-12-31")
    assert (series.unit, len(series.pieces)) == ("month", 12)
    assert [piece.shares.changes for piece in series.pieces] == [1] * 12
    assert shares_over_time(year[:1], "2026-12-31").unit == "day"


@given(st.lists(st.dates().map(str), max_size=30), st.dates(min_value=date(2005, 1, 1)).map(str))
def test_every_day_has_its_piece_of_time(days: list[str], today: str) -> None:
    cut = buckets(days, today)
    assert len(cut.pieces) <= 24
    assert [piece.start for piece in cut.pieces] == sorted({piece.start for piece in cut.pieces})
    for day in days:
        assert 0 <= cut.place(day) < len(cut.pieces)


def test_a_period_holds_its_first_and_its_last_day() -> None:
    period = Period("2026-01-02", "2026-01-03")
    assert [period.holds(f"2026-01-0{day}") for day in (1, 2, 3, 4)] == [False, True, True, False]
    assert not period.holds(None)
    assert Period().holds(None)


def test_the_overview_says_what_is_open_and_where_most_is_missing(good: Scratch) -> None:
    report = report_of(good.path, subject(period=Period("2026-03-01", "")), some_changes())
    view = report.overview
    assert [item.text for item in view.questions] == ["in which form?"]
    assert [item.text for item in view.follow_ups] == ["Round other currencies."]
    assert view.questions[0].days == 121  # from the commit's day to TODAY
    # What has ended is history: nothing to do, and nothing open.
    assert not view.waivers
    assert (view.past_waivers[0].left, view.past_waivers[0].days) == (-60, 121)
    assert not any("waiver" in gap.what for gap in gaps_of(report, ()))
    assert len(view.gaps) == 10
    assert view.all_gaps > 10
    assert all(gap.weight >= other.weight for gap, other in zip(view.gaps, view.gaps[1:], strict=False))
    assert all(gap.argv or gap.by_hand for gap in view.gaps)
    assert {change.day >= "2026-03-01" for change in report.changes} == {True, False}
    assert view.total.changes == sum(one.day >= "2026-03-01" for one in report.changes)


def test_a_trail_leads_from_the_requirement_to_the_files(good: Scratch) -> None:
    trail = next(report_of(good.path, subject()).trails)
    assert trail.row.id == "FR-001"
    contract = "history/contracts/001-vat/0003-rounding.contract.md"
    phr = "history/prompts/001-vat/0002-rounding.green.prompt.md"
    commit = good.git("log", "--format=%H", "-1", "--diff-filter=A", "--", phr)
    assert trail.edges == (
        (("requirement", "FR-001"), ("story", "US1")),
        (("story", "US1"), ("task", "T001")),
        (("requirement", "FR-001"), ("contract", "history/contracts/001-vat/0002-reverse-charge.contract.md")),
        (("task", "T001"), ("contract", contract)),
        (("contract", contract), ("phr", phr)),
        (("phr", phr), ("commit", commit)),
        (("commit", commit), ("file", "src/round.py")),
        (("commit", commit), ("file", "specs/001-vat/")),
    )
    assert all(trail.layers.values())


# -- forges --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "address", "kind"),
    [
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop", "github"),
        ("https://ada:secret@github.com/acme/shop", "https://github.com/acme/shop", "github"),
        ("ssh://git@gitlab.acme.example:2222/a/b/shop.git", "https://gitlab.acme.example/a/b/shop", "gitlab"),
        ("http://gitea.acme.example:3000/acme/shop", "http://gitea.acme.example:3000/acme/shop", "gitea"),
        ("https://codeberg.org/acme/shop/", "https://codeberg.org/acme/shop", "gitea"),
        ("bitbucket.org:acme/shop", "https://bitbucket.org/acme/shop", "bitbucket"),
    ],
)
def test_a_remote_leads_to_its_forge(url: str, address: str, kind: str) -> None:
    forge = forge_of(url)
    assert forge
    assert (forge.address, forge.kind) == (address, kind)


@pytest.mark.parametrize(
    "url",
    [
        "", "../shop.git", "/srv/github/shop.git", "file:///srv/github/shop", "C:\\github\\shop", "C:/github/shop",
        "javascript:alert(1)//github.com/a/b", "https://git.acme.example/acme/shop", "https://github.com/../..",
        "https://github.com\"onclick=x/a/b", "https://[github/a/b", "ext::sh -c github a/b",
    ],
)  # fmt: skip
def test_what_is_no_forge_leads_nowhere(url: str) -> None:
    assert forge_of(url) is None


def test_a_host_whose_name_does_not_tell_is_named_by_its_owner() -> None:
    forge = forge_of("git@git.acme.example:acme/shop.git", "gitlab")
    assert forge
    assert forge.commit("abc") == "https://git.acme.example/acme/shop/-/commit/abc"
    assert forge.file("abc", "a b/#c", 7) == "https://git.acme.example/acme/shop/-/blob/abc/a%20b/%23c#L7"


@given(st.text(), st.sampled_from(["", *FORGES]))
def test_an_address_is_always_one_of_the_web(url: str, kind: str) -> None:
    forge = forge_of(url, kind)
    if forge:
        assert re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d+)?/[A-Za-z0-9._~%/-]+", forge.address)


# -- formats -------------------------------------------------------------------------------------------------


def validated(report: Report) -> dict[str, object]:
    document = json.loads(json.dumps(report_document(report)))
    hold_to_schema(document)
    assert isinstance(document, dict)
    return document


def test_the_json_is_as_its_schema_says(good: Scratch, hostile: Report) -> None:
    for about in (subject(), subject(authors=True, period=Period("2026-02-01", "2026-04-30"))):
        document = validated(report_of(good.path, about, some_changes()))
        assert ("by_author" in document) == about.authors
    validated(hostile)


def test_the_tables_are_read_back_as_they_were_written(good: Scratch, hostile: Report) -> None:
    for report in (report_of(good.path, subject(), some_changes()), hostile):
        counts = {"requirements": report.requirements, "phrs": report.phrs, "changes": report.changes}
        for name in TABLES:
            rows = list(csv.reader(io.StringIO(table_csv(report, name)), strict=True))
            assert len(rows) == 1 + len(counts[name])
            assert {len(row) for row in rows} == {len(rows[0])}


def test_no_cell_is_worked_out_by_a_spreadsheet(hostile: Report) -> None:
    for name in TABLES:
        for row in csv.reader(io.StringIO(table_csv(hostile, name))):
            for cell in row:
                assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r", "|", "%")), cell
                assert cell.isprintable(), cell


def test_the_markdown_is_short_and_holds_nothing_but_words(good: Scratch, hostile: Report) -> None:
    for report in (report_of(good.path, subject(authors=True), some_changes()), hostile):
        told = report_markdown(report)
        assert len(told.splitlines()) <= 40
        page = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(told)
        tags = set(re.findall(r"<(/?\w+)", page))
        allowed = {
            "h3",
            "p",
            "code",
            "strong",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "ul",
            "ol",
            "li",
            "details",
            "summary",
        }
        assert {tag.lstrip("/") for tag in tags} <= allowed
        assert page.count("<details>") == page.count("</details>") >= 3


def test_nobody_is_named_unless_somebody_asks(good: Scratch) -> None:
    report = report_of(good.path, subject(), some_changes())
    tables = [table_csv(report, name) for name in TABLES]
    told = [json.dumps(report_document(report)), report_markdown(report), *tables]
    assert not any(re.search(r"\bBo\b", text) for text in told)
    named = report_of(good.path, subject(authors=True), some_changes())
    assert '"author": "Bo"' in json.dumps(report_document(named))


# -- the command ---------------------------------------------------------------------------------------------


def test_the_command_counts_what_the_audit_counts(adopted: Adopted) -> None:
    adopted.land_change({"src/loose.py": "LOOSE = 1\n"}, "No records at all")
    report = json.loads(adopted.done("report", "--format", "json").out)
    audit = adopted.done("audit", "--json").document
    assert report["shares"]["changes"] == len(report["changes"]) > 1
    shares = report["shares"]
    # The adoption itself needed no record, and is in no share of them.
    assert shares["changes"] - shares["complete"]["needed"] == 1
    assert shares["passed"]["had"] == audit["passed"]
    first = report["changes"][0]
    assert (first["title"], first["lacks"], first["passed"]) == (
        "No records at all",
        ["spec", "contract", "phr"],
        False,
    )
    assert report["gaps"][0]["commit"] == first["commit"]
    filled = {"TITLE": "No records", "ONE SENTENCE": "It is loose.", "COMMAND": "test -s src/loose.py"}
    adopted.done(*[filled.get(word, word) for word in report["gaps"][0]["argv"][1:]])
    adopted.land("main")
    answered = json.loads(adopted.done("report", "--format", "json").out)
    assert answered["shares"]["complete"]["had"] == report["shares"]["complete"]["had"] + 1
    assert not any(gap["commit"] for gap in answered["gaps"])
    fired = {rule["name"]: rule["fired"] for rule in report["rules"]}
    assert fired["change-no-phr"] == 1


def test_what_was_recorded_last_comes_first(adopted: Adopted) -> None:
    for name in ("Zeta", "Alpha", "Mu"):
        adopted.branch(name.lower())
        adopted.write({f"src/{name.lower()}.py": "X = 1\n"})
        adopted.done(
            "phr", "new", f"Write {name}", "--kind", "fix", "--success", "It is written.", "--check", "true", "--commit"
        )
        adopted.here.git("switch", "-q", "main")
        adopted.here.git("merge", "-q", "--no-ff", "-m", name, name.lower())
        adopted.land("main")
    report = json.loads(adopted.done("report", "--format", "json").out)
    days = [phr["date"] for phr in report["phrs"]]
    assert days == sorted(days, reverse=True)
    assert [phr["title"] for phr in report["phrs"] if phr["date"] == days[0]][:3] == [
        "Write Mu",
        "Write Alpha",
        "Write Zeta",
    ]


def test_uncommitted_records_are_in_no_report(adopted: Adopted) -> None:
    before = json.loads(adopted.done("report", "--format", "json").out)
    adopted.here.write("history/prompts/general/0009-x.green.prompt.md", "---\nid: 9\n---\n\n## Prompt\n\nx\n")
    assert json.loads(adopted.done("report", "--format", "json").out) == before


def test_csv_goes_into_a_folder_or_is_one_table(adopted: Adopted) -> None:
    assert adopted.sdd("report", "--format", "csv").status == 2
    adopted.done("report", "--format", "csv", "-o", "tables")
    folder = adopted.here.path / "tables"
    assert sorted(path.name for path in folder.iterdir()) == ["changes.csv", "phrs.csv", "requirements.csv"]
    alone = adopted.done("report", "--format", "csv", "--table", "phrs").out
    assert alone.encode() == (folder / "phrs.csv").read_bytes()
    assert adopted.sdd("report", "--table", "phrs").status == 2
    assert adopted.sdd("report", "--since", "2026-02-01", "--until", "2026-01-01").status == 2


def test_a_report_before_the_first_commit_says_that_there_is_nothing(scratch: Scratch) -> None:
    document = json.loads(sdd(scratch.path, "report", "--format", "json").out)
    assert (document["commit"], document["changes"], document["shares"]["passed"]["share"]) == (None, [], None)
    assert sdd(scratch.path, "report").status == 0
