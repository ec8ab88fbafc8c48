"""`[layout]`: specs and history wherever a repository keeps them, and what belongs to other tools."""

import pytest

from sdd.records.kinds import locate
from sdd.records.kinds.policy import parse
from sdd.records.layout import OTHER_TOOLS, USUAL, Layout
from sdd.records.links import How, Link, Place, Relation, resolve
from sdd.records.project import Project, Reader
from sdd.repo.objects import Repository
from sdd.setup.own_files import layout_of
from tests.adopted import FEATURE, POLICY, SPEC, Adopted, contract, phr, rows_of, rules_of
from tests.good import TARGET
from tests.lines import CONSTITUTION
from tests.scratch import Scratch

DOCS = Layout(("docs/specs",), ("docs/history",))
WORDS = ("--success", "It is safe.", "--check", "true", "--constraint", "Fast.", "--non-goal", "Roles.")


def with_layout(policy: str, *lines: str) -> str:
    """A policy with these lines in its `[layout]`."""
    return policy.replace("[layout]\n", "\n".join(("[layout]", *lines, "")), 1)


@pytest.fixture
def docs(adopted: Adopted) -> Adopted:
    """Adopted, with the layout docs/specs and docs/history, and a feature there that has landed."""
    policy = (adopted.here.path / POLICY).read_text()
    moved: dict[str, str | bytes | None] = {}
    for folder in ("specs", "history"):
        for file in (adopted.here.path / folder).rglob("*.md"):
            path = file.relative_to(adopted.here.path).as_posix()
            text = file.read_text().replace("specs/001-vat", "docs/specs/001-vat").replace("history/", "docs/history/")
            moved |= {path: None, f"docs/{path}": text}
    lines = ('specs = "docs/specs"', 'history = "docs/history"')
    adopted.land_change({POLICY: with_layout(policy, *lines), **moved})
    return adopted


@pytest.mark.parametrize(
    ("layout", "path", "canonical"),
    [
        (USUAL, "specs/001-x/spec.md", "specs/001-x/spec.md"),
        (USUAL, ".specify/specs/001-x/spec.md", "specs/001-x/spec.md"),
        (USUAL, "docs/specs/001-x/spec.md", "docs/specs/001-x/spec.md"),
        (DOCS, "docs/specs/001-x/spec.md", "specs/001-x/spec.md"),
        (DOCS, "docs/history/prompts/x.md", "history/prompts/x.md"),
        (DOCS, "specs/001-x/spec.md", ""),
        (DOCS, "history/prompts/x.md", ""),
        (DOCS, "docs/adr/0001-x.md", "docs/adr/0001-x.md"),
        (DOCS, "src/specs/x.md", "src/specs/x.md"),
    ],
)
def test_a_path_of_a_layout_in_the_usual_form(layout: Layout, path: str, canonical: str) -> None:
    assert layout.canonical(path) == canonical


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('specs = "docs/specs"', ""),
        ('specs = ["docs/specs", "specs"]\nhistory = ".specify/history"', ""),
        ('specs = ""', "no folder below the root"),
        ('specs = "/specs"', "no folder below the root"),
        ('specs = "../specs"', "no folder below the root"),
        ('specs = "docs/*/specs"', "no folder below the root"),
        ('specs = "openspec/specs"', "no folder below the root"),
        ('specs = "docs/features"', "is not called specs"),
        ('history = ".specify/memory/history"', "is not called history"),
        ('specs = ["docs/specs", "docs/specs"]', "several different"),
        ("specs = []", "one folder or several"),
        ("specs = 1", "must be a list of texts"),
        ('specs = ["a/specs", "a/specs/b/specs"]', "inside another folder"),
        ('places = "docs"', "unknown key"),
    ],
)
def test_a_layout_is_literal_and_below_its_root(written: str, problem: str) -> None:
    found = [entry.message for entry in parse(POLICY, f"[layout]\n{written}\n".encode(), "").problems]
    assert (problem in found[0]) if problem else found == []


def test_new_records_go_where_the_layout_says(docs: Adopted) -> None:
    docs.branch("docs/001-vat")
    made = docs.done("feature", "new", "Refunds", "--json").document
    assert made["path"] == "docs/specs/002-refunds/spec.md"
    docs.write({"src/vat.py": "VAT = 2\n"})
    made = docs.done("contract", "new", "Vat", "--feature", "vat", *WORDS, "--json").document
    assert made["path"] == "docs/history/contracts/001-vat/0002-vat.contract.md"
    made = docs.done("phr", "new", "Change the rate", "--feature", "001-vat", "--json").document
    assert made["relative_path"] == "docs/history/prompts/001-vat/0002-change-the-rate.green.prompt.md"
    docs.done("adr", "new", "Use decimals")
    assert (docs.here.path / "docs/history/adr/0001-use-decimals.md").is_file()


