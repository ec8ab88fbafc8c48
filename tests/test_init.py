"""`sdd init` in repositories of every sort."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from sdd.records.kinds import phr
from sdd.records.kinds import policy as policies
from sdd.records.packaged import POLICY, is_own_text, template
from sdd.repo.objects import Repository
from sdd.setup.own_files import _count_people
from tests.adopted import CONSTITUTION, sdd
from tests.forked import forked_python
from tests.good import TARGET
from tests.scratch import Scratch
from tests.written import Written

RECORD = "history/prompts/constitution/0001-adopt-sdd.constitution.prompt.md"


def init(scratch: Scratch, *arguments: str, exit_status: int = 0, folder: str = ".") -> str:
    ran = sdd(scratch.path, "-C", folder, "init", *arguments)
    assert ran.status == exit_status, ran
    return ran.out if exit_status == 0 else ran.err


def files(scratch: Scratch) -> dict[str, bytes]:
    return {
        path.relative_to(scratch.path).as_posix(): path.read_bytes()
        for path in scratch.path.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(scratch.path).parts[:1]
    }


def test_an_empty_repository_gets_all_of_it(scratch: Scratch) -> None:
    said = init(scratch)
    assert len(said.splitlines()) <= 25
    assert 'git add .specify history && git commit -m "Adopt sdd"' in said
    made = files(scratch)
    assert {".specify/sdd.toml", ".specify/memory/constitution.md", "history/.gitattributes", RECORD} < set(made)
    assert sum(path.startswith(".specify/templates/") for path in made) == 9
    assert (scratch.path / ".git/hooks/pre-push").exists()
    record = phr.parse(RECORD, made[RECORD], "")
    assert (record.problems, record.placeholders, record.stage) == ((), (), phr.Stage.CONSTITUTION)
    assert {entry.path for entry in record.files} == set(made) - {RECORD}
    assert b"# repo Constitution" in made[".specify/memory/constitution.md"]
    assert all(is_own_text(path, content) for path, content in made.items() if path != RECORD)


def test_a_second_run_changes_nothing_and_says_so(scratch: Scratch) -> None:
    init(scratch)
    before = files(scratch)
    said = init(scratch)
    assert files(scratch) == before
    assert "set up here already" in said
    assert "next" not in said


def test_nothing_is_overwritten(scratch: Scratch) -> None:
    own = {
        ".specify/memory/constitution.md": "# Ours\n",
        ".specify/templates/spec-template.md": "# Ours\n",
        "history/.gitattributes": "x\n",
    }
    for path, text in own.items():
        scratch.write(path, text)
    document = json.loads(init(scratch, "--json"))
    assert set(document["kept"]) == set(own)
    assert {path: (scratch.path / path).read_text() for path in own} == own
    record = next(path for path in document["made"] if path.startswith("history/prompts/"))
    named = {entry.path for entry in phr.parse(record, (scratch.path / record).read_bytes(), "").files}
    assert ".specify/sdd.toml" in named
    assert not named & set(own)


def test_a_missing_template_comes_back_without_a_record(scratch: Scratch) -> None:
    init(scratch)
    (scratch.path / ".specify/templates/adr-template.md").unlink()
    assert json.loads(init(scratch, "--json"))["made"] == [".specify/templates/adr-template.md"]


def test_undo_takes_out_what_nobody_changed(scratch: Scratch) -> None:
    init(scratch)
    scratch.write(".specify/sdd.toml", "[gate]\n")
    said = init(scratch, "--undo")
    # The policy asks for a constitution.
    assert set(files(scratch)) == {".specify/sdd.toml", CONSTITUTION, "history/.gitattributes", RECORD}
    assert not (scratch.path / ".specify/templates").exists()
    assert not (scratch.path / ".git/hooks/pre-push").exists()
    kept = said.partition("kept")[2]
    assert ".specify/sdd.toml" in kept
    assert "history/" in kept
    assert "found     .specify/sdd.toml is as you changed it, and goes on judging" in said


def test_undo_without_anything_to_undo(scratch: Scratch) -> None:
    scratch.write("a.txt", "a")
    said = init(scratch, "--undo")
    assert set(files(scratch)) == {"a.txt"}
    assert "nothing" in said


def test_undo_after_a_commit_says_how_to_commit_it(scratch: Scratch) -> None:
    init(scratch, "--no-hooks")
    scratch.commit("Adopt sdd")
    said = init(scratch, "--undo")
    command = said.partition("next")[2].strip().splitlines()[0]
    assert scratch.run("sh", "-c", command).returncode == 0
    assert scratch.git("status", "--porcelain") == ""


def test_the_next_command_commits_it(scratch: Scratch) -> None:
    said = init(scratch, "--no-hooks")
    command = said.partition("next")[2].strip().splitlines()[0]
    assert scratch.run("sh", "-c", command).returncode == 0
    assert scratch.git("status", "--porcelain") == ""
    assert scratch.git("log", "-1", "--format=%s") == "Adopt sdd"


def test_hooks_are_left_alone_on_request(scratch: Scratch) -> None:
    document = json.loads(init(scratch, "--no-hooks", "--json"))
    assert document["hook"] is None
    assert not (scratch.path / ".git/hooks/pre-push").exists()


def test_from_a_folder_below_the_top_is_the_root(scratch: Scratch) -> None:
    scratch.write("deep/x", "x")
    init(scratch, folder="deep")
    assert (scratch.path / ".specify/sdd.toml").exists()


def test_a_folder_of_a_monorepo(scratch: Scratch) -> None:
    scratch.write("packages/a/x", "x")
    document = json.loads(init(scratch, "--root", "packages/a", "--json"))
    assert document["root"] == "packages/a"
    assert all(path.startswith("packages/a/") for path in document["made"])
    assert document["next"].startswith("git add packages/a/.specify packages/a/history && ")
    record = phr.parse(RECORD, (scratch.path / "packages/a" / RECORD).read_bytes(), "packages/a")
    assert ".specify/sdd.toml" in {entry.path for entry in record.files}
    init(scratch, "--root", "packages/a", "--undo")
    assert not (scratch.path / "packages/a/.specify").exists()


@pytest.mark.parametrize("folder", ["..", "missing", ".git"])
def test_a_root_elsewhere_is_refused(scratch: Scratch, folder: str) -> None:
    assert "no folder of this repository" in init(scratch, "--root", folder, exit_status=2)


def test_without_git_it_says_what_to_do(tmp_path: Path, scratch: Scratch) -> None:
    (tmp_path / "plain").mkdir()
    assert "git init" in init(scratch, exit_status=3, folder=str(tmp_path / "plain"))


def test_a_bare_repository_is_refused(tmp_path: Path) -> None:
    bare = Scratch(tmp_path / "bare", "--bare")
    assert "bare" in init(bare, exit_status=3)


@pytest.mark.parametrize(
    ("path", "tool"),
    [
        (".specify/templates/x.md", "spec-kit"),
        ("history/prompts/general/0001-x.general.prompt.md", "spec-kit-plus"),
        ("openspec/project.md", "OpenSpec"),
        (".kiro/specs/x/design.md", "Kiro"),
    ],
)
def test_a_neighbour_is_named_once(scratch: Scratch, path: str, tool: str) -> None:
    scratch.write(path, "x")
    assert f"{tool}" in init(scratch)
    assert f"{tool}:" not in init(scratch)
    assert (scratch.path / path).read_text() == "x"


def test_what_sdd_left_behind_is_no_neighbour(scratch: Scratch) -> None:
    init(scratch)
    sdd(scratch.path, "phr", "new", "Look around", "--prompt", "Look around.", "--response", "Done.")
    scratch.commit("Adopt sdd", {".specify/memory/constitution.md": "# Ours\n"})
    init(scratch, "--undo")
    assert "found" not in init(scratch)


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (("specs/1-specify/features/a.md",), True),
        (("specs/1-specify/features/a.md", "specs/001-vat/spec.md"), False),
        (("docs/a.md",), False),
    ],
)
def test_specs_in_another_layout_are_told(scratch: Scratch, paths: tuple[str, ...], told: bool) -> None:
    for path in paths:
        scratch.write(path, "# A\n")
    line = "found     1 Markdown file below specs/ and no spec.md: a feature is specs/NAME/spec.md\n"
    assert (line in init(scratch)) == told


@pytest.mark.parametrize(
    "version", ["**Version**: 1.2.0 | **Ratified**: 2025-01-01 | **Last Amended**: 2025-01-01\n", ""]
)
def test_a_constitution_in_the_old_place_is_taken_over_where_it_can_be_judged(scratch: Scratch, version: str) -> None:
    text = f"# Ours\n\n## Core Principles\n\n### I. Tests first\n\nAlways.\n\n{version}"
    scratch.write("memory/constitution.md", text)
    said = init(scratch)
    assert ((scratch.path / ".specify/memory/constitution.md").read_text() == text) == bool(version)
    assert f"memory/constitution.md {'was copied' if version else 'is not read'}" in said


def test_records_of_others_keep_their_ids(scratch: Scratch) -> None:
    scratch.write("history/prompts/constitution/0004-x.constitution.prompt.md", "x")
    made = json.loads(init(scratch, "--json"))["made"]
    assert "history/prompts/constitution/0005-adopt-sdd.constitution.prompt.md" in made


@pytest.mark.parametrize("place", [".specify", ".specify/templates", "history", ".specify/sdd.toml", "history/prompts"])
def test_nothing_is_written_where_a_symlink_stands(scratch: Scratch, tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (scratch.path / place).parent.mkdir(parents=True, exist_ok=True)
    (scratch.path / place).symlink_to(outside)
    for arguments in ((), ("--undo",)):
        if place.startswith("history") and arguments:
            continue
        assert "symlink" in init(scratch, *arguments, exit_status=3)
    assert list(outside.iterdir()) == []
    assert files(scratch) == {}


@pytest.mark.parametrize(("place", "what"), [(".specify", "file"), (".specify/sdd.toml/x", "folder")])
def test_something_else_in_the_way_is_told_before_anything_is_written(scratch: Scratch, place: str, what: str) -> None:
    scratch.write(place, "x")
    assert f"is a {what} where a" in init(scratch, exit_status=3)
    assert set(files(scratch)) == {place}


@pytest.mark.parametrize(
    "rule",
    ["history/", ".specify/", ".specify/*", "*.json", "**/memory/", "specs/", "adr/", "!.specify/"],
)
def test_records_that_git_ignores_are_told_and_committed_all_the_same(scratch: Scratch, rule: str) -> None:
    scratch.commit("Old", {"history/adr/0001-x.md": "# X\n\n**Status**: Perhaps\n"})
    scratch.commit("Ignore", {".gitignore": f"{rule}\n"})
    scratch.write(".specify/feature.json", "{}")
    said = init(scratch, "--no-hooks")
    assert (".gitignore:1 makes git ignore " in said) == (not rule.startswith("!"))
    assert scratch.run("sh", "-c", said.partition("next")[2].strip().splitlines()[0]).returncode == 0
    landed = scratch.git("ls-files").splitlines()
    assert {".specify/sdd.toml", ".specify/baseline.json", ".specify/memory/constitution.md", RECORD} <= set(landed)
    assert ".specify/feature.json" not in landed
    check = sdd(scratch.path, "check", "--json").document
    assert [found["rule"] for change in check["changes"] for found in change["findings"]] == [
        "constitution-placeholder"
    ]


def test_what_is_a_machines_own_is_read_and_not_committed(scratch: Scratch) -> None:
    init(scratch, "--no-hooks")
    spec = "# Feature Specification: VAT\n"
    scratch.commit("Adopt sdd", {"specs/001-vat/spec.md": spec, "specs/002-x/spec.md": spec})
    scratch.write(".specify/feature.json", '{"feature_directory": "specs/001-vat"}')
    assert scratch.git("status", "--porcelain") == ""
    assert sdd(scratch.path, "phr", "new", "Rounding", "--json").document["feature"] == "001-vat"


def test_a_repository_within_is_no_root_of_this_one(scratch: Scratch) -> None:
    Scratch(scratch.path / "inner")
    assert "no folder of this repository" in init(scratch, "--root", "inner", exit_status=2)


def test_what_was_made_is_told_even_where_the_hook_fails(scratch: Scratch) -> None:
    (scratch.path / ".git/hooks/pre-push").mkdir(parents=True)
    ran = sdd(scratch.path, "init")
    assert ran.status == 3
    assert "made      .specify/memory/constitution.md" in ran.out
    assert "is a folder" in ran.err


def test_a_hook_that_cannot_be_written_is_told(scratch: Scratch) -> None:
    scratch.write(".husky/pre-commit", "x")
    said = init(scratch)
    assert "husky" in said
    assert 'sdd gate --pre-push "$1" "$2"' in said


def test_a_project_with_a_strange_name(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path / "{{date}} \x1b[31m é")
    init(scratch)
    text = (scratch.path / ".specify/memory/constitution.md").read_text()
    assert "\x1b" not in text
    assert is_own_text(".specify/memory/constitution.md", text.encode())


def test_own_text_is_nothing_else() -> None:
    policy = template(POLICY)
    assert is_own_text(".specify/sdd.toml", policy.encode())
    assert is_own_text(".specify/sdd.toml", policy.replace("\n", "\r\n").encode())
    assert not is_own_text(".specify/sdd.toml", policy.encode() + b"\n[rules]\n")
    assert not is_own_text("src/sdd.toml", policy.encode())
    assert not is_own_text(".specify/sdd.toml", b"\xff")


def test_the_hook_command(scratch: Scratch) -> None:
    def hook(*arguments: str) -> tuple[int, str]:
        ran = sdd(scratch.path, "hook", *arguments)
        return ran.status, ran.out

    assert hook("status") == (1, f"hook      not installed: {scratch.path}/.git/hooks/pre-push\n")
    assert hook("install") == (0, f"hook      installed: {scratch.path}/.git/hooks/pre-push\n")
    assert hook("status") == (0, f"hook      in place: {scratch.path}/.git/hooks/pre-push\n")
    document = json.loads(hook("status", "--json")[1])
    assert (document["schema"], document["state"], document["in_force"]) == ("sdd/hook/1", "installed", True)
    assert hook("uninstall")[1].startswith("hook      removed: ")
    assert hook("uninstall")[1].startswith("hook      none of sdd here: ")


@pytest.mark.parametrize(
    "before",
    [
        {},
        {"a.py": "a"},
        {".specify/memory/constitution.md": "# Ours\n\n## Core Principles\n\n### I. Tests first\n\nAlways.\n"},
        {
            ".specify/templates/spec-template.md": "# x\n",
            ".specify/scripts/a.sh": "exit\n",
            "memory/constitution.md": "# Ours\n",
        },
        {
            "history/prompts/general/0001-x.general.prompt.md": "# x\n",
            ".specify/memory/constitution.md": "# [PROJECT_NAME]\n",
        },
        {"openspec/project.md": "x", ".kiro/specs/x/design.md": "x"},
    ],
)
def test_what_it_wrote_passes_its_own_hook(scratch: Scratch, tmp_path: Path, before: dict[str, str]) -> None:
    remote = Scratch(tmp_path / "remote", "--bare")
    scratch.git("remote", "add", "origin", str(remote.path))
    scratch.commit("start", dict(before))
    scratch.git("push", "-q", "origin", "main")
    with forked_python():
        init(scratch)
    scratch.commit("Adopt sdd")
    pushed = scratch.run("git", "push", "-q", "origin", "main")
    assert pushed.returncode == 0, pushed.stderr
    scratch.commit("code", {"src/a.py": "a"})
    refused = scratch.run("git", "push", "-q", "origin", "main")
    assert refused.returncode != 0
    assert "change-no-phr" in refused.stderr
    scratch.git("reset", "-q", "--hard", "HEAD~")
    init(scratch, "--undo")
    assert scratch.run("git", "push", "-q", "origin", "main").returncode == 0


def commit_as(scratch: Scratch, name: str, address: str) -> None:
    scratch.git("commit", "-q", "--allow-empty", "-m", "work", GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL=address)


BOTS = [
    ("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com"),
    ("renovate[bot]", "bot@renovateapp.com"),
    ("Renovate Bot", "renovate@example.com"),
    ("Copilot", "175728472+Copilot@users.noreply.github.com"),
    ("github-actions", "github-actions@github.com"),
    ("GitHub Actions", "actions@github.com"),
    ("web-flow", "noreply@github.com"),
    ("Claude", "noreply@anthropic.com"),
    ("Cursor Agent", "cursoragent@cursor.com"),
    ("semantic-release-bot", "semantic-release-bot@martynus.net"),
    ("GitLab Bot", "project_12_bot@noreply.gitlab.com"),
    ("release", "group_7_bot_0a1b@noreply.gitlab.example"),
]


@pytest.mark.parametrize("authors", [[], [("Ada", "ada@example.com"), ("Claude", "claude@example.com")]])
def test_where_several_people_commit_findings_only_warn_at_first(
    scratch: Scratch, authors: list[tuple[str, str]]
) -> None:
    for name, address in authors:
        commit_as(scratch, name, address)
    document = json.loads(init(scratch, "--json"))
    until = (date.today() + timedelta(days=30)).isoformat() if authors else None
    assert document["warn_until"] == until
    text = (scratch.path / ".specify/sdd.toml").read_bytes()
    found = policies.parse(".specify/sdd.toml", text, "")
    assert (found.problems, found.warn_until) == ((), until)


AUTHORS: list[tuple[list[tuple[str, str]], int]] = [
    ([("Ada", "ada@example.com"), ("A. Lovelace", "ADA@example.com")], 1),
    ([("Ada", "ada@example.com"), ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.example")], 1),
    ([("Ada", "ada@example.com"), *BOTS], 1),
    ([("Ada", "ada@example.com"), ("Claude", "claude@example.com")], 2),
    ([("Ada", "ada@example.com"), ("Jan Bot", "jan@example.com")], 2),
    ([("Ada", "ada@example.com"), ("Grace", "grace@example.com")], 2),
    ([("Ada King", "ada@example.com"), ("ada-king", "ada@work.example")], 1),
    ([("ada-1", "ada@example.com"), ("Ada King", "155+Ada-1@users.noreply.example.com")], 1),
    ([("Ada", "a@x.example"), ("Lovelace", "b@x.example"), ("Lovelace", "a@x.example")], 1),
    ([("张伟", "a@x.example"), ("王芳", "b@x.example")], 2),
]


def test_who_commits_by_several_names_is_one_person_and_a_bot_is_none(scratch: Scratch) -> None:
    written = Written(scratch.path / ".git" / "objects")
    for authors, people in AUTHORS:
        above: list[str] = []
        for name, address in authors:
            above = [written.commit({}, *above, who=f"{name} <{address}> 1772366400 +0000")]
        scratch.git("update-ref", "HEAD", *above)
        with Repository.discover(scratch.path) as repository:
            assert _count_people(repository) == people, authors


def test_a_shallow_clone_has_days_of_grace_and_says_why(scratch: Scratch, tmp_path: Path) -> None:
    for _ in range(2):
        commit_as(scratch, "Ada", "ada@example.com")
    said = init(Scratch.clone(f"file://{scratch.path}", tmp_path / "shallow", "--depth", "1"))
    assert "found     a shallow clone, which does not tell how many people commit: taken for several\n" in said
    assert "grace     several people commit here: findings only warn until " in said


def test_the_days_of_grace_are_said_kept_and_taken_out(scratch: Scratch) -> None:
    commit_as(scratch, "Ada", "ada@example.com")
    commit_as(scratch, "Grace", "grace@example.com")
    until = (date.today() + timedelta(days=30)).isoformat()
    said = init(scratch)
    assert f"grace     several people commit here: findings only warn until {until} (.specify/sdd.toml)" in said
    assert "only warn" not in init(scratch)
    scratch.commit("Adopt sdd")
    scratch.git("branch", "target")
    scratch.commit("code", {"src/a.py": "a"})
    gate = sdd(scratch.path, "gate", "--base", "target")
    assert gate.status == 0
    assert f"findings only warn until {until}" in gate.out
    init(scratch, "--undo")
    assert not (scratch.path / ".specify/sdd.toml").exists()


# -- roots below the one that adopts sdd ------------------------------------------------------------------------------

API_RECORD = "api/history/prompts/general/0001-totals.green.prompt.md"


@pytest.fixture
def monorepo(scratch: Scratch) -> Scratch:
    """Two people's repository with a root below the top that has an old finding, and one that has adopted sdd."""
    for name in ("Ada", "Grace"):
        commit_as(scratch, name, f"{name}@example.com")
    scratch.commit(
        "Roots",
        {
            "api/.specify/memory/constitution.md": TARGET[CONSTITUTION],
            API_RECORD: "# Round the totals\n",
            "web/.specify/sdd.toml": "",
            "web/history/prompts/general/0001-x.green.prompt.md": "# Round the totals\n",
        },
    )
    return scratch


