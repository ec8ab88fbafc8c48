"""A landed feature's folder gets another name: one line corrects its records, and every answer tells one feature."""

import pytest

from tests.adopted import LANDED, OPEN, SPEC, Adopted, contract, phr, rules_of, sdd
from tests.forked import forked_python

NEW = "specs/001-rate/spec.md"
REPAIR = "sdd repair --commit"
MADE, KEPT = "history/contracts/001-vat/0005-round.contract.md", "history/prompts/001-vat/0005-round.green.prompt.md"


def path_now(path: str) -> str:
    return path.replace("001-vat", "001-rate")


@pytest.fixture
def served(adopted: Adopted) -> Adopted:
    """A feature that has landed with a done contract and its PHR, on a branch."""
    promise = contract(["/src/**"], id="0005", kind="feature", feature="001-vat", spec=SPEC, status="done")
    made = phr(["src/round.py", SPEC], id="0005", feature="001-vat", contract=MADE, prompt="As 001-vat says.")
    adopted.land_change({MADE: promise, KEPT: made, "src/round.py": "R = 1\n"})
    adopted.branch("rename")
    return adopted


def move(adopted: Adopted, *folders: str, message: str = "Call it rate") -> None:
    for folder in folders:
        adopted.here.git("mv", f"{folder}/001-vat", f"{folder}/001-rate")
    adopted.here.git("commit", "-q", "-m", message)


ALL = ("specs", "history/prompts", "history/contracts")


@pytest.mark.parametrize("moved", [ALL[:1], ALL, ALL[:2], ALL[::2]], ids=["specs", "all", "prompts", "contracts"])
def test_one_line_is_offered_and_leads_to_an_accepted_push(served: Adopted, moved: tuple[str, ...]) -> None:
    move(served, *moved)
    refused = served.push("rename:main")
    assert refused.returncode == 1
    assert refused.stderr.count("the feature 001-vat is called 001-rate now") == 3
    assert f"next: {REPAIR}\n" in refused.stderr
    assert "correct the id" not in refused.stderr and "feature new" not in refused.stderr
    assert "phr-broken-link" not in refused.stderr and "history-rewritten" not in refused.stderr
    assert REPAIR in served.sdd("status").out
    assert served.sdd("check").out.count("is called 001-rate now") == 3

    served.done("repair", "--commit")
    assert served.here.git("status", "--porcelain") == ""
    assert "001-vat" not in served.sdd("check").out + served.sdd("repair").out
    pushed = served.push("rename:main")
    assert pushed.returncode == 0, pushed.stderr
    assert "removes" not in pushed.stderr
    assert "record-no-phr" not in rules_of(served.gate("--base", "main"), "warning")


def test_a_landed_record_keeps_every_word_but_its_feature_and_links(served: Adopted) -> None:
    paths = (OPEN, LANDED, MADE, KEPT)
    before = {path: (served.here.path / path).read_text() for path in paths}
    move(served, "specs")
    served.done("repair", "--commit")
    for path, text in before.items():
        now = (served.here.path / path_now(path)).read_text()
        lines = list(zip(text.splitlines(), now.splitlines(), strict=True))
        altered = [(old, new) for old, new in lines if old != new]
        assert altered
        assert all(old.lstrip().startswith(("feature: ", "spec: ", "contract: ")) for old, _ in altered)
        assert all(new == path_now(old) for old, new in altered)
        assert not (served.here.path / path).exists()
    kept = (served.here.path / path_now(KEPT)).read_text()
    assert "As 001-vat says." in kept and f'- "{SPEC}"\n' in kept


