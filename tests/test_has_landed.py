"""`sdd gate --landed`: what CI says of a push that has landed, and an audit's look, lead to an audit that passes."""

import pytest

from tests.adopted import PROMISE, Adopted, phr, sdd
from tests.program import Ran
from tests.test_next_lines import printed, run_line

CODE: dict[str, str | bytes | None] = {"src/sum.py": "SUM = 1\n"}
RECORD = "history/prompts/general/0001-rounding.green.prompt.md"


def landed(adopted: Adopted) -> Ran:
    """What CI says, in a bare repository, of the push that brings main to HEAD; it has landed then."""
    here = adopted.here
    before, head = here.git("rev-parse", "origin/main"), here.git("rev-parse", "HEAD")
    adopted.land("HEAD:refs/received/1")
    line = f"{before} {head} refs/heads/main\n"
    ran = sdd(adopted.remote.path, "gate", "--pre-receive", "--landed", stdin=line)
    adopted.land("+HEAD:main")
    here.git("fetch", "-q")
    assert "push refused" not in ran.out
    assert (ran.status, "sdd: this has landed already" in ran.out) == (1, True), ran
    return ran


def settled(adopted: Adopted) -> None:
    pushed = adopted.push("main")
    assert pushed.returncode == 0, pushed.stderr
    adopted.here.git("fetch", "-q")
    adopted.done("audit", "--fail-under", "100", "origin/main")


def test_the_record_of_a_plain_push_comes_on_top(adopted: Adopted) -> None:
    adopted.write(CODE)
    ran = landed(adopted)
    assert "Then push it: a new commit on top of what has landed." in ran.out
    assert "sdd feature new" not in ran.out
    adopted.branch("elsewhere", "main~1")
    run_line(adopted, printed(ran.out)[0])
    settled(adopted)


def test_each_finding_names_the_line(adopted: Adopted) -> None:
    adopted.write(CODE)
    head, before = adopted.here.git("rev-parse", "HEAD"), adopted.here.git("rev-parse", "origin/main")
    adopted.land("main")
    asked = ("gate", "--json", "--landed", "--base", before, "--head", head)
    document = sdd(adopted.remote.path, *asked).document
    fixes = {each["fix"] for each in document["changes"][0]["findings"]}
    assert len(fixes) == 1
    assert f"--base {before[:12]}" in fixes.pop()


def test_a_merge_is_answered_by_a_waiver(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write(CODE)
    adopted.here.git("switch", "-q", "main")
    adopted.here.git("merge", "-q", "--no-ff", "-m", "Merge the sum", "work")
    (way,) = printed(landed(adopted).out)
    assert way.startswith("git switch main && git pull --rebase origin main && sdd waiver new --landing ")
    run_line(adopted, way)
    settled(adopted)


def test_what_no_record_supplies_is_answered_by_a_waiver(adopted: Adopted) -> None:
    adopted.land_change({RECORD: phr(["src/old.py"], kind="chore")})
    adopted.here.git("fetch", "-q")
    before = adopted.here.git("rev-parse", "--short=12", "HEAD")
    adopted.write({RECORD: phr(["src/old.py"], kind="chore", prompt="Round down.")})
    ran = landed(adopted)
    assert f"git fetch && git checkout {before} -- :/{RECORD}" in ran.out
    (way,) = printed(ran.out)
    run_line(adopted, way)
    settled(adopted)


@pytest.mark.parametrize("where", ["here", "before", "beside"])
def test_a_rewind_that_has_landed_is_merged_again(adopted: Adopted, where: str) -> None:
    """Where the push was made, in a clone that has the former main still, and on another branch."""
    adopted.land_change({**CODE, RECORD: phr([*CODE], kind="fix", embedded=PROMISE)})
    adopted.here.git("fetch", "-q")
    former = adopted.here.git("rev-parse", "HEAD")
    adopted.remote.git("config", "uploadpack.allowAnySHA1InWant", "true")
    adopted.here.git("reset", "-q", "--hard", "HEAD~1")
    adopted.write({"docs/x.md": "x\n"})
    ran = landed(adopted)
    assert "\nThen push it: a new commit on top of what has landed.\n" in ran.out
    (way,) = printed(ran.out)
    pull = "git pull --no-rebase --no-edit origin"
    assert way == f"git switch main && {pull} main && {pull} {former} && sdd status"
    if where == "before":
        adopted.here.git("reset", "-q", "--hard", former)
    if where == "beside":
        adopted.branch("beside")
    run_line(adopted, way)
    assert {RECORD, "docs/x.md"} <= {*adopted.here.git("ls-files").splitlines()}
    assert adopted.here.git("branch", "--show-current") == "main"
    assert adopted.push("main").returncode == 0


@pytest.mark.parametrize("is_last", [True, False])
def test_the_look_of_an_audit_says_how_its_gap_is_answered(adopted: Adopted, is_last: bool) -> None:
    adopted.land_change(CODE, "Sum")
    if not is_last:
        adopted.land_change({"docs/x.md": "x\n"}, "Document it (#7)")
    adopted.here.git("fetch", "-q")
    adopted.branch("elsewhere", "main~1")
    screen = adopted.done("audit", "origin/main").out
    (look,) = (line.split()[1:] for line in screen.splitlines() if line.startswith("  look: "))
    assert look[:4] == ["sdd", "gate", "-v", "--landed"]
    way = printed(adopted.sdd(*look[1:]).out)[0]
    assert ("sdd phr new" in way, "sdd waiver new --landing" in way) == (is_last, not is_last)
    run_line(adopted, way)
    settled(adopted)


def test_what_has_landed_has_a_base(adopted: Adopted) -> None:
    ran = adopted.sdd("gate", "--landed")
    assert (ran.status, "--landed goes with --base or --pre-receive" in ran.err) == (2, True)
