"""A fork's request: its author is asked for nothing, and a maintainer writes branch and record out of the request."""

import json
from pathlib import Path
from typing import Any

import pytest

from sdd.records.kinds import phr as phrs
from sdd.records.packaged import PIPELINE, WORKFLOW, ci_text
from tests.adopted import POLICY, Adopted, rules_of
from tests.forges import merge_request, on_github, on_gitlab, pull_request
from tests.secret_texts import checked

TOKEN = checked("ghp_")
CODE: dict[str, str | bytes | None] = {"src/cents.py": "def cents(price): return round(price * 100)\n"}
TITLE, BODY = "Count in whole cents", "Prices are floats.\r\n\r\nCount them in cents: `19.99` is 1999."
PROMPT = f"{TITLE}\n\nPrices are floats.\n\nCount them in cents: `19.99` is 1999."
RECORD = "history/prompts/general/0001-count-in-whole-cents.green.prompt.md"
LINE = ("--kind", "fix", "--check", "grep -q round src/cents.py", "--commit")


def of_gh(head: str, **said: Any) -> dict[str, Any]:
    """What `gh pr view 7 --json ...` prints."""
    author = {"id": "U_1", "is_bot": False, "login": "eve", "name": "Eve"}
    address = "https://github.com/ada/shop/pull/7"
    return {"author": author, "body": BODY, "headRefOid": head, "number": 7, "title": TITLE, "url": address, **said}


def of_rest(head: str) -> dict[str, Any]:
    """What GitHub's REST API answers."""
    address = {"url": "https://api.github.com/repos/ada/shop/pulls/7", "html_url": "https://github.com/ada/shop/pull/7"}
    return {"number": 7, "title": TITLE, "body": BODY, "user": {"login": "eve"}, "head": {"sha": head}, **address}


def of_gitlab(head: str) -> dict[str, Any]:
    """What GitLab's API answers, and `glab mr view --output json` prints."""
    address = "https://gitlab.com/ada/shop/-/merge_requests/7"
    author = {"id": 1, "username": "eve", "name": "Eve"}
    return {"id": 99, "iid": 7, "title": TITLE, "description": BODY, "author": author, "sha": head, "web_url": address}


def forked(adopted: Adopted, ref: str = "refs/pull/7/head") -> str:
    """The head of a request that only the forge has."""
    adopted.branch("cents")
    head = adopted.write(CODE)
    adopted.here.git("push", "-q", "--no-verify", "origin", f"HEAD:{ref}")
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("branch", "-q", "-D", "cents")
    return head


def stand_in(adopted: Adopted, program: str, document: object, status: int = 0) -> dict[str, str]:
    """An environment in which `gh` or `glab` answers; what it was called with is in `called`."""
    folder = adopted.folder / "programs"
    folder.mkdir()
    (folder / "answer").write_text(json.dumps(document))
    script = f'#!/bin/sh\necho "$@" > "{folder}/called"\ncat "{folder}/answer"\necho refused >&2\nexit {status}\n'
    (folder / program).write_text(script)
    (folder / program).chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def read(adopted: Adopted) -> phrs.Phr:
    """The record that was written."""
    return phrs.parse(RECORD, (adopted.here.path / RECORD).read_bytes(), "")


