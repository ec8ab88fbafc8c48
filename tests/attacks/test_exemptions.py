"""Files made to look exempt, or to be records.

Code has an exempt name, or one that differs from it in case, blanks or look-alike letters. It is executable, begins
with `#!`, is a link or a submodule, or lies below `specs/`, `.specify/` or `history/`. The CI file or the policy is
removed, weakened, moved or replaced. A record is executable or too large. What spec-kit and `sdd init` install passes
byte for byte.
"""

import hashlib
import re
from collections.abc import Callable, Mapping

import pytest

from sdd.records import packaged
from sdd.records.kinds import is_record_path
from sdd.records.packaged import CI_PLACES, PIPELINE, WORKFLOW, ci_text, template
from tests.adopted import PROMISE, phr
from tests.attacks.ground import CONTRACT, GOOD, PHR, POLICY, Content, Ground

LOCKS = ("uv.lock", "web/package-lock.json", "go.sum", ".terraform.lock.hcl", "api/gradle.lockfile", "web/yarn.lock")


@pytest.mark.parametrize(
    "path",
    [
        "src/LICENSE_check.py", "CHANGELOG.js", "LICENSE.py", "LICENSES/run.sh", "evil.lock", "src/evil.lock",
        "package-lock.json.py", "go.sum.go", "xgo.sum", ".gitignore.sh", "a.gitkeep", "docs.md/run.py", "src/docs/a.md",
        "uv.lock/run.py", "LICENSE.md/run.py", "LICENSE.md.py",
    ],
)  # fmt: skip
def test_code_is_named_like_an_exempt_file(ground: Ground, path: str) -> None:
    """Code is called `src/LICENSE_check.py`, `CHANGELOG.js` or `evil.lock`. `change-no-phr`."""
    ground.attempt({path: "1\n"}).refused("change-no-phr")


@pytest.mark.parametrize(
    "path",
    [
        "uv.LOCK",
        "license",
        "LICENSE ",
        "LICENSE\n",
        "yarn.lock\n",
        "docs/e.md\n",
        "docs/e\n.md\n",
        "uv.lock\r",
        " LICENSE",
        "LICENSE\N{ZERO WIDTH SPACE}",
        "ＬICENSE",
        "LICENSE.ｍd",
        "DOCS/a.md",
    ],
)
def test_a_name_that_only_looks_exempt(ground: Ground, path: str) -> None:
    """The name of a code file differs from an exempt one in case, blanks or look-alike letters. `change-no-phr`."""
    ground.attempt({path: "1\n"}).refused("change-no-phr")


SCRIPT, RELEASE = ".specify/scripts/bash/common.sh", b"#!/bin/sh\necho release\n"


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of what spec-kit installs holds one script."""
    line = f"{hashlib.sha256(RELEASE).hexdigest()}  {SCRIPT}"
    monkeypatch.setattr(packaged, "template", lambda name: line if name == packaged.RELEASED else template(name))
    packaged.released.cache_clear()
    monkeypatch.setattr(packaged, "released", packaged.released.__wrapped__)


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("root", ["", "web/"])
def test_an_upgrade_of_spec_kit(ground: Ground, root: str) -> None:
    """What a release of spec-kit installs is added, put in place of an own script, or removed. Passes."""
    if root:
        ground.land(ground.commit({f"{root}{POLICY}": "# The defaults hold.\n"}))
    path = root + SCRIPT
    ground.attempt({path: ("100755", RELEASE)}).passed()
    ground.land(ground.commit({path: ("100755", b"#!/bin/sh\necho own\n")}))
    ground.attempt({path: ("100755", RELEASE)}).passed()
    ground.land(ground.commit({path: ("100755", RELEASE)}))
    ground.attempt({path: None}).passed()


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize(
    ("path", "file"),
    [
        (SCRIPT, ("100755", RELEASE + b"\n")),
        (SCRIPT, ("100755", RELEASE.replace(b"\n", b"\r\n"))),
        (SCRIPT, ("120000", RELEASE)),
        (SCRIPT.replace("common", "setup-plan"), ("100755", RELEASE)),
        (f"web/{SCRIPT}", ("100755", RELEASE)),
        ("scripts/bash/common.sh", ("100755", RELEASE)),
        (f"{SCRIPT}/common.sh", ("100755", RELEASE)),
        (SCRIPT.upper(), ("100755", RELEASE)),
    ],
)
def test_a_script_that_only_resembles_a_release(ground: Ground, path: str, file: Content) -> None:
    """A script of spec-kit is changed by a byte, is a link, has another name, or lies elsewhere. `change-no-phr`."""
    ground.attempt({path: file}).refused("change-no-phr")


@pytest.mark.usefixtures("released")
def test_an_edited_script_of_spec_kit_is_removed(ground: Ground) -> None:
    """A script of spec-kit with edits of one's own is removed. `change-no-phr`."""
    ground.land(ground.commit({SCRIPT: ("100755", RELEASE + b"echo own\n")}))
    ground.attempt({SCRIPT: None}).refused("change-no-phr")