def test_roots_below_are_adopted_too(monorepo: Scratch) -> None:
    document = json.loads(init(monorepo, "--no-hooks", "--json"))
    assert {"api/.specify/sdd.toml", "api/.specify/baseline.json"} < set(document["made"])
    assert not any(path.startswith("web/") for path in document["made"])
    assert any("api" in note and "web" not in note for note in document["notes"])
    text = (monorepo.path / "api/.specify/sdd.toml").read_bytes()
    assert policies.parse("api/.specify/sdd.toml", text, "api").warn_until == document["warn_until"] is not None
    own = sdd(monorepo.path, "check", "--json", "api").document
    assert sum(change["in_baseline"] for change in own["changes"]) == document["baseline"] > 0
    assert not any(change["findings"] for change in own["changes"])
    record = next(path for path in document["made"] if path.startswith("history/prompts/"))
    assert "api/.specify/baseline.json" in (monorepo.path / record).read_text()


def test_the_adoption_of_roots_below_lands(monorepo: Scratch) -> None:
    monorepo.git("branch", "target")
    command = init(monorepo, "--no-hooks").partition("next")[2].strip().splitlines()[0]
    assert monorepo.run("sh", "-c", command).returncode == 0
    assert monorepo.git("status", "--porcelain") == ""
    assert sdd(monorepo.path, "gate", "--base", "target").status == 0