@pytest.mark.parametrize(
    ("program", "form", "ref", "called"),
    [
        ("gh", of_gh, "refs/pull/7/head", "pr view 7 --json number,title,body,author,headRefOid,url"),
        ("glab", of_gitlab, "refs/merge-requests/7/head", "mr view 7 --output json"),
    ],
)
def test_a_number_is_asked_of_the_forge(adopted: Adopted, program: str, form: Any, ref: str, called: str) -> None:
    head = forked(adopted, ref)
    adopted.here.git("config", "sdd.forge", "gitlab" if program == "glab" else "github")
    ran = adopted.sdd("phr", "new", "--for-pr", "7", *LINE, CLAUDECODE="1", **stand_in(adopted, program, form(head)))
    assert ran.status == 0, ran
    assert "on branch pr/7: request 7 by eve; next: git push -u origin pr/7" in ran.err
    assert (adopted.folder / "programs/called").read_text().strip() == called
    assert adopted.here.git("branch", "--show-current") == "pr/7"
    assert adopted.here.git("rev-parse", "HEAD~1") == head
    record = read(adopted)
    assert (record.title, record.prompt, record.user, record.branch) == (TITLE, PROMPT, "eve", "pr/7")
    assert record.surface is None  # nobody here saw who did the work
    assert record.contract
    assert (record.contract.criteria, [entry.path for entry in record.files]) == (TITLE, ["src/cents.py"])
    assert form(head).get("web_url", "https://github.com/ada/shop/pull/7") in (adopted.here.path / RECORD).read_text()
    assert adopted.push("pr/7").returncode == 0


@pytest.mark.parametrize("form", [of_gh, of_rest, of_gitlab])
def test_a_file_holds_the_request(adopted: Adopted, form: Any) -> None:
    head = forked(adopted)
    (adopted.folder / "request.json").write_text(json.dumps(form(head)))
    ran = adopted.done("phr", "new", "--for-pr", "../request.json", "--human", *LINE)
    assert RECORD in ran.out
    assert (read(adopted).user, read(adopted).surface, read(adopted).prompt) == ("eve", "human", PROMPT)
    assert adopted.gate()["verdict"] == "pass"


def test_what_no_commit_can_hold_is_replaced(adopted: Adopted) -> None:
    said = {"title": "Ro\0und \n\ud800 it", "body": "As\0 said."}
    (adopted.folder / "r.json").write_text(json.dumps(of_gh(forked(adopted), **said)))
    adopted.done("phr", "new", "--for-pr", "../r.json", *LINE)
    assert adopted.here.git("log", "-1", "--format=%s") == "PHR: Ro\ufffdund \ufffd it"
    [path] = adopted.here.git("diff", "--name-only", "HEAD~1").splitlines()
    record = phrs.parse(path, (adopted.here.path / path).read_bytes(), "")
    assert (record.title, (record.prompt or "").endswith("As\ufffd said.")) == ("Ro\ufffdund \ufffd it", True)


def test_an_author_without_an_account_is_called_as_github_calls_them(adopted: Adopted) -> None:
    document = of_rest(forked(adopted)) | {"user": None}
    (adopted.folder / "r.json").write_text(json.dumps(document))
    adopted.done("phr", "new", "--for-pr", "../r.json", *LINE)
    assert read(adopted).user == "ghost"


def test_secrets_of_a_request_are_redacted(adopted: Adopted) -> None:
    (adopted.folder / "r.json").write_text(json.dumps(of_gh(forked(adopted), body=f"My token is {TOKEN}.")))
    ran = adopted.done("phr", "new", "--for-pr", "../r.json", *LINE)
    assert TOKEN not in (adopted.here.path / RECORD).read_text()
    assert "redacted 1 secret" in ran.err


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"title": ""}, "has no title"),
        ({"author": {}}, "has no author"),
        ({"author": {"login": 5}}, "has no author"),
        ({"number": "7/../x"}, "has no number"),
        ({"headRefOid": "--upload-pack=x"}, "has no headRefOid"),
        ({"body": 5}, "has no body"),
    ],
)
def test_what_is_no_request_is_refused(adopted: Adopted, said: dict[str, Any], reason: str) -> None:
    (adopted.folder / "r.json").write_text(json.dumps(of_gh("a" * 40, **said)))
    ran = adopted.sdd("phr", "new", "--for-pr", "../r.json", *LINE)
    assert (ran.status, reason in ran.err) == (2, True), ran
    assert adopted.here.git("branch", "--show-current") == "main"


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
def test_what_is_no_document_is_refused(adopted: Adopted, text: str) -> None:
    (adopted.folder / "r.json").write_text(text)
    ran = adopted.sdd("phr", "new", "--for-pr", "../r.json", *LINE)
    assert (ran.status, "is no JSON of a request" in ran.err) == (2, True), ran
    assert adopted.sdd("phr", "new", "--for-pr", "../none.json", *LINE).status == 2