def test_the_list_of_what_spec_kit_installs() -> None:
    """The list of what spec-kit installs is to exempt a file twice, a record or one of sdd's own. It holds none."""
    lines = template(packaged.RELEASED).splitlines()
    assert len(lines) == len(set(lines)) > 300
    assert all(re.fullmatch(r"[0-9a-f]{64}  \.specify/[\w./-]+", line) for line in lines)
    assert all(packaged.may_be_released(line[66:]) and not is_record_path(line[66:]) for line in lines)
    digests = {path: {line[:64] for line in lines if line[66:] == path} for path in packaged.SCRIPT_PLACES}
    own = {path: hashlib.sha256(template(name).encode()).hexdigest() for path, name in packaged.SCRIPT_PLACES.items()}
    assert not any(own[path] in digests[path] for path in own)


@pytest.mark.parametrize("path", ["LICENSE", "docs/a.md", "README.md", "uv.lock"])
@pytest.mark.parametrize("file", [("100755", b"echo 1\n"), ("100644", b"#!/bin/sh\necho 1\n")])
def test_an_exempt_file_can_be_run(ground: Ground, path: str, file: Content) -> None:
    """A file with an exempt name is executable, or begins with `#!`. `change-no-phr`."""
    ground.attempt({path: file}).refused("change-no-phr")


@pytest.mark.parametrize("file", [("100755", b"1\n"), ("100644", b"\xef\xbb\xbf#! /bin/sh\n"), ("100644", b"#!sh")])
def test_the_policy_exempts_everything_and_something_can_be_run(ground: Ground, file: Content) -> None:
    """A script is pushed where the policy exempts every file. `change-no-phr`."""
    ground.land(ground.commit({POLICY: '[gate]\nexempt = ["**"]\n'}))
    ground.attempt({"src/run": file}).refused("change-no-phr")
    ground.attempt({"src/run.py": "1\n", "src/lib.rs": "#![no_std]\n", "src/b.rs": "#! [no_std]\n"}).passed()


@pytest.mark.parametrize("after", [None, ("100644", b"evil\n"), ("120000", b"/bin/sh")])
def test_an_exempt_file_that_is_run_is_removed_or_disarmed(ground: Ground, after: Content) -> None:
    """An executable with an exempt name is removed, or replaced by an ordinary file. `change-no-phr`."""
    ground.land(ground.commit({"docs/run.md": ("100755", b"1\n")}))
    ground.attempt({"docs/run.md": after}).refused("change-no-phr")


@pytest.mark.parametrize("mode", ["120000", "160000"])
@pytest.mark.parametrize("path", ["LICENSE", "docs/a.md", "uv.lock"])
def test_a_link_or_submodule_has_an_exempt_name(ground: Ground, path: str, mode: str) -> None:
    """A link or a submodule has an exempt name, replaces an exempt file, or is replaced by one. `change-no-phr`."""
    what: Content = (mode, ground.main.encode() if mode == "160000" else b"src/old.py")
    ground.attempt({path: what}).refused("change-no-phr")
    ground.land(ground.commit({path: "text\n"}))
    ground.attempt({path: what}).refused("change-no-phr")
    ground.land(ground.commit({path: what}))
    ground.attempt({path: ("100644", b"text\n")}).refused("change-no-phr")


def test_an_exempt_twin(ground: Ground) -> None:
    """A second `LICENSE.md`, which differs in case only, replaces the first at checkout. `change-path-twin`."""
    ground.land(ground.commit({"docs/a.md": "1\n"}))
    ground.attempt({"docs/A.md": "1\n"}).refused("change-path-twin")


