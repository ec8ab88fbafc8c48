"""The files that `sdd init --ci` writes: linted, and their steps run against a real remote as a forge would."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import junitparser
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sdd import __version__
from sdd.records.packaged import CI_PLACES, INCLUDED_PIPELINE, PIPELINE, WORKFLOW, ci_text, is_own_text
from tests import ci_lock
from tests.adopted import LANDED, POLICY, PROMISE, Adopted, phr
from tests.forges import (
    NULL,
    Job,
    evaluated,
    merge_group,
    merge_request,
    on_github,
    on_gitlab,
    pull_request,
    push,
    workflow,
)
from tests.forked import forked_python
from tests.runner import commands
from tests.scratch import Scratch
from tests.verdicts import sarif_of

TOP = Path(__file__).parent.parent
RECORD = "history/prompts/general/0001-rounding.green.prompt.md"
GOOD: dict[str, str | bytes | None] = {
    "src/round.py": "1\n",
    RECORD: phr(["src/round.py"], kind="fix", embedded=PROMISE),
}
BAD: dict[str, str | bytes | None] = {"src/round.py": "1\n"}
WEAKER: dict[str, str | bytes | None] = {POLICY: '[gate]\nexempt = ["**"]\n', "src/round.py": "1\n"}


# -- the files themselves ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("vendor.github-workflows", ci_text(WORKFLOW)),
        ("vendor.github-actions", (TOP / "action.yml").read_text()),
        ("vendor.gitlab-ci", ci_text(PIPELINE)),
    ],
)
def test_they_are_what_the_forges_take(tmp_path: Path, schema: str, text: str) -> None:
    (tmp_path / "file.yml").write_text(text)
    rules = "{line-length: {max: 120}, document-start: disable, truthy: {check-keys: false}}"
    for command in (
        ["check_jsonschema", "--builtin-schema", schema],
        ["yamllint", "-d", f"{{extends: default, rules: {rules}}}"],
    ):
        words = [sys.executable, "-m", *command, "file.yml"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_workflow_may_do_little_and_runs_nothing_of_the_change() -> None:
    document = workflow()
    assert set(document["on"]) == {"pull_request", "merge_group", "push"}
    (job,) = document["jobs"].values()
    assert document["permissions"] == {}
    reads = dict.fromkeys(("contents", "actions", "pull-requests"), "read")
    assert job["permissions"] == {**reads, "security-events": "write"}
    assert job["timeout-minutes"] <= 10
    (used,) = [step["uses"] for step in job["steps"] if "uses" in step]
    assert re.fullmatch(r"github/codeql-action/upload-sarif@[0-9a-f]{40}", used), "a tag can be moved, a commit cannot"
    for step in job["steps"]:
        assert "${{" not in step.get("run", ""), "text out of an event must not become part of a script"


def test_the_action_runs_what_the_workflow_runs() -> None:
    action = yaml.safe_load((TOP / "action.yml").read_text())
    steps = [step for step in workflow()["jobs"]["gate"]["steps"] if "run" in step]
    assert action["runs"]["steps"][1]["run"] == steps[1]["run"]
    assert "version" not in action["inputs"], "its own commit says which sdd runs"
    assert steps[0]["env"] == {"SDD": f"sdd-gate=={__version__}"}
    assert f"SDD: sdd-gate=={__version__}\n" in ci_text(PIPELINE)
    context = {**pull_request("a" * 40), "inputs.base": "release", "inputs.head": "b" * 40}
    judging = action["runs"]["steps"][1]["env"]
    assert evaluated(judging["TARGET"], context) == "release"
    assert evaluated(judging["HEAD"], context) == "b" * 40
    plain = {name: evaluated(value, pull_request("a" * 40)) for name, value in judging.items() if name != "TOKEN"}
    assert plain == {
        "TARGET": "main",
        "SOURCE": "work",
        "HEAD": "a" * 40,
        "BEFORE": "",
        "OPENER": "",
        "SENDER": "",
        "FORK": "",
    }


@pytest.mark.parametrize(
    ("context", "uploads", "ref"),
    [
        (pull_request("a" * 40), "true", "refs/pull/7/head"),
        (pull_request("a" * 40, fork=True), "false", "refs/pull/7/head"),
        (push("b" * 40, "a" * 40), "true", "refs/heads/main"),
        (merge_group("a" * 40), "false", ""),
    ],
)
def test_the_check_names_its_target_and_forks_upload_nothing(context: dict[str, Any], uploads: str, ref: str) -> None:
    job = workflow()["jobs"]["gate"]
    assert evaluated(job["name"], context) == "sdd into refs/heads/main"
    upload = job["steps"][-1]
    assert evaluated(upload["if"], {**context, "steps.judge.outputs.sarif": "x"}) == uploads
    assert evaluated(upload["if"], {**context, "steps.judge.outputs.sarif": ""}) in ("", "false")
    assert upload["continue-on-error"] is True
    if ref:
        assert evaluated(upload["with"]["ref"], context) == ref
        assert evaluated(upload["with"]["sha"], context) == "a" * 40


def test_what_sdd_needs_is_locked_by_hashes() -> None:
    found = ci_lock.locked()
    assert ci_lock.LOCK.read_text() == ci_lock.lock_text(found), "python -m tests.ci_lock --write"
    versions = dict(found.keys())
    assert len(versions) == len(found), "a package has one version"
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digests in found.values() for digest in digests)
    for line in ci_lock.dependencies():
        wanted = Requirement(line)
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), line


def test_each_job_installs_by_version_and_hashes() -> None:
    pipeline = yaml.safe_load(ci_text(PIPELINE))["sdd"]["before_script"][0]
    action = yaml.safe_load((TOP / "action.yml").read_text())["runs"]["steps"][0]["run"]
    for script in (workflow()["jobs"]["gate"]["steps"][0]["run"], pipeline, action):
        installed = [line for line in script.splitlines() if "pip install" in line]
        assert all("--only-binary :all: --no-deps" in line for line in installed), script
        assert "--require-hashes" in installed[-1]
        assert script.index("--require-hashes") < script.index("pip check")


@pytest.mark.parametrize("path", CI_PLACES)
def test_only_the_version_may_differ_in_an_own_text(path: str) -> None:
    text = ci_text(path)
    assert is_own_text(path, text.encode())
    assert is_own_text(path, re.sub(r"==\d+\.\d+\.\d+", "==12.34.5", text).replace("\n", "\r\n").encode())
    for other in ('0.1.0"; touch owned #', "0.1.*", "0.1.0,>9", "0.¹.0", "", f"0.1.0 --hash=sha256:{'a' * 64}"):
        assert not is_own_text(path, re.sub(r"==\d+\.\d+\.\d+", f"=={other}", text).encode())
    assert not is_own_text(path, text.replace('gate "$@"', 'gate "$@" || true').encode())
    assert not is_own_text(f"packages/{path}", text.encode())


# -- what the forges run -------------------------------------------------------------------------------------


def judged(adopted: Adopted, files: dict[str, str | bytes | None], branch: str = "work") -> str:
    """Pushes a branch with files to the remote; its head."""
    adopted.branch(branch)
    head = adopted.write(files)
    adopted.land(f"HEAD:refs/heads/{branch}")
    return head


def both(adopted: Adopted, head: str, *, started: bool = False) -> tuple[Job, Job]:
    """A pull request on GitHub and a merge request on GitLab, of the same head."""
    variables = merge_request(adopted, head)
    return on_github(adopted, pull_request(head), started=started), on_gitlab(adopted, started, **variables)


def test_a_good_change_passes(adopted: Adopted) -> None:
    github, gitlab = both(adopted, judged(adopted, GOOD), started=True)
    assert (github.status, gitlab.status) == (0, 0), github.log + gitlab.log
    assert re.search(r"^sdd: pass: refs/heads/work \w{7} against origin/main \w{7}: 1 covered$", github.log, re.M)
    assert github.left("summary").startswith("### sdd: pass\n")
    sarif = github.left("output").strip().removeprefix("sarif=")
    assert sarif_of(Path(sarif).read_text())["results"] == []
    assert json.loads(gitlab.left("workspace/sdd-code-quality.json")) == []
    (suite,) = junitparser.JUnitXml.fromstring(gitlab.left("workspace/sdd-junit.xml").encode())
    assert (suite.tests, suite.failures) == (1, 0)
    for job in (github, gitlab):
        assert "secret" not in job.log
        names = {path.name for path in (job.folder / "workspace").iterdir()}
        assert names <= {"sdd-code-quality.json", "sdd-junit.xml"}, "nothing of the change was checked out"


def test_a_bad_change_is_refused_and_told_beside_the_code(adopted: Adopted) -> None:
    github, gitlab = both(adopted, judged(adopted, BAD))
    assert (github.status, gitlab.status) == (1, 1), github.log + gitlab.log
    assert [log.count("; why: sdd rule show") for log in (github.log, gitlab.log)] == [1, 1], "each job judges once"
    (told,) = commands(github.log)
    assert (told.name, told.properties["file"]) == ("error", "src/round.py")
    assert "next[fix]: sdd phr new" in github.log
    assert github.left("summary").startswith("### sdd: refused\n")
    assert len(sarif_of(Path(github.left("output").strip().removeprefix("sarif=")).read_text())["results"]) == 3
    (entry,) = json.loads(gitlab.left("workspace/sdd-code-quality.json"))
    assert entry["location"]["path"] == "src/round.py"
    (suite,) = junitparser.JUnitXml.fromstring(gitlab.left("workspace/sdd-junit.xml").encode())
    assert (suite.tests, suite.failures) == (1, 1)


def test_a_policy_that_the_change_weakens_does_not_judge_it(adopted: Adopted) -> None:
    for job in both(adopted, judged(adopted, WEAKER)):
        assert job.status == 1
        assert "policy-changed" in job.log
        assert "change-no-phr" in job.log


def test_the_target_is_judged_against_as_it_is_now(adopted: Adopted) -> None:
    """The branch is behind, its first head was replaced by force, and both are judged for what is theirs alone."""
    first = judged(adopted, BAD)
    adopted.here.git("reset", "-q", "--hard", "main")
    second = adopted.write(GOOD, "again")
    adopted.land("+HEAD:refs/heads/work")
    adopted.land_change({"src/other.py": "1\n"}, "meanwhile")
    assert [job.status for job in both(adopted, first)] == [1, 1]
    for job in both(adopted, second):
        assert (job.status, "src/other.py" in job.log) == (0, False), job.log


def test_a_merge_group_and_a_merge_train_are_judged_as_they_would_land(adopted: Adopted) -> None:
    source = judged(adopted, GOOD)
    adopted.here.git("switch", "-q", "-c", "queue", "main")
    adopted.here.git("merge", "-q", "--no-ff", "--no-edit", "work")
    good = adopted.here.git("rev-parse", "HEAD")
    bad = adopted.write({"src/sneaked.py": "1\n"}, "what a merge button can add")
    adopted.land("HEAD:refs/heads/gh-readonly-queue/main/pr-7")
    assert on_github(adopted, merge_group(good)).status == 0
    job = on_github(adopted, merge_group(bad))
    assert (job.status, "src/sneaked.py:1:1: change-no-phr" in job.log) == (1, True), job.log
    train = {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": source, "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"}
    assert on_gitlab(adopted, **merge_request(adopted, bad, **train)).status == 1
    merged = train | {"CI_MERGE_REQUEST_EVENT_TYPE": "merged_result"}
    assert on_gitlab(adopted, **merge_request(adopted, bad, **merged)).status == 0, "the source's own head"


@pytest.mark.parametrize(("forge", "path"), [("github", WORKFLOW), ("gitlab", PIPELINE)])
def test_a_file_of_another_version_is_brought_up_to_date(adopted: Adopted, forge: str, path: str) -> None:
    adopted.done("init", "--ci", forge)
    former = ci_text(path).replace(f"=={__version__}", "==0.0.1")
    assert former != ci_text(path)
    adopted.write({path: former}, "as it was")
    adopted.land()
    assert f"made      {path}" in adopted.done("init", "--ci", forge).out
    assert (adopted.here.path / path).read_text() == ci_text(path)
    adopted.here.git("commit", "-qam", "update")
    assert adopted.gate()["verdict"] == "pass"
    own = ci_text(path).replace("10", "20")
    adopted.write({path: own})
    adopted.done("init", "--ci", forge)
    assert (adopted.here.path / path).read_text() == own


def test_each_request_of_a_queue_is_as_large_as_it_is(adopted: Adopted) -> None:
    adopted.here.git("switch", "-q", "-c", "queue", "main")
    for number in (2, 3):
        record = f"history/prompts/general/000{number}-rates.misc.prompt.md"
        text = phr([f"src/{number}.py"], id=f"000{number}", kind="chore", stage="misc", prompt=f"List {number}.")
        head = adopted.write({f"src/{number}.py": "RATE = 1\n" * 30, record: text})
    adopted.land("HEAD:refs/heads/gh-readonly-queue/main/pr-7")
    assert on_github(adopted, merge_group(head)).status == 0
    train = {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head, "CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"}
    assert on_gitlab(adopted, **merge_request(adopted, head, **train)).status == 0
    job = on_gitlab(adopted, **merge_request(adopted, head))
    assert (job.status, "change-not-a-chore" in job.log) == (1, True), job.log


def pushed(adopted: Adopted, before: str, after: str) -> tuple[Job, Job]:
    """The push of a branch that has landed already, on both forges."""
    variables = {"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": "main"}
    gitlab = on_gitlab(adopted, **variables, CI_COMMIT_BEFORE_SHA=before, CI_COMMIT_SHA=after)
    return on_github(adopted, push(before, after)), gitlab


def test_a_push_to_the_target_is_judged_when_it_has_landed(adopted: Adopted) -> None:
    before = adopted.here.git("rev-parse", "main")
    adopted.land_change(GOOD)
    good = adopted.here.git("rev-parse", "main")
    assert [job.status for job in pushed(adopted, before, good)] == [0, 0]
    adopted.land_change({"src/more.py": "1\n"})
    bad = adopted.here.git("rev-parse", "main")
    assert [job.status for job in pushed(adopted, good, bad)] == [1, 1]
    adopted.here.git("reset", "-q", "--hard", before)
    adopted.land("+main")
    for job in pushed(adopted, good, before):
        assert (job.status, "history-rewritten" in job.log) == (1, True), "a rewind loses records"


def test_the_change_that_adopts_sdd_passes(tmp_path: Path) -> None:
    here, remote = Scratch(tmp_path / "here"), Scratch(tmp_path / "remote.git", "--bare")
    here.git("remote", "add", "origin", str(remote.path))
    before = here.commit("code", {"src/a.py": "1\n"})
    adopted = Adopted(tmp_path)
    adopted.land("main")
    adopted.branch()
    adopted.done("init", "--ci", "github", "--ci", "gitlab")
    head = adopted.write({"src/b.py": "1\n"}, "Adopt sdd")
    adopted.land("HEAD:refs/heads/work", "HEAD:refs/heads/main")
    adopted.remote.git("update-ref", "refs/heads/main", before)
    assert [job.status for job in both(adopted, head)] == [0, 0]
    adopted.remote.git("update-ref", "refs/heads/main", head)
    assert [job.status for job in (*pushed(adopted, before, head), *pushed(adopted, NULL, head))] == [0] * 4


def test_what_cannot_be_judged_is_no_pass_and_no_sarif(adopted: Adopted) -> None:
    head = judged(adopted, GOOD)
    adopted.land_change({POLICY: "[gate\n"})
    github, gitlab = both(adopted, head)
    assert (github.status, gitlab.status) == (3, 3)
    assert [one.properties["title"] for one in commands(github.log)] == ["sdd cannot judge"]
    assert github.left("output") == "", "an empty list would close what was found before"
    assert github.left("summary").startswith("### sdd: cannot judge\n")
    assert json.loads(gitlab.left("workspace/sdd-code-quality.json"))[0]["severity"] == "blocker"
    assert junitparser.JUnitXml.fromstring(gitlab.left("workspace/sdd-junit.xml").encode()).errors == 1


def test_what_is_not_there_is_no_pass(adopted: Adopted) -> None:
    head = judged(adopted, GOOD)
    assert on_github(adopted, pull_request("a" * 40)).status not in (0, 1)
    assert on_github(adopted, pull_request(head, base="nowhere")).status not in (0, 1)
    assert on_gitlab(adopted, **merge_request(adopted, "a" * 40)).status not in (0, 1)


def test_a_branch_name_is_no_command(adopted: Adopted) -> None:
    branch = "x$(touch${IFS}owned)`touch${IFS}owned`;touch${IFS}owned&&'\""
    head = judged(adopted, {**BAD, "sdd.py": "open('owned', 'w')\n", "yaml.py": "open('owned', 'w')\n"}, branch)
    variables = merge_request(adopted, head, CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=branch)
    github = on_github(adopted, pull_request(head, branch), started=True)
    for job in (github, on_gitlab(adopted, True, **variables)):
        assert (job.status, branch in job.log) == (1, True), job.log
        assert not [*job.folder.rglob("owned")]


# -- sdd init --ci -------------------------------------------------------------------------------------------


def test_init_writes_them_says_so_and_takes_them_out_again(scratch: Scratch) -> None:
    adopted = Adopted(scratch.path.parent)
    adopted.here = scratch
    said = adopted.done("init", "--ci", "github", "--ci", "gitlab", "--no-hooks").out
    assert WORKFLOW in said
    assert PIPELINE in said
    assert "make its check required" in said
    assert {path: (scratch.path / path).read_text() for path in (WORKFLOW, PIPELINE)} == {
        path: ci_text(path) for path in (WORKFLOW, PIPELINE)
    }
    command = re.findall(r"^next +(.*)$", said, re.M)[0]
    assert scratch.run("sh", "-c", command).returncode == 0
    assert scratch.git("status", "--porcelain") == ""
    again = adopted.done("init", "--ci", "github", "--ci", "gitlab", "--no-hooks", "--json").document
    assert (again["made"], {WORKFLOW, PIPELINE} <= set(again["kept"])) == ([], True)
    removed = adopted.done("init", "--undo", "--json").document["removed"]
    assert {WORKFLOW, PIPELINE} <= set(removed)
    assert not (scratch.path / ".github").exists()


@pytest.mark.parametrize(
    ("default", "targets", "judged"),
    [
        ("trunk", (), ["main", "master", "trunk"]),
        ("main", ("main", "release/*", "**-lts"), ["main", "master", "release/*", "**-lts"]),
        ("it's", (), ["main", "master", "it's"]),
    ],
)
def test_what_lands_on_any_target_is_judged(
    adopted: Adopted, default: str, targets: tuple[str, ...], judged: list[str]
) -> None:
    adopted.write({POLICY: f"[gate]\ntargets = {json.dumps(targets)}\n"})
    adopted.land()
    if default != "main":
        adopted.here.git("push", "-q", "origin", f"main:{default}")
        adopted.here.git("remote", "set-head", "origin", default)
    adopted.branch()
    adopted.done("init", "--ci", "github")
    written = (adopted.here.path / WORKFLOW).read_text()
    assert yaml.safe_load(written)[True]["push"]["branches"] == judged
    assert is_own_text(WORKFLOW, written.encode())
    adopted.write({})
    assert adopted.gate()["verdict"] == "pass", "sdd's own text needs no record"


@forked_python()
def test_a_target_that_is_named_later_comes_into_the_list(adopted: Adopted) -> None:
    adopted.done("init", "--ci", "github")
    adopted.land_change({}, "Judge on the forge")
    assert adopted.done("init", "--ci", "github", "--json").document["made"] == []
    assert f"{WORKFLOW} judges what lands on each target" in adopted.sdd("doctor").out
    written = (adopted.here.path / WORKFLOW).read_text().replace("[main, master]", "[main, master, 'next']")
    adopted.land_change({POLICY: '[gate]\ntargets = ["main", "v0.x"]\n', WORKFLOW: written})
    warned = f"{WORKFLOW} does not judge what lands on v0.x\n"
    assert f"{warned}{'':<8} fix: sdd init --ci github\n" in adopted.sdd("doctor").out
    adopted.branch()
    assert WORKFLOW in adopted.done("init", "--ci", "github", "--dry-run", "--json").document["made"]
    assert adopted.done("init", "--ci", "github", "--json").document["made"] == [WORKFLOW]
    judged = yaml.safe_load((adopted.here.path / WORKFLOW).read_text())[True]["push"]["branches"]
    assert judged == ["main", "master", "next", "v0.x"]
    adopted.write({})
    assert adopted.gate()["verdict"] == "pass", "sdd's own text needs no record"
    assert warned not in adopted.sdd("doctor").out


@forked_python()
def test_a_target_that_the_policy_of_the_work_tree_names_is_judged_from_the_start(adopted: Adopted) -> None:
    adopted.done("init", "--ci", "github")
    adopted.here.write(POLICY, '[gate]\ntargets = ["main", "v0"]\n')
    assert f"{WORKFLOW} does not judge what lands on v0\n" in adopted.sdd("doctor").out
    assert adopted.done("init", "--ci", "github", "--json").document["made"] == [WORKFLOW]
    assert "branches: [main, master, 'v0']" in (adopted.here.path / WORKFLOW).read_text()
    assert f"{WORKFLOW} judges what lands on each target" in adopted.sdd("doctor").out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("on: push\njobs: {}\n", "stays as it is, and runs no sdd gate: rename it and run sdd init --ci"),
        ("on: push\n# sdd gate\n", "stays as you changed it; to renew it, delete it and run sdd init --ci"),
    ],
)
@pytest.mark.parametrize(("forge", "path"), [("github", WORKFLOW), ("gitlab", INCLUDED_PIPELINE)])
def test_a_file_of_the_name_that_is_not_sdds_stays_and_is_told(
    adopted: Adopted, forge: str, path: str, text: str, told: str
) -> None:
    adopted.here.write(path, text)
    adopted.here.write(PIPELINE, f"include: [{{local: {INCLUDED_PIPELINE}}}]\n")
    for words in ((), ("--dry-run",)):
        assert f"found     {path} {told} {forge}\n" in adopted.done("init", "--ci", forge, *words).out
    (adopted.here.path / path).rename(adopted.here.path / f"{path}.old")
    assert adopted.done("init", "--ci", forge, "--json").document["made"] == [path]


@pytest.mark.parametrize(
    "branches", ["[main]", "[trunk]", "[main, master, !main]", "[main, master]\n    paths: [docs]"]
)
def test_a_workflow_that_judges_less_is_not_as_sdd_writes_it(branches: str) -> None:
    assert not is_own_text(WORKFLOW, ci_text(WORKFLOW).replace("[main, master]", branches).encode())


def test_a_changed_file_stays_and_is_governed(adopted: Adopted) -> None:
    adopted.branch()
    made = adopted.done("init", "--ci", "github", "--json").document["made"]
    assert made == [WORKFLOW]
    adopted.write({})
    assert adopted.gate()["verdict"] == "pass", "sdd's own text needs no record"
    own = ci_text(WORKFLOW)
    adopted.write({WORKFLOW: own.replace("[main, master]", "[trunk]")})
    assert adopted.gate()["verdict"] == "fail"
    assert adopted.done("init", "--ci", "github", "--json").document["made"] == []
    assert WORKFLOW not in adopted.done("init", "--undo", "--json").document["removed"]


def test_a_pipeline_that_is_there_stays_and_is_told_what_to_include(adopted: Adopted) -> None:
    adopted.here.write(PIPELINE, "test: {script: make test}\n")
    document = adopted.done("init", "--ci", "gitlab", "--json").document
    assert document["made"] == [INCLUDED_PIPELINE]
    (note,) = document["notes"]
    line = note.partition("add to it: ")[2]
    assert yaml.safe_load(line) == {"include": [{"local": INCLUDED_PIPELINE}]}
    adopted.here.write(PIPELINE, f"{line}\ntest: {{script: make test}}\n")
    assert adopted.done("init", "--ci", "gitlab", "--json").document["notes"] == []
    undone = adopted.done("init", "--undo", "--json").document
    assert INCLUDED_PIPELINE in undone["removed"]
    assert "remove that from it" in undone["notes"][0]
    assert (adopted.here.path / PIPELINE).read_text().endswith("make test}\n")
    (adopted.here.path / PIPELINE).unlink()
    (adopted.here.path / PIPELINE).symlink_to("nowhere.yml")
    assert adopted.done("init", "--ci", "gitlab", "--json").document["made"][-1] == INCLUDED_PIPELINE


def test_a_folder_of_a_monorepo_is_judged_from_the_top(scratch: Scratch) -> None:
    scratch.write("packages/a/x", "x")
    adopted = Adopted(scratch.path.parent)
    adopted.here = scratch
    made = adopted.done("init", "--root", "packages/a", "--ci", "github", "--no-hooks", "--json").document["made"]
    assert WORKFLOW in made
    assert "packages/a/.specify/sdd.toml" in made
    assert not (scratch.path / ".specify").exists()


def test_nothing_is_written_through_a_link(adopted: Adopted, tmp_path: Path) -> None:
    (adopted.here.path / ".github").symlink_to(tmp_path)
    ran = adopted.sdd("init", "--ci", "github")
    assert (ran.status, "symlink" in ran.err) == (3, True)
    assert LANDED in adopted.here.git("ls-files")