def test_grace_holds_in_roots_below(monorepo: Scratch) -> None:
    init(monorepo, "--no-hooks")
    monorepo.commit("Adopt sdd")
    monorepo.git("branch", "target")
    monorepo.commit("Code", {"api/src/a.py": "a"})
    gate = sdd(monorepo.path, "gate", "--base", "target")
    assert (gate.status, "findings only warn until" in gate.out) == (0, True)


def test_undo_takes_out_the_policies_below(monorepo: Scratch) -> None:
    before = files(monorepo)
    init(monorepo, "--no-hooks")
    init(monorepo, "--undo", "--no-hooks")
    # web stays a root, and has no constitution of its own.
    assert {path for path in files(monorepo) if not path.startswith("history/")} == {*before, CONSTITUTION}


def test_a_root_that_was_set_up_by_itself_stays(monorepo: Scratch) -> None:
    init(monorepo, "--no-hooks", "--root", "api")
    api = {path: content for path, content in files(monorepo).items() if path.startswith("api/")}
    init(monorepo, "--no-hooks")
    init(monorepo, "--undo", "--no-hooks")
    assert {path: content for path, content in files(monorepo).items() if path.startswith("api/")} == api


def test_the_first_check_finds_no_error(scratch: Scratch) -> None:
    """A constitution that nobody has begun is one warning, and one that somebody has begun is to be finished."""
    scratch.commit("Code", {"a.py": "a"})
    init(scratch, "--no-hooks")
    (found,) = sdd(scratch.path, "check", "--json").document["changes"][0]["findings"]
    assert (found["rule"], found["severity"]) == ("constitution-placeholder", "warning")
    text = (scratch.path / CONSTITUTION).read_text().replace("[NAME OF THE FIRST PRINCIPLE]", "Cents")
    scratch.write(CONSTITUTION, text)
    assert len(sdd(scratch.path, "check", "--json").document["changes"][0]["findings"]) == 1
    scratch.write(
        CONSTITUTION, text.replace("[WHAT MUST ALWAYS HOLD AND WHY IT MATTERS HERE]", "Money MUST be cents.", 1)
    )
    found = sdd(scratch.path, "check", "--json").document["changes"][0]["findings"]
    assert {finding["severity"] for finding in found} == {"error"}
    assert len(found) == 5