def test_every_answer_tells_one_feature(served: Adopted) -> None:
    move(served, "specs")
    served.done("repair", "--commit")
    assert served.push("rename:main").returncode == 0
    served.here.git("switch", "-q", "main")
    served.here.git("merge", "-q", "--ff-only", "origin/main")

    shown = served.done("feature", "show", "1").out
    assert "records: 2 contracts, 2 PHRs\n" in shown and "nothing yet" not in shown
    assert path_now(OPEN) in served.done("requirement", "show", "FR-001").out
    told = served.done("why", "FR-001").out
    assert f"file         {NEW} (a PHR names it)" in told and SPEC not in told
    gone = served.sdd("why", f"{SPEC}:1")
    assert gone.status == 2 and " moved it\n" in gone.err and f"sdd why {NEW}:1" in gone.err
    by_feature = served.sdd("audit", "--json").document["by_feature"]
    assert [row["feature"] for row in by_feature if row["feature"]] == ["001-rate"]
    report = served.sdd("report", "--json").document
    assert [row["feature"] for row in report["by_feature"] if row["feature"]] == ["001-rate"]


def test_a_rename_that_is_not_committed_is_completed_and_committed_as_one(served: Adopted) -> None:
    served.here.git("mv", "specs/001-vat", "specs/001-rate")
    assert REPAIR in served.sdd("status").out
    served.done("repair", "--commit")
    assert served.here.git("status", "--porcelain") == ""
    assert served.here.git("log", "-1", "--format=%s").strip() == "Rename 001-vat to 001-rate"
    assert served.push("rename:main").returncode == 0


@pytest.mark.parametrize("beside", ["", "src/beside.py"])
def test_the_line_before_the_commit_takes_the_moved_spec_along(served: Adopted, beside: str) -> None:
    folder = served.here.path / "specs"
    (folder / "001-vat").rename(folder / "001-rate")  # git is not told of it
    if beside:
        served.here.write(beside, "B = 1\n")
    # What the other file lacks is said once the feature has its name: by then another line would be wrong.
    last = "sdd status" if beside else ""
    steps = ['git add --all && git commit -m "TITLE"', REPAIR, *filter(None, [last])]
    assert served.sdd("status").out.splitlines()[-1] == f"next     {' && '.join(steps)}"
    served.here.git("add", "--all")
    served.here.git("commit", "-q", "-m", "Call it rate")
    served.done("repair", "--commit")
    assert served.here.git("status", "--porcelain") == ""
    assert ("is called" in served.sdd("gate").out) is False
    if beside:
        assert "sdd phr new" in served.sdd("status").out and "001-vat" not in served.sdd("status").out
    else:
        assert served.push("rename:main").returncode == 0


def test_a_record_that_has_not_landed_follows_in_all_that_it_names(served: Adopted) -> None:
    new = "history/prompts/001-vat/0006-more.green.prompt.md"
    served.write(
        {new: phr(["src/more.py", SPEC], id="0006", feature="001-vat", prompt="More."), "src/more.py": "M = 1\n"}
    )
    move(served, "specs")
    served.done("repair", "--commit")
    now = (served.here.path / path_now(new)).read_text()
    assert "001-vat" not in now and f'- "{NEW}"\n' in now


def test_records_of_a_branch_follow_what_has_landed_meanwhile(served: Adopted) -> None:
    mine = "history/prompts/001-vat/0007-mine.misc.prompt.md"
    served.write({mine: phr([SPEC], id="0007", stage="misc", feature="001-vat", prompt="Mine.")})
    served.branch("theirs", "main")
    move(served, "specs")
    served.done("repair", "--commit")
    assert served.push("theirs:main").returncode == 0
    served.here.git("switch", "-q", "rename")
    served.here.git("-c", "merge.directoryRenames=true", "merge", "-q", "--no-edit", "theirs")
    refused = served.push("rename")
    assert refused.returncode == 1 and f"next: {REPAIR}\n" in refused.stderr
    served.done("repair", "--commit")
    assert served.push("rename").returncode == 0


def test_a_feature_called_by_its_slug_and_linked_from_elsewhere_follows_too(served: Adopted) -> None:
    general = "history/prompts/general/0003-look.misc.prompt.md"
    text = phr(["src/vat.py"], id="0003", stage="misc", prompt="Look.", links_spec=SPEC)
    served.land_change({general: text})
    served.here.git("switch", "-q", "-C", "rename", "main")
    move(served, "specs")
    served.done("repair", "--commit")
    assert f"links_spec: {NEW}\n" in (served.here.path / general).read_text()
    assert "001-vat" not in served.sdd("check").out


