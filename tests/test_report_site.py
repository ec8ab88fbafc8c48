"""The site as files: what stands in a folder, what is replaced, and what Markdown out of a record becomes."""

import hashlib
import json
import re
import shutil
from base64 import b64encode
from collections.abc import Iterable
from itertools import accumulate, islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdd.render.html import folder as folders
from sdd.render.html import markdown
from sdd.render.html.environment import Rendered
from sdd.render.html.places import BYTES, Names, pages
from sdd.render.html.search import steps
from sdd.render.html.words import visible
from sdd.secrets import redaction
from tests.adopted import SPEC, Adopted
from tests.counting import counted
from tests.examples import examples
from tests.good import TARGET
from tests.secret_texts import checked
from tests.sites import good_project, site_of, some_changes, subject


def files_of(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    return site_of(good_project(folder / "repo").path, folder / "site", subject(), some_changes())


# -- the folder ----------------------------------------------------------------------------------------------


def test_a_report_is_written_and_a_former_one_replaced(adopted: Adopted) -> None:
    adopted.done("report")
    folder = adopted.here.path / "sdd-report"
    (folder / "left-over.html").write_text("old")
    first = files_of(folder)
    adopted.done("report")
    again = files_of(folder)
    assert set(first) - set(again) == {"left-over.html"}
    assert {"index.html", "assets/site.css", folders.MARK} <= set(again)
    assert not list(adopted.here.path.glob(".sdd-report*"))


@pytest.mark.parametrize("stands", ["folder", "file", "link"])
def test_what_is_no_report_is_left_alone(adopted: Adopted, stands: str) -> None:
    place = adopted.here.path / "public"
    if stands == "folder":
        place.mkdir()
        (place / "index.html").write_text("mine")
    elif stands == "file":
        place.write_text("mine")
    else:
        (adopted.here.path / "elsewhere").mkdir()
        place.symlink_to("elsewhere")
    ran = adopted.sdd("report", "-o", "public")
    assert ran.status == 3
    assert "public" in ran.err
    assert stands == "link" or "mine" in (place / "index.html" if stands == "folder" else place).read_text()


def test_an_empty_folder_is_filled(adopted: Adopted) -> None:
    (adopted.here.path / "public").mkdir()
    adopted.done("report", "-o", "public")
    assert (adopted.here.path / "public" / "index.html").is_file()


def test_a_report_that_fails_half_way_leaves_the_former_one(adopted: Adopted, monkeypatch: pytest.MonkeyPatch) -> None:
    adopted.done("report")
    before = files_of(adopted.here.path / "sdd-report")
    real = folders._write_all

    def full(folder: Path, rendered: Iterable[Rendered]) -> int:
        real(folder, islice(rendered, 5))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_write_all", full)
    ran = adopted.sdd("report")
    assert ran.status == 3
    assert "No space left" in ran.err
    assert "without the index" not in ran.err
    assert files_of(adopted.here.path / "sdd-report") == before
    assert not list(adopted.here.path.glob(".sdd-report*"))


def test_the_same_commit_gives_the_same_site_wherever_it_lies(adopted: Adopted, tmp_path: Path) -> None:
    adopted.done("report", "-o", "one")
    shutil.copytree(adopted.here.path, tmp_path / "another place", symlinks=True)
    moved = tmp_path / "another place"
    shutil.rmtree(moved / "one")
    from tests.adopted import sdd

    assert sdd(moved, "report", "-o", "two").status == 0
    assert files_of(moved / "two") == files_of(adopted.here.path / "one")


def test_a_trail_lacks_no_tasks_where_there_are_none_to_have(adopted: Adopted) -> None:
    def told() -> str:
        adopted.done("report")
        return "".join(path.read_text() for path in (adopted.here.path / "sdd-report/trail").iterdir())

    tasks = "specs/001-vat/tasks.md"
    adopted.land_change({tasks: "# Tasks\n\n- [ ] T001 Round\n"})
    assert "Tasks: none" in told()
    adopted.land_change({tasks: None})
    assert "Tasks" not in told()


def test_a_report_shows_no_token_of_a_name(adopted: Adopted) -> None:
    token = checked("ghp")
    adopted.land_change({f"specs/{token}/spec.md": TARGET[SPEC], f"src/{token}.py": "1\n"})
    adopted.here.git("remote", "set-url", "origin", "https://github.com/shop/shop.git")
    adopted.done("report")
    adopted.done("report", "--format", "csv", "-o", "tables")
    value = token.partition("_")[2].lower()
    for folder in ("sdd-report", "tables"):
        made = files_of(adopted.here.path / folder)
        assert any(b"REDACTED:github-token" in text for text in made.values())
        assert [name for name, text in made.items() if value in f"{name}{text.decode()}".lower()] == []


def test_a_site_names_nothing_of_the_machine(adopted: Adopted) -> None:
    adopted.done("report")
    made = files_of(adopted.here.path / "sdd-report")
    # The pages of the rules are sdd's own words.
    told = b"\n".join(text for name, text in made.items() if not name.startswith("rule/")).decode()
    for name in (str(adopted.folder), f"{Path.home()}/", "ada@example.com"):
        assert name not in told
    assert not re.search(r"\bAda\b", told)


def test_the_mark_says_what_the_report_is_of(adopted: Adopted) -> None:
    adopted.done("report")
    mark = json.loads((adopted.here.path / "sdd-report" / folders.MARK).read_text())
    assert mark["commit"] == adopted.here.git("rev-parse", "HEAD")
    assert mark["files"] == len(files_of(adopted.here.path / "sdd-report")) - 2  # itself and .gitignore


# -- pages ---------------------------------------------------------------------------------------------------


def test_every_link_leads_to_a_page_and_a_place_on_it(site: Path) -> None:
    pages_of = {path: path.read_text() for path in site.rglob("*.html")}
    missing = []
    for path, text in pages_of.items():
        for link in re.findall(r'(?:href|src)="([^"]*)"', text):
            target, _, anchor = link.partition("#")
            if "://" in target:
                continue
            leads = (path.parent / target).resolve() if target else path
            # What a list is filtered by, which its page's script reads.
            filtered = re.fullmatch(r"([a-z]+)=[a-z0-9-]+", anchor)
            place = "sort" if anchor.startswith("sort=") else "facet"
            found = f'data-{place}="{filtered[1] * (place == "facet")}"' if filtered else f'id="{anchor}"'
            if not leads.is_file() or (anchor and found not in leads.read_text()):
                missing.append(f"{path.name}: {link}")
    assert not missing


def test_every_hit_of_the_search_leads_somewhere(site: Path) -> None:
    for file in (site / "search").glob("d-*.js"):
        rows = json.loads(file.read_text().partition(", ")[2].rstrip(");\n"))
        for address, *_ in rows:
            page, _, anchor = address.partition("#")
            assert not anchor or f'id="{anchor}"' in (site / page).read_text(), address


def test_every_page_has_a_policy_that_lets_nothing_but_its_own_script_run(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text()
        policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert len(policy) == 1
        assert text.index("Content-Security-Policy") < text.index("<link")
        assert policy[0].startswith("default-src &#39;none&#39;; ")
        assert "unsafe" not in policy[0]
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", text)
        assert len(scripts) == policy[0].count("sha256-") <= 1
        for script in scripts:
            hashed = b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"sha256-{hashed}" in policy[0].replace("&#43;", "+").replace("&#61;", "=")
        assert not re.search(r"<[^>]+\son[a-z]+=|<[^>]+\sstyle=|<style|javascript:", text)


def test_the_numbers_of_the_overview_add_up(site: Path) -> None:
    page = (site / "index.html").read_text()
    assert "<h1>41 of 58 changes that needed records had all of them</h1>" in page
    counts = [int(number) for number in re.findall(r"<b>(\d+)</b>", page)]
    assert sum(counts[:-1]) == counts[-1] == 60
    table = [re.findall(r'<td class="number">(\d*)</td>', row) for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)]
    columns = [[int(cell or 0) for cell in cells] for cells in table if len(cells) >= 7]
    *pieces, together = [cells[:7] for cells in columns]
    assert [sum(column) for column in zip(*pieces, strict=True)] == together
    # The legend leaves out a state that no change has.
    assert [number for number in together if number] == counts
    assert all(sum(cells[:6]) == cells[6] for cells in pieces)
    chart = page[page.index('class="stacked chart"') :].partition("</svg>")[0]
    assert chart.count("<title>") == 1 + len(pieces)


def test_a_page_holds_at_most_five_hundred_rows_and_no_more_than_fits() -> None:
    listed = pages("phrs.html", [100] * 1201)
    assert [(page.address, page.first, page.end) for page in listed] == [
        ("phrs.html", 0, 500),
        ("phrs-2.html", 500, 1000),
        ("phrs-3.html", 1000, 1201),
    ]
    assert [page.address for page in pages("phrs.html", [])] == ["phrs.html"]
    large = pages("x.html", [1, BYTES, 1, BYTES - 1, 2, 2 * BYTES, 1])
    assert [(page.first, page.end) for page in large] == [(0, 1), (1, 2), (2, 4), (4, 5), (5, 6), (6, 7)]


@given(st.lists(st.text(max_size=120), unique=True, max_size=30))
def test_names_of_pages_are_safe_and_never_the_same(told: list[str]) -> None:
    names = Names()
    found = [names.take(one) for one in told]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) for name in found)