@pytest.mark.parametrize("path", ["LICENSE", "CHANGELOG.rst", "a/LICENSE.txt", ".gitignore", "docs/a/b.md", *LOCKS])
def test_an_exempt_file_is_plain_text(ground: Ground, path: str) -> None:
    """An exempt file is ordinary text. Passes."""
    ground.attempt({path: "text\n"}).passed()


def test_an_executable_license_is_made_plain(ground: Ground) -> None:
    """An exempt file that was executable by accident loses the mode, and nothing else. Passes."""
    ground.land(ground.commit({"LICENSE": ("100755", b"text\n")}))
    ground.attempt({"LICENSE": ("100644", b"text\n")}).passed()


# -- sdd's own files ---------------------------------------------------------------------------------------

DECIDED = "history/prompts/constitution/0001-gate.constitution.prompt.md"


def decision(*files: str) -> str:
    """A PHR of stage constitution, with its contract."""
    return phr(files, stage="constitution", kind="fix", embedded=PROMISE)


ELSEWHERE: Mapping[str, Callable[[str], Content]] = {
    "removed": lambda path: None,
    "pinned to a release that does not exist": lambda path: repinned(path, "999.0"),
    "pinned to an old release": lambda path: repinned(path, "0.0"),
    "weakened": lambda path: ci_text(path).replace(" gate ", " --version "),
    "emptied": lambda path: "",
    "a link": lambda path: ("120000", b"/dev/null"),
}


def repinned(path: str, series: str) -> str:
    """The CI file for another series of releases."""
    text = re.sub(r"sdd-gate==\d+\.\d+", f"sdd-gate=={series}", ci_text(path))
    assert text != ci_text(path)
    return text


@pytest.mark.parametrize("path", CI_PLACES)
@pytest.mark.parametrize("how", ELSEWHERE)
def test_the_file_that_runs_the_gate_is_changed(ground: Ground, path: str, how: str) -> None:
    """The CI file of sdd is removed, weakened, or pinned to another release. `policy-changed`."""
    ground.land(ground.commit({path: ci_text(path)}))
    assert ELSEWHERE[how](path) != ci_text(path)
    # One record decides the removal of sdd's own file; what takes its place needs those of any work.
    also = () if how == "removed" else ("change-no-phr",)
    ground.attempt({path: ELSEWHERE[how](path)}).refused("policy-changed", *also)


@pytest.mark.parametrize("how", ["removed", "pinned to an old release"])
def test_the_file_that_runs_the_gate_is_changed_by_a_decision(ground: Ground, how: str) -> None:
    """A PHR of stage constitution names the changed CI file of sdd. Passes."""
    ground.land(ground.commit({PIPELINE: ci_text(PIPELINE)}))
    ground.attempt({PIPELINE: ELSEWHERE[how](PIPELINE), DECIDED: decision(PIPELINE)}).passed()


@pytest.mark.parametrize("path", CI_PLACES)
def test_the_file_that_runs_the_gate_is_updated(ground: Ground, path: str) -> None:
    """The CI file of sdd is added or updated as `sdd init` writes it now. Passes."""
    now = {path: ci_text(path)}
    ground.attempt(now).passed()
    ground.land(ground.commit({path: repinned(path, "0.0")}))
    ground.attempt(now).passed()
    ground.land(ground.commit({path: "# a former template\nsdd: {}\n"}))
    ground.attempt(now).passed()


OWN_PIPELINE = "include:\n  - local: .gitlab/ci/sdd.yml\nbuild:\n  script: make\n"


@pytest.mark.parametrize(
    ("edit", "is_weaker"), [(("- local: .gitlab/ci/sdd.yml", "[]"), True), (("make", "make all"), False)]
)
def test_a_pipeline_of_the_project_no_longer_includes_sdd(
    ground: Ground, edit: tuple[str, str], *, is_weaker: bool
) -> None:
    """The project's own pipeline stops including sdd's. `policy-changed`."""
    ground.land(ground.commit({PIPELINE: OWN_PIPELINE}))
    answers = ground.attempt({PIPELINE: OWN_PIPELINE.replace(*edit)})
    answers.refused("change-no-phr", *(["policy-changed"] if is_weaker else []))
    assert is_weaker or "policy-changed" not in answers.rules