LATER = "history/prompts/general/0003-later.misc.prompt.md"


@pytest.mark.parametrize("new", ["001-vat-rate", "007-001-vat"])
def test_a_former_name_that_could_be_short_for_the_new_one_is_told(served: Adopted, new: str) -> None:
    served.here.git("mv", "specs/001-vat", f"specs/{new}")
    served.here.git("commit", "-q", "-m", "Call it more")
    refused = served.push("rename:main")
    assert refused.returncode == 1 and f"next: {REPAIR}\n" in refused.stderr
    assert refused.stderr.count(f"the feature 001-vat is called {new} now") == 3
    assert served.sdd("check").out.count(f"is called {new} now") == 3
    served.done("repair", "--commit")
    assert served.sdd("repair").out == "nothing to repair\n"
    assert served.push("rename:main").returncode == 0
    served.branch("more", "origin/main")
    served.write({"src/more.py": "M = 1\n"})
    mine = OPEN.replace("001-vat", new)
    served.done("phr", "new", "Add more rates", "--contract", mine, "--commit")
    assert "change-no-spec" not in rules_of(served.gate())


def closing(entry: str) -> str:
    return phr(["src/vat.py"], id="0003", stage="misc", prompt="Do it later.", closes=f"[{entry}, Ask.]")


def closed(adopted: Adopted) -> list[tuple[str, list[str]]]:
    items = adopted.done("followup", "list", "--all", "--json").document["items"]
    return [(item["name"], item["closed_by"]) for item in items]


@pytest.mark.parametrize("folder", ["", "history/contracts/"])
def test_what_a_landed_record_closes_stays_closed(served: Adopted, folder: str) -> None:
    left = (served.here.path / MADE).read_text() + "\n## Follow-ups\n\n- Later.\n"
    name = folder + ("001-vat/0005-round.contract.md#1" if folder else "001-vat/0005#1")
    served.land_change({MADE: left, LATER: closing(name)})
    served.branch("again")
    move(served, "specs")
    refused = served.push("again:main")
    assert refused.returncode == 1 and refused.stderr.count("the feature 001-vat is called 001-rate now") == 4
    served.done("repair", "--commit")
    assert f"closes: [{path_now(name)}, Ask.]\n" in (served.here.path / LATER).read_text()
    assert closed(served) == [("001-rate/0005#1", [LATER])]
    assert served.push("again:main").returncode == 0
    # What is there may not be replaced, by whatever name.
    served.write({LATER: closing("001-vat/0005#1")})
    assert "history-rewritten" in rules_of(served.gate())


def test_what_a_branch_closes_follows_once_it_has_what_landed(served: Adopted) -> None:
    left = (served.here.path / MADE).read_text() + "\n## Follow-ups\n\n- Later.\n"
    served.land_change({MADE: left})
    served.branch("mine", "main")
    served.write({LATER: closing("001-vat/0005#1")})
    served.branch("theirs", "main")
    move(served, "specs")
    served.done("repair", "--commit")
    assert served.push("theirs:main").returncode == 0
    served.here.git("switch", "-q", "mine")
    served.here.git("merge", "-q", "--no-edit", "theirs")
    assert closed(served) == [("001-rate/0005#1", [])]
    assert "the feature 001-vat is called 001-rate now" in served.sdd("check").out
    served.done("repair", "--commit")
    assert closed(served) == [("001-rate/0005#1", [LATER])]
    assert served.push("mine").returncode == 0


@pytest.fixture
def behind(served: Adopted) -> Adopted:
    """A branch with work of a feature that the target has renamed since."""
    served.branch("mine", "main")
    served.write({"src/reverse/more.py": "M = 1\n"})
    served.branch("theirs", "main")
    move(served, "specs")
    served.done("repair", "--commit")
    served.land("theirs:main")
    served.here.git("switch", "-q", "mine")
    served.here.git("fetch", "-q")
    return served