def test_a_forge_that_does_not_answer_is_told(adopted: Adopted) -> None:
    missing = adopted.sdd("phr", "new", "--for-pr", "7", *LINE, PATH="/usr/bin:/bin")
    assert (missing.status, "gh is not installed" in missing.err) == (3, True), missing
    failing = adopted.sdd("phr", "new", "--for-pr", "7", *LINE, **stand_in(adopted, "gh", {}, status=1))
    assert (failing.status, "gh failed: refused" in failing.err) == (3, True), failing
    assert "git config sdd.forge gitlab" in failing.err
    adopted.here.git("config", "sdd.forge", "gitlab")
    missing = adopted.sdd("phr", "new", "--for-pr", "7", *LINE, PATH="/usr/bin:/bin")
    assert ("glab is not installed" in missing.err, "sdd.forge" in missing.err) == (True, False), missing


def test_uncommitted_work_stays_where_it_is(adopted: Adopted) -> None:
    (adopted.folder / "r.json").write_text(json.dumps(of_gh(forked(adopted))))
    adopted.here.write("src/mine.py", "1\n")
    ran = adopted.sdd("phr", "new", "--for-pr", "../r.json", *LINE)
    assert (ran.status, "there is uncommitted work here" in ran.err) == (2, True), ran
    assert adopted.here.git("branch", "--show-current") == "main"


def test_the_branch_goes_where_no_record_can_be_written(adopted: Adopted) -> None:
    (adopted.folder / "r.json").write_text(json.dumps(of_gh(forked(adopted))))
    ran = adopted.sdd("phr", "new", "--for-pr", "../r.json", "--kind", "fix", "--commit")
    assert (ran.status, "--check" in ran.err) == (2, True), ran
    assert adopted.here.git("branch", "--show-current") == "main"
    assert not adopted.here.git("branch", "--list", "pr/7")


def test_a_branch_that_another_work_tree_has_says_nothing_of_what_was_written(adopted: Adopted) -> None:
    (adopted.folder / "r.json").write_text(json.dumps(of_gh(forked(adopted))))
    adopted.here.git("worktree", "add", "-q", "-b", "pr/7", "../other", "main")
    adopted.here.git("fetch", "-q", "origin", "refs/pull/7/head:refs/pull/7")
    adopted.here.git("-C", "../other", "reset", "-q", "--hard", "refs/pull/7")
    ran = adopted.sdd("phr", "new", "--for-pr", "../r.json", *LINE)
    assert (ran.status, "git refused: " in ran.err, "what was written is there" in ran.err) == (3, True, False), ran


def test_a_branch_that_lags_behind_the_request_is_told(adopted: Adopted) -> None:
    head = forked(adopted)
    (adopted.folder / "r.json").write_text(json.dumps(of_gh(head)))
    adopted.here.git("branch", "pr/7", "main")
    adopted.here.git("fetch", "-q", "origin", "refs/pull/7/head")
    ran = adopted.sdd("phr", "new", "--for-pr", "../r.json", *LINE)
    assert (ran.status, f"git switch pr/7 && git merge {head[:12]} && sdd phr add --commit" in ran.err) == (2, True), (
        ran
    )