OWN_WORKFLOW = """on: pull_request
jobs:
  test:
    steps:
      - run: make test
      - run: sdd gate --base refs/remotes/origin/main
"""
TAKEN_OUT: Mapping[str, Content] = {
    "removed": None,
    "without the call": OWN_WORKFLOW.replace("sdd gate --base refs/remotes/origin/main", "true"),
    "with the call in a comment": OWN_WORKFLOW.replace("- run: sdd", "# - run: sdd"),
    "with a call that always passes": OWN_WORKFLOW.replace("origin/main", "origin/main || true"),
    "a link": ("120000", b"/dev/null"),
}


@pytest.mark.parametrize("path", [".github/workflows/gate.yml", ".forgejo/workflows/ci.yaml", ".gitlab/gate.yml"])
@pytest.mark.parametrize("how", TAKEN_OUT)
def test_a_workflow_of_the_project_no_longer_runs_the_gate(ground: Ground, path: str, how: str) -> None:
    """A workflow of any name that calls the gate is removed or calls it no longer. `policy-changed`."""
    ground.land(ground.commit({path: OWN_WORKFLOW}))
    ground.attempt({path: TAKEN_OUT[how]}).refused("policy-changed", "change-no-phr")


@pytest.mark.parametrize(
    ("path", "was"),
    [
        (".github/workflows/gate.yml", OWN_WORKFLOW),
        (".github/workflows/lint.yml", "jobs: {lint: {steps: [{run: make test}, {run: ruff check sdd}]}}\n"),
        ("docs/gate.yml", OWN_WORKFLOW),
    ],
)
def test_a_workflow_of_the_project_keeps_the_gate(ground: Ground, path: str, was: str) -> None:
    """A workflow changes other than in its calls of the gate, or never had any. `change-no-phr` alone."""
    ground.land(ground.commit({path: was}))
    answers = ground.attempt({path: was.replace("make test", "make all")})
    answers.refused("change-no-phr")
    assert "policy-changed" not in answers.rules


def test_the_file_that_runs_the_gate_moves(ground: Ground) -> None:
    """The CI file of sdd is moved where no forge looks for it. `policy-changed`."""
    ground.land(ground.commit({WORKFLOW: ci_text(WORKFLOW)}))
    ground.attempt({WORKFLOW: None, ".github/off/sdd.yml": ci_text(WORKFLOW)}).refused("policy-changed")


@pytest.mark.parametrize("what", [("120000", b"/dev/null"), ("160000", b"1" * 40)])
def test_the_policy_becomes_a_link(ground: Ground, what: Content) -> None:
    """The policy is replaced by a link or a submodule, to get the defaults. `policy-changed`."""
    ground.attempt({POLICY: what}).refused("policy-changed", "record-symlink")


# -- records -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [PHR, CONTRACT, "specs/001-vat/evil.md", "specs/001-vat/contracts/api.yaml", ".specify/templates/run.toml"]
)
def test_a_record_that_can_be_run(ground: Ground, path: str) -> None:
    """A record is marked as executable. `record-mode`."""
    content = GOOD.get(path, "evil\n")
    assert isinstance(content, str)
    ground.attempt({**GOOD, path: ("100755", content.encode())}).refused("record-mode")


def test_a_record_that_could_be_run_already(ground: Ground) -> None:
    """A record that landed as executable is edited and stays executable. Passes with a warning."""
    ground.land(ground.commit({"specs/001-vat/notes.md": ("100755", b"1\n")}))
    ground.attempt({"specs/001-vat/notes.md": "2\n"}).passed()


@pytest.mark.parametrize(
    ("root", "named"),
    [
        ("apps/web", "/apps/web/"), ("apps/web", "/apps/web/src/"), ("apps/web", "/apps/./web/"), ("apps/web", "./"),
        ("apps/web", "//apps//web//"), ("apps/web", "/apps/"), ("apps/web", "/"), ("apps/web", "src/"),
        ("apps/wéb", "/apps/we\N{COMBINING ACUTE ACCENT}b/"), ("apps/wéb", "/apps/we\N{COMBINING ACUTE ACCENT}b/src/"),
        ("apps/all/web", "/apps/all/"), ("apps/all/web", "/apps/all/web/src/"),
    ],
)  # fmt: skip
def test_a_record_of_a_nested_root_names_all_of_it(ground: Ground, root: str, named: str) -> None:
    """The PHR of the nested root `apps/web/` names that whole folder, or one at its first level. `change-no-phr`."""
    code = f"{root}/src/lib/a.py"
    ground.land(ground.commit({f"{root}/.specify/memory/constitution.md": "# Web\n", code: "1\n"}))
    record = f"{root}/history/prompts/general/0001-web.green.prompt.md"
    text = phr([named], kind="chore")
    ground.attempt({code: "2\n", record: text}).refused("change-no-phr")
    ground.attempt({code: "2\n", record: text.replace(named, "src/lib/")}).passed()