@given(st.sets(st.integers(0, 3_000_000)))
def test_numbers_of_documents_are_written_as_steps(numbers: set[int]) -> None:
    assert [*accumulate(steps(numbers))] == sorted(numbers)


# -- words ---------------------------------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from("ab1 \n\n.,-*_`#<>&[]()!|~=+:\"'\\\t"), max_size=80))
@examples(250)
def test_plain_paragraphs_are_what_the_parser_makes_of_them(text: str) -> None:
    plain = markdown._paragraphs(text)
    if plain is not None:
        parsed = markdown._parser().render(text)
        assert plain == parsed


@given(st.text(max_size=200))
def test_markdown_out_of_a_record_never_becomes_markup_of_its_own(text: str) -> None:
    page = markdown.html_of(text, lambda link: None)
    tags = re.findall(r"<(/?[a-zA-Z!?][^>]*)>", page)
    known = (
        r"/?(p|h[3-6]|ul|ol( start=\"\d+\")?|li|code( class=\"[^\"<>]*\")?|pre|em|strong|s|blockquote|hr ?/?|br ?/?)"
    )
    linked = r"a href=\"(https?://|mailto:)[^\"<>]*\"( rel=\"noreferrer\")?|/a|span class=\"(no-link|label)\"|/span"
    table = r"div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"|/div"
    table += r"|/?(table|thead|tbody|tr|t[hd]( class=\"align-(left|right|center)\")?)"
    assert not [tag for tag in tags if not re.fullmatch(f"{known}|{linked}|{table}", tag)]


