"""The paths that records name: what a sentence names, and what rules make of it."""

import pytest

from sdd.records.kinds import phr
from sdd.records.kinds.named_paths import in_full, may_be_outside, named_paths
from sdd.records.kinds.tasks import parse
from tests.adopted import Adopted, contract, rules_of
from tests.adopted import phr as written

TASKS = "specs/001-vat/tasks.md"
RECORD = "history/prompts/001-vat/0007-move.green.prompt.md"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write src/a.py.", ("src/a.py",)),
        ("Write `src/a.py`, (src/b.py) and src/c/", ("src/a.py", "src/b.py", "src/c/")),
        ("In `app/[id]/route.ts`", ("app/[id]/route.ts",)),
        ("In `[id]/route.ts`", ("[id]/route.ts",)),
        ("In (app/(dashboard)/coaching/)", ("app/(dashboard)/coaching/",)),
        ("In [src/a.py] or {src/b.py}", ("src/a.py", "src/b.py")),
        ("See [the model](docs/model.md)", ("docs/model.md",)),
        ("All of `src/**/*.py` and src/{a,b}.ts", ("src/**/*.py", "src/{a,b}.ts")),
        ("**All** of `src/**/*.py`", ("src/**/*.py",)),
        ("Add `src/core/__init__.py`", ("src/core/__init__.py",)),
        ("Add `__init__.py` and src/__tests__/", ("__init__.py", "src/__tests__/")),
        ("All in `src/**/` and __init__.py", ("src/**/", "__init__.py")),
        ("Line src/user.py:45, src/user.py:45-60: and tests/test_a.py::test_b", ("src/user.py", "tests/test_a.py")),
        ("Update package.json/tsconfig.json", ("package.json", "tsconfig.json")),
        ("Move to Next.js/Express.js", ()),
        ("Open localhost:3000/index.html or example.com/index.html", ()),
        ("Read https://example.com/a.md", ()),
        ("On 2026/01/02, and/or v1.2", ()),
        ("Not `!**/x/`", ()),
        ('Add `"workspaces": ["apps/*", "packages/*"]` to `package.json`', ("package.json",)),
        ('Add `["apps/", "src/a.py"]`', ("apps/", "src/a.py")),
        ("x" * 400 + "/a.py", ()),
    ],
)
def test_the_paths_of_a_sentence(text: str, expected: tuple[str, ...]) -> None:
    assert named_paths(text) == expected
    assert parse(TASKS, f"# Tasks\n\n- [x] T001 {text}\n".encode(), "").tasks[0].paths == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("@api/client.ts", True), ("~/x.json", True), ("/tmp/x.json", True), ("/etc/nginx/nginx.conf", True),
        ("web/node_modules/x/index.js", True), ("WaveSurfer.js", True), (".git/hooks/", True),
        ("src/App.js", False), ("/src/a.py", False), ("tmp/x.json", False), ("app.js", False),
    ],
)  # fmt: skip
def test_what_may_belong_to_no_repository(path: str, expected: bool) -> None:
    assert may_be_outside(path) == expected


def test_what_is_named_in_part() -> None:
    assert in_full("To `out/build/` (css/, `x.ts`), not a/ (see b.md) or c (d.md)") == {
        "css/": "out/build/css/", "x.ts": "out/build/x.ts", "b.md": "a/b.md",
    }  # fmt: skip
    written = ("`{}`", '"{}"', "'{}'", "[it](<{}>)")
    assert {in_full(form.format("src/net prices.py"))["prices.py"] for form in written} == {"src/net prices.py"}
    assert in_full(r"don't drop `src/net\ prices.py`") == {"prices.py": "src/net prices.py"}


def phantoms(adopted: Adopted) -> list[str]:
    found = adopted.sdd("check", "--json").document["changes"][0]["findings"]
    return [finding["message"] for finding in found if finding["rule"] == "tasks-phantom"]