LARGE = b"x" * 1_100_000


@pytest.mark.parametrize(
    "path",
    [
        PHR, CONTRACT, "specs/001-vat/tasks.md", "specs/001-vat/notes.md", "specs/001-vat/contracts/api.yaml",
        ".specify/templates/x.json", ".specify/feature.json", "AGENTS.md",
    ],
)  # fmt: skip
def test_a_record_larger_than_is_read(ground: Ground, path: str) -> None:
    """A record, or a text beside one, is larger than the limit. `record-too-large`."""
    content = GOOD.get(path, "")
    assert isinstance(content, str)
    ground.attempt({**GOOD, path: content.encode() + LARGE}).refused("record-too-large")


def test_a_record_of_a_moved_layout_is_larger_than_is_read(ground: Ground) -> None:
    """A record in a folder of the policy's `[layout]` is larger than the limit. `record-too-large`."""
    ground.land(ground.commit({POLICY: '[layout]\nspecs = ["docs/specs", "specs"]\n'}))
    ground.attempt({"docs/specs/002-x/spec.md": LARGE}).refused("record-too-large")


@pytest.mark.parametrize(
    "path",
    [
        "specs/evil/contracts/pipeline.yaml", "specs/src/lib/contracts/a/b/evil.json", "specs/contracts/evil.yml",
        "specs/001-vat/sub/contracts/evil.yaml", "specs/001-vat/Contracts/evil.yaml", "specs/001-vat/evil.yaml",
        "specs/001-vat/contracts/evil.py", "specs/001-vat/contracts/evil.yaml.py", "specs/001-vat/EVIL.MD",
        ".specify/Templates/evil.toml", ".specify/templates/evil.py", ".specify/evil.json", "history/evil.md",
        *(
            f"specs/001-vat/contracts/{name}"
            for name in (
                "package.json", "v1/Package.json", "docker-compose.yml", "compose.prod.yaml", "playbook.yaml",
                ".vscode/tasks.json", "v1/.devcontainer/devcontainer.json", ".eslintrc.json", "composer.json",
            )
        ),
    ],
)  # fmt: skip
def test_code_lies_where_records_do(ground: Ground, path: str) -> None:
    """Code is put below `specs/`, `.specify/` or `history/`, in a `contracts/` of no feature, or under a name by which
    a program runs it. `change-no-phr`.
    """
    ground.attempt({path: "run: evil\n"}).refused("change-no-phr")


@pytest.mark.parametrize("content", [b"#!/bin/sh\nevil\n", b"\xef\xbb\xbf#!/bin/sh\n", b"\x7fELF\0\1", b"a: 1\n\0"])
@pytest.mark.parametrize(
    "path", ["specs/001-vat/notes.md", "specs/001-vat/contracts/api.yaml", ".specify/templates/x.md"]
)
def test_a_text_beside_records_is_none(ground: Ground, path: str, content: bytes) -> None:
    """A script or a binary is named like a feature's notes, or replaces them. `change-no-phr`."""
    ground.attempt({path: content}).refused("change-no-phr")
    ground.land(ground.commit({path: content}))
    ground.attempt({path: "text\n"}).refused("change-no-phr")


def test_a_text_beside_records(ground: Ground) -> None:
    """An interface contract comes with its feature or after it, beside notes and a template. Passes."""
    spec = ground.file("specs/001-vat/spec.md").replace(b"001-vat", b"002-x")
    new: dict[str, Content] = {"specs/002-x/spec.md": spec, "specs/002-x/contracts/v1/api.yaml": "openapi: 3.1.0\n"}
    ground.attempt(new).passed()
    texts = (
        "notes.md", "contracts/api.json", "contracts/v1/contracts/api.yml", "checklists/x.md",
        "contracts/packages.json", "contracts/tasks.json", "contracts/compose-orders.yml", "contracts/.notes.md",
    )  # fmt: skip
    ground.attempt({f"specs/001-vat/{text}": "text\n" for text in texts}).passed()
    ground.land(ground.commit({"specs/001-vat/contracts/api.json": "{}\n"}))
    ground.attempt({"specs/001-vat/contracts/api.json": None}).passed()