@pytest.mark.parametrize("unit", ["![[]", "[", "|a", "- "])
def test_a_very_long_text_is_shown_as_it_is_written(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser takes seconds for 64 KB of brackets, and a minute for a record's megabyte."""
    assert "<pre>" not in markdown.html_of(f"*a* {unit}", lambda link: None)
    monkeypatch.delattr(markdown, "_parser")
    page = markdown.html_of(f"<b> *a* {unit * markdown.LONGEST}", lambda link: None)
    assert page == f"<pre>&lt;b&gt; *a* {unit * markdown.LONGEST}</pre>\n"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "//evil.example", "\\\\evil.example", "/\\evil.example", "ftp://evil.example", "blob:x", "https:///evil", "x:y",
        "&#106;avascript:alert(1)", "%6aavascript:alert(1)", "../../../etc/passwd",
    ],
)  # fmt: skip
def test_no_link_leads_where_it_should_not(link: str) -> None:
    for text in (f"[x]({link})", f"[x](<{link}>)", f"![x]({link})", f"<{link}>", f"[x]\n\n[x]: {link}"):
        assert "<a " not in markdown.html_of(text, lambda link: None)


def test_a_table_of_a_record_has_no_style_of_its_own() -> None:
    page = markdown.html_of("|a|b|\n|:-|-:|\n|1|2|", lambda link: None)
    assert '<td class="align-right">2</td>' in page
    assert "style" not in page


def test_headings_of_a_record_stay_in_the_order_of_the_page() -> None:
    page = markdown.html_of("# One\n\n#### Deep\n\n## Two\n\n###### Deeper", lambda link: None, 3)
    assert re.findall(r"<h(\d)>", page) == ["3", "4", "4", "5"]


def test_a_short_text_is_read_once_for_all_pages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read = counted(monkeypatch, redaction, "scan", lambda text: text)
    site_of(good_project(tmp_path / "repo").path, tmp_path / "site", subject(), some_changes(title="Said twice"))
    assert read["Said twice"] == 1


def test_what_cannot_be_seen_is_shown() -> None:
    assert visible("a\u202eb\x1b[31m\u200bc\U000e0041") == r"a\u202eb\x1b[31m\u200bc\U000e0041"
    assert visible("👩\u200d👧 می\u200cخواهم a\tb\nc\r\nd") == "👩\u200d👧 می\u200cخواهم a\tb\nc\nd"
    assert visible("pass\u200dword") == r"pass\u200dword"