def test_a_ticked_task_names_what_is_or_was_there(adopted: Adopted) -> None:
    first = {"src/old/gone.py": "ONE = 1\n", "src/app/tools.py": "TWO = 2\n", "src/net prices.py": "THREE = 3\n"}
    adopted.land_change({**first, ".gitignore": ".env\n"})
    adopted.land_change({"src/old/gone.py": None})
    names = [
        "spec.md", "tools.py", "app/tools.py", "/src/app/tools.py", "src/old/gone.py", "old/gone.py", "gone.py",
        "src/old/", "backend/.env", "src/**/*.py", "@api/x.ts", "node_modules/x/index.js",
        "/home/ada/vat/src/app/tools.py:12", "src/net prices.py", r"src/net\ prices.py",
    ]  # fmt: skip
    lines = (f"- [x] T{number:03} `{name}` is changed\n" for number, name in enumerate(names, 10))
    adopted.land_change({TASKS: "# Tasks\n\n" + "".join(lines)})
    assert phantoms(adopted) == []


def test_one_missing_folder_is_one_finding(adopted: Adopted) -> None:
    lines = "- [x] T010 Write o-core/a.py\n- [x] T011 Write o-core/sub/b.py and o-core/c.py\n- [x] T012 src/never.py\n"
    lines += "- [ ] T013 Write o-core/d.py\n- [x] T014 src/new/e.py\n"
    adopted.land_change({TASKS: "# Tasks\n\n" + lines})
    assert phantoms(adopted) == [
        "T010 and 1 more are ticked, but o-core/ does not exist",
        "T012 is ticked, but src/never.py does not exist",
        "T014 is ticked, but src/new/e.py does not exist",
    ]


def test_what_a_task_removes_is_no_phantom(adopted: Adopted) -> None:
    lines = (
        "- [x] T010 Copy from src/kafka/events.py\n- [x] T011 Remove the whole `src/kafka/` directory\n"
        "- [x] T012 Delete src/x.py\n- [x] T013 Remember src/y.py, removing it later\n"
    )
    adopted.land_change({TASKS: f"# Tasks\n\n{lines}"})
    assert phantoms(adopted) == ["T013 is ticked, but src/y.py does not exist"]


def test_a_bare_name_beside_a_path_may_be_anything(adopted: Adopted) -> None:
    lines = (
        "- [x] T010 Add wavesurf.js to src/vat.py\n- [x] T011 Write wavesurf.js\n- [x] T012 src/no.py in src/vat.py\n"
    )
    adopted.land_change({TASKS: f"# Tasks\n\n{lines}"})
    assert phantoms(adopted) == [
        "T011 is ticked, but wavesurf.js does not exist",
        "T012 is ticked, but src/no.py does not exist",
    ]


@pytest.mark.parametrize(("missing", "there", "findings"), [(12, 3, 1), (12, 20, 12), (9, 0, 9)])
def test_a_list_about_another_repository_is_one_finding(
    adopted: Adopted, missing: int, there: int, findings: int
) -> None:
    lines = "".join(f"- [x] T{number:03} Write part{number}/a.ts\n" for number in range(1, missing + 1))
    lines += "".join(f"- [x] T{number:03} Change src/vat.py\n" for number in range(501, there + 501))
    adopted.land_change({TASKS: f"# Tasks\n\n{lines}"})
    found = phantoms(adopted)
    assert len(found) == findings
    if findings == 1:
        assert found == [f"{missing} of {missing + there} ticked tasks name paths that are not here, as part1/a.ts"]


# -- PHRs ------------------------------------------------------------------------------------------------------


def read(front_matter: str) -> phr.Phr:
    return phr.parse(RECORD, f"---\nid: 1\n{front_matter}---\n".encode(), "")


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ("adr: a.md", ("a.md",)),
        ("adr: a.md, b.md", ("a.md", "b.md")),
        ("adr: '`a.md`; b.md (superseded)'", ("a.md", "b.md")),
        ("adr: [a.md, b.md]", ("a.md", "b.md")),
        ("adr:\n    - a.md\n    - b.md", ("a.md", "b.md")),
        ("adr: null (pending /sp.adr if needed)", ()),
        ("adr: none", ()),
        ("adr: [none]", ()),
        ("spec: a.md", ()),
    ],
)
def test_a_link_may_name_several_records(links: str, expected: tuple[str, ...]) -> None:
    record = read(f"links:\n  {links}\n")
    assert record.linked("adr") == expected
    assert tuple(link.text for link in phr.KIND.links(record) if link.relation == "adr") == expected


@pytest.mark.parametrize(
    "entry",
    [
        "N/A (environment only)",
        "none (research only)",
        "Not applicable (docs)",
        "No files changed",
        "no files: a plan",
        "n/a",
    ],
)
def test_files_may_say_that_there_are_none(entry: str) -> None:
    assert read(f'files:\n  - "{entry}"\n').files == ()