def test_records_of_the_layout_cover_and_are_traced(docs: Adopted) -> None:
    path, record = (
        "docs/history/contracts/001-vat/0009-x.contract.md",
        "docs/history/prompts/001-vat/0009-x.green.prompt.md",
    )
    docs.branch()
    docs.write(
        {
            "src/vat.py": "VAT = 2\n\n",
            path: contract(["/src/vat.py"], feature="001-vat", kind="feature", requirements="[FR-001]"),
            record: phr(["src/vat.py"], id="0009", feature="001-vat", contract=path, prompt="Raise the rate."),
        }
    )
    verdict = docs.gate()
    assert (verdict["verdict"], rules_of(verdict)) == ("pass", set())
    assert rows_of(verdict)["src/vat.py"]["spec"] == f"docs/{SPEC}"
    shown = docs.done("requirement", "show", "001-vat#FR-001", "--json").document
    assert (path in shown["contracts"], record in shown["phrs"]) == (True, True)
    assert docs.done("feature", "list").out.startswith(f"docs/{SPEC.removesuffix('/spec.md')}  ")
    assert rules_of(docs.sdd("check", "--json").document) == set()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("notes/rates.md", "notes/rates.md"),
        ("./notes/rates.md", "notes/rates.md"),
        ("docs/specs/vat/spec.md", "spec.md"),
    ],
)
def test_a_path_is_sought_in_the_folder_that_the_feature_has(docs: Adopted, written: str, meant: str) -> None:
    record = f"docs/history/prompts/{FEATURE}/0002-a.green.prompt.md"
    held = {f"{folder}/notes/rates.md": "19\n" for folder in (f"docs/specs/{FEATURE}", "src/a", "src/b")}
    docs.write({**held, record: phr([written], feature=FEATURE)})
    with Repository.discover(docs.here.path) as repository:
        tree = repository.tree(docs.here.tip)
        place = Place(Project(tree, "", Reader(repository.beginnings)), record, FEATURE)
        assert resolve(Relation.FILE, written, place) == Link(f"docs/specs/{FEATURE}/{meant}", How.RESOLVED)


def test_a_folder_that_is_not_in_use_is_governed(docs: Adopted) -> None:
    docs.branch()
    docs.write(
        {"specs/003-x/plan.md": "# Plan\n", "history/prompts/general/0007-x.misc.prompt.md": phr(["src/vat.py"])}
    )
    assert set(rows_of(docs.gate())) == {"specs/003-x/plan.md", "history/prompts/general/0007-x.misc.prompt.md"}


def test_a_change_is_judged_by_the_layout_that_it_found(adopted: Adopted) -> None:
    adopted.branch()
    policy = (adopted.here.path / POLICY).read_text()
    record = "docs/history/prompts/general/0001-x.green.prompt.md"
    adopted.write(
        {
            POLICY: with_layout(policy, 'history = ["history", "docs/history"]'),
            "src/vat.py": "VAT = 3\n",
            record: phr(["src/vat.py", POLICY], kind="chore"),
        }
    )
    assert "change-no-phr" in rules_of(adopted.gate())


def test_the_layout_is_followed_when_it_changes(docs: Adopted) -> None:
    def features() -> list[str]:
        items = docs.done("requirement", "list", "--json").document["items"]
        return [item["path"] for item in items]

    docs.here.write("specs/003-x/spec.md", (docs.here.path / f"docs/{SPEC}").read_text())
    policy = (docs.here.path / POLICY).read_text()
    before = features()
    docs.write({POLICY: policy.replace('specs = "docs/specs"', 'specs = ["specs", "docs/specs"]')})
    assert features() == before
    assert docs.done("feature", "show", "003-x").out.startswith("specs/003-x  ")


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["specs/001-x/spec.md"], USUAL),
        (["docs/specs/001-x/spec.md", "docs/history/prompts/general/0001-a.misc.prompt.md"], DOCS),
        (["docs/specs/001-x/spec.md"], Layout(DOCS.specs, USUAL.history)),
        ([".specify/specs/001-x/spec.md"], Layout((".specify/specs",), USUAL.history)),
        (["specs/001-x/spec.md", "docs/specs/002-x/spec.md"], USUAL),
        (["a/specs/001-x/spec.md", "b/specs/002-x/spec.md"], USUAL),
        (["tests/specs/001-x/spec.md", "node_modules/p/specs/a/spec.md"], USUAL),
        (["docs/specs/overview.md"], USUAL),
    ],
)
def test_init_finds_the_layout(scratch: Scratch, files: list[str], expected: Layout) -> None:
    scratch.commit("records", dict.fromkeys(files, "# X\n"))
    with Repository.discover(scratch.path) as repository:
        assert layout_of(repository.tree("HEAD"), "") == expected