def test_a_refusal_asks_the_contributor_for_nothing(adopted: Adopted) -> None:
    head = forked(adopted)
    adopted.here.git("fetch", "-q", "origin", "refs/pull/7/head:refs/heads/eve")
    asked = ("gate", "--base", "refs/remotes/origin/main", "--head", "refs/heads/eve", "--for-pr", "7")
    ran = adopted.sdd(*asked)
    line = 'sdd phr new --for-pr 7 --kind fix --check "COMMAND" --commit'
    assert ran.status == 1
    assert "The author of request 7 has nothing to do." in ran.out
    assert f"next: {line}\n" in ran.out
    assert 'phr new "TITLE"' not in ran.out
    assert "push again" not in ran.out
    for form in ("markdown", "github", "gitlab", "junit", "sarif"):
        told = adopted.sdd(*asked, "--format", form).out
        if form == "sarif":  # beside the results it holds the pages of all rules
            told = json.dumps(json.loads(told)["runs"][0]["results"])
        assert "--for-pr 7" in told, form
        assert 'phr new "TITLE"' not in told.replace('\\"', '"').replace("&quot;", '"'), form
    (way,) = adopted.sdd(*asked, "--json").document["next"]
    assert way["steps"][0]["argv"] == [word.replace('"', "") for word in line.split()]
    (adopted.folder / "r.json").write_text(json.dumps(of_gh(head)))
    argv = [{"7": "../r.json", "COMMAND": "true"}.get(word, word) for word in way["steps"][0]["argv"][1:]]
    adopted.done(*argv)
    assert adopted.push("pr/7").returncode == 0


@pytest.mark.parametrize("beside", [CODE, {}])
def test_a_request_decides_no_policy(adopted: Adopted, beside: dict[str, str | bytes | None]) -> None:
    adopted.branch("cents")
    head = adopted.write({**beside, POLICY: '[gate]\nexempt_also = ["src/**"]\n'})
    adopted.here.git("push", "-q", "--no-verify", "origin", "HEAD:refs/pull/7/head")
    asked = ("gate", "--base", "refs/remotes/origin/main", "--head", "refs/heads/cents", "--for-pr", "7")
    ran = adopted.sdd(*asked)
    assert (ran.status, "--stage" in ran.out, "take it out of the request" in ran.out) == (1, False, True), ran.out
    assert ("The author of request 7 takes out what changes the policy" in ran.out) == bool(beside)
    assert len(adopted.sdd(*asked, "--json").document["next"]) == len(beside)
    (adopted.folder / "r.json").write_text(json.dumps(of_gh(head)))
    ran = adopted.sdd("phr", "new", "--for-pr", "../r.json", "--kind", "fix", "--check", "true", "--commit")
    assert ran.status == (0 if beside else 2), ran
    assert "--stage constitution --file .specify/sdd.toml --commit" in ran.err
    adopted.here.git("switch", "-q", "pr/7" if beside else "cents")
    assert rules_of(adopted.gate()) == {"policy-changed"}


@pytest.mark.parametrize(
    "words", [("--for-pr", "x", "--base", "main"), ("--for-pr", "7"), ("--for-pr", "", "--base", "main")]
)
def test_only_ci_names_a_request(adopted: Adopted, words: tuple[str, ...]) -> None:
    assert adopted.sdd("gate", *words).status == 2


def test_ci_tells_the_maintainer_of_a_fork(adopted: Adopted) -> None:
    head = forked(adopted)
    context = pull_request(head, fork=True)
    assert "--for-pr 7" in on_github(adopted, context).log
    assert "--for-pr" not in on_github(adopted, pull_request(head)).log
    ids = {"CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "7"}
    of_fork = merge_request(adopted, head, **ids, CI_MERGE_REQUEST_SOURCE_PROJECT_ID="2")
    assert "next: sdd phr new --for-pr 7 " in on_gitlab(adopted, **of_fork).log
    own = merge_request(adopted, head, **ids, CI_MERGE_REQUEST_SOURCE_PROJECT_ID="1")
    assert "--for-pr" not in on_gitlab(adopted, **own).log


def test_no_template_runs_with_the_target_s_secrets() -> None:
    action = (Path(__file__).resolve().parent.parent / "action.yml").read_text()
    for text in (ci_text(WORKFLOW), ci_text(PIPELINE), action):
        assert "pull_request_target" not in text