@pytest.mark.parametrize("entry", ["72 files (all of it)", "All project files", "See git log", "src/a.py and tests"])
def test_an_entry_that_names_no_file_is_told_as_it_is_written(adopted: Adopted, entry: str) -> None:
    adopted.land_change({RECORD: written([entry], id="0007", feature="001-vat", prompt="Move it.")})
    findings = adopted.sdd("check", "--json").document["changes"][0]["findings"]
    assert [finding["message"] for finding in findings if finding["path"] == RECORD] == [f"{entry} names no file"]


def test_links_are_found_from_another_root(adopted: Adopted) -> None:
    record = written(["src/vat.py"], id="0007", feature="001-vat", prompt="Move it.")
    links = "links:\n  spec: specs/001-vat/spec.md\n  adr: never.md, spec.md, '@specs/001-vat/spec.md'\n"
    adopted.land_change(
        {
            "shop/.specify/sdd.toml": "",
            f"shop/{RECORD}": record.replace("files:", f"{links}files:", 1),
        }
    )
    found = [
        finding["message"]
        for change in adopted.sdd("check", "--json").document["changes"]
        for finding in change["findings"]
        if finding["rule"] in ("phr-broken-link", "phr-unknown-file")
    ]
    assert found == ["links.adr names never.md, which does not exist"]


def test_only_a_stated_path_covers(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(
        {"src/lib/new.py": "ONE = 1\n", RECORD: written(["new.py"], id="0007", feature="001-vat", kind="chore")}
    )
    document = adopted.gate()
    assert "phr-unknown-file" not in rules_of(document, "warning")
    findings = document["changes"][0]["findings"]
    (found,) = (finding for finding in findings if finding["rule"] == "change-no-phr")
    assert found["path"] == "src/lib/new.py"
    assert found["message"] == f"needs a PHR that names it from its root: {RECORD} says new.py"
    assert found["fix"] == "write src/lib/new.py there"
    adopted.write({RECORD: written(["src/lib/new.py"], id="0007", feature="001-vat", kind="chore")})
    assert "change-no-phr" not in rules_of(adopted.gate())


def test_a_record_that_moves_with_an_edit_keeps_what_it_names(adopted: Adopted) -> None:
    moved = RECORD.replace("0007-move", "0009-moved")
    text = written(["src/one.py"], id="0007", feature="001-vat", prompt="Move it.")
    adopted.land_change({"src/one.py": "ONE = 1\n", RECORD: text})
    adopted.land_change({"src/one.py": None})
    adopted.land_change({"history/prompts/001-vat/0006-x.green.prompt.md": written(["src/vat.py"], id="0006")})
    adopted.land_change({RECORD: None, moved: text.replace('"0007"', '"0009"')})
    assert "phr-unknown-file" not in rules_of(adopted.sdd("check", "--json").document, "warning")


@pytest.mark.parametrize(
    ("reference", "rules"),
    [("1:1:vat.py", set()), ("1:1:src/vat.py", set()), ("1:99:vat.py", {"contract-bad-reference"})],
)
def test_a_code_reference_is_found_by_its_end(adopted: Adopted, reference: str, rules: set[str]) -> None:
    text = contract(["/src/**"], feature="001-vat").replace("1:2:src/vat.py", reference)
    adopted.land_change({"history/contracts/001-vat/0009-rounding.contract.md": text})
    assert rules_of(adopted.sdd("check", "--json").document) == rules


def test_what_a_pattern_ignores_somewhere_may_be_called_by_its_end(adopted: Adopted) -> None:
    ignored = "# x/\npackages/*/build/\n/out/*/dist\n!keep/\n"
    adopted.land_change({".gitignore": ignored, "packages/tokens/package.json": "{}\n"})
    names = ["`build/`", "`build/css/a.css`", "dist/", "`packages/tokens/build/` (css/, swift/)"]
    lost = ["x/", "keep/", "uild/", "packages/tokens/ (css/)", "packages/build/"]
    lines = (f"- [x] T{number:03} Write {name}\n" for number, name in enumerate([*names, *lost], 10))
    adopted.land_change({TASKS: "# Tasks\n\n" + "".join(lines)})
    assert [told.split(", but ")[1].split(" does ")[0] for told in phantoms(adopted)] == [
        "x/", "keep/", "uild/", "css/", "packages/build/",
    ]  # fmt: skip