def test_init_writes_the_layout_and_undo_takes_it_back(scratch: Scratch) -> None:
    from tests.program import sdd

    scratch.commit("records", {"docs/specs/001-x/spec.md": "# X\n"})
    assert sdd(scratch.path, "init", "--no-hooks").status == 0
    text = (scratch.path / POLICY).read_text()
    assert ('\nspecs = "docs/specs"\n' in text, "\n#history = " in text) == (True, True)
    assert parse(POLICY, text.encode(), "").problems == ()
    assert sdd(scratch.path, "init", "--undo").status == 0
    assert not (scratch.path / POLICY).exists()


def test_init_makes_no_second_history(scratch: Scratch) -> None:
    from tests.program import sdd

    scratch.commit("records", {"docs/history/prompts/general/0001-a.misc.prompt.md": phr([], stage="misc")})
    made = sdd(scratch.path, "init", "--no-hooks", "--json").document["made"]
    assert "docs/history/.gitattributes" in made
    assert not (scratch.path / "history").exists()
    assert sdd(scratch.path, "init", "--no-hooks", "--json").document["made"] == []
    scratch.git("add", "--all")
    scratch.commit("Adopt sdd")
    judged = sdd(scratch.path, "gate", "--base", "HEAD~1")
    assert (judged.status, "looser" in judged.out) == (0, False), judged
    assert sdd(scratch.path, "init", "--undo").status == 0
    assert (scratch.path / "docs/history/.gitattributes").exists()


def test_a_root_without_a_policy_adopts_with_the_layout_that_it_gets(scratch: Scratch) -> None:
    from tests.program import sdd

    folder = ".specify/history/prompts/constitution"
    record = phr([], stage="constitution", id="0001")
    before = scratch.commit(
        "spec-kit",
        {".specify/memory/constitution.md": TARGET[CONSTITUTION], f"{folder}/0001-c.constitution.prompt.md": record},
    )
    said = sdd(scratch.path, "init", "--no-hooks").out
    assert "found     spec-kit-plus: its records in .specify/history/prompts/ are read as they are\n" in said
    fixes = [row["fix"] or "" for row in sdd(scratch.path, "doctor", "--json").document["checks"]]
    assert any("git add .specify && git commit" in fix for fix in fixes), fixes
    assert (scratch.path / folder / "0002-adopt-sdd.constitution.prompt.md").exists()
    scratch.git("switch", "-q", "-c", "adopt")
    scratch.commit("Adopt sdd")
    ran = sdd(scratch.path, "gate", "--base", before, "--json")
    assert (ran.document["verdict"], ran.document["changes"][0]["findings"]) == ("pass", [])


def test_records_below_specify_are_in_their_place_before_sdd_with_it_and_after_it(scratch: Scratch) -> None:
    from tests.program import sdd

    old = ".specify/history/prompts/general/PHR-001-a.prompt.md"
    scratch.commit("spec-kit", {".specify/memory/constitution.md": TARGET[CONSTITUTION], old: phr([], stage="plan")})
    found = sdd(scratch.path, "check", "--all").out
    assert "phr-bad-name" in found and "phr-wrong-folder" not in found
    for words, title in ((("--no-hooks",), "Adopt sdd"), (("--undo",), "Take sdd out")):
        assert sdd(scratch.path, "init", *words).status == 0
        scratch.git("add", "--all")
        scratch.commit(title)
        assert "phr-wrong-folder" not in sdd(scratch.path, "check", "--all").out
    assert "phr-wrong-folder" not in sdd(scratch.path, "audit").out


def test_a_record_in_the_wrong_folder_is_sent_to_one_beside_it(scratch: Scratch) -> None:
    from tests.program import sdd

    scratch.commit("one", {".specify/history/prompts/x/0001-a.constitution.prompt.md": phr([], stage="constitution")})
    message = "is in .specify/history/prompts/x/ and belongs in .specify/history/prompts/constitution/"
    assert f"phr-wrong-folder: {message}\n" in sdd(scratch.path, "check").out


@pytest.mark.parametrize(
    "path",
    [
        "openspec/changes/add-x/specs/auth/spec.md",
        "openspec/specs/auth/spec.md",
        ".kiro/specs/auth/tasks.md",
        "apps/shop/openspec/specs/auth/spec.md",
    ],
)
def test_what_another_tool_reads_is_no_record(adopted: Adopted, path: str) -> None:
    assert locate(path) is None
    adopted.branch()
    adopted.write({path: "# X\n", path.replace(".md", ".py"): "X = 1\n"})
    rows = rows_of(adopted.gate())
    assert (bool(rows[path]["exempt"]), bool(rows[path.replace(".md", ".py")]["exempt"])) == (True, False)
    assert [item["name"] for item in adopted.done("feature", "list", "--json").document["items"]] == ["001-vat"]
    checked = adopted.done("check")
    assert ("is left alone" in checked.err) == (path.partition("/")[0] in OTHER_TOOLS)