def test_work_of_a_feature_that_the_target_has_renamed_takes_that_in_first(behind: Adopted) -> None:
    why = "the work belongs to 001-vat, which origin/main calls 001-rate now"
    refused = behind.push("mine")
    assert f"This looks like a feature: {why}.\n" in refused.stderr
    assert "next[feature]: git merge origin/main && sdd status\n" in refused.stderr
    assert "next[fix]: sdd phr new" in refused.stderr and "--feature 001-vat" not in refused.stderr
    terms = (
        "--requirement",
        "FR-001",
        "--success",
        "It is.",
        "--constraint",
        "A",
        "--non-goal",
        "B",
        "--check",
        "true",
    )
    refusals = {
        ("contract", "new", "Add more", "--feature", "001-vat", *terms): "calls the feature 001-vat 001-rate now",
        ("phr", "new", "Add more rates", "--contract", OPEN): f"has no {OPEN} any more",
    }
    for command, said in refusals.items():
        told = f"sdd: origin/main {said}\n  take that over: git merge origin/main\n"
        assert behind.sdd(*command, "--commit").err == told
    behind.here.git("merge", "-q", "--no-edit", "origin/main")
    behind.done("phr", "new", "Add more rates", "--contract", path_now(OPEN), "--commit")
    pushed = behind.push("mine")
    assert pushed.returncode == 0, pushed.stderr


def test_a_server_says_to_fetch_the_name_that_its_target_has_given(behind: Adopted) -> None:
    with forked_python():
        assert sdd(behind.remote.path, "hook", "install", "--server").status == 0
    refused = behind.push("--no-verify", "mine").stderr.replace("remote: ", "")
    assert "which main calls 001-rate now" in refused
    assert "next[feature]: git fetch && git merge origin/main && sdd status" in refused


def test_a_feature_that_is_gone_or_a_wrong_name_is_not_a_rename(served: Adopted) -> None:
    wrong = "history/prompts/001-vta/0001-wrong.misc.prompt.md"
    served.write({wrong: phr(["src/vat.py"], stage="misc", feature="001-vta", prompt="Wrong.")})
    assert "unknown feature 001-vta" in served.sdd("check").out
    assert "renamed" not in served.sdd("repair").out


def test_what_is_in_the_way_is_named(served: Adopted) -> None:
    move(served, "specs")
    served.write({path_now(KEPT): phr(["src/vat.py"], id="0005", feature="001-rate", prompt="In the way.")})
    ran = served.sdd("repair")
    assert f"left: {KEPT}:1: {path_now(KEPT)} exists already: move it away first" in ran.out


@pytest.mark.parametrize("first", ["", "git revert"])
def test_a_rename_that_is_reverted_leaves_one_feature(served: Adopted, first: str) -> None:
    served.here.git("mv", "specs/001-vat", "specs/001-rate")
    (served.here.path / "src/round.py").write_text("R = 2\n")
    served.here.git("commit", "-q", "-am", "Call it rate")
    served.done("repair", "--commit")
    fix = ("--kind", "fix", "--success", "R is two.", "--check", "grep -q 2 src/round.py", "--run", "--commit")
    served.done("phr", "new", "Round to two", *fix)
    served.here.git("switch", "-q", "main")
    served.here.git("merge", "-q", "--squash", "rename")
    served.here.git("commit", "-q", "-m", "Rate (#9)")
    assert served.push("main").returncode == 0
    served.branch("back")
    rename = served.here.tip
    if first:
        served.here.git("revert", "--no-edit", rename)
    ran = served.sdd("revert", rename, "--reason", "The old name was better.")
    assert (ran.status, f"next: {REPAIR}" in ran.out) == (1, True), ran
    served.done("repair", "--commit")
    pushed = served.push("back")
    assert pushed.returncode == 0, pushed.stderr
    files = served.here.git("ls-files").splitlines()
    assert {SPEC, MADE, KEPT, LANDED, OPEN} <= {*files} and NEW not in files
    assert not rules_of(served.done("check", "--json").document)
    assert "001-rate" not in served.done("feature", "list").out
