"""Refs moved to commits that nobody judged.

A release, a tag or a lagging remote is moved to a commit whose change a later commit of the same push takes back, or
gets work on top of one. A symbolic ref, a replacement, or a ref with the name of another one hides what is judged.
What moves to accepted landings passes.
"""

from collections.abc import Mapping

import pytest

from sdd.repo.git import Git
from tests.adopted import PROMISE, phr, rules_of
from tests.attacks.ground import CONTRACT, GONE, GOOD, PHR, POLICY, Content, Ground
from tests.counting import counted
from tests.program import sdd

EVIL = {"src/evil.py": "1\n"}
RELEASE, TAG, BRANCH, MAIN = "refs/heads/release/1.0", "refs/tags/v1", "refs/heads/work", "refs/heads/main"
TARGETS = '[gate]\ntargets = ["main", "release/*"]\n'
BOB = "Bob <bob@example.com> 1772366400 +0000"
LANDED = "history/prompts/001-vat/0001-vat-rate.green.prompt.md"


WAIVER = {
    "history/waivers/0001-fire.md": "---\nrules: [change-no-phr, change-no-contract, change-no-spec]\n"
    "paths: [/src/vat.py]\nreason: It burns.\napproved_by: Grace\nexpires: 2026-03-31\n---\n"
}


def fix(number: int, path: str = "src/vat.py", **more: str) -> dict[str, Content]:
    """A PHR that covers one file with a contract of its own."""
    name = f"history/prompts/general/{number:04}-round.green.prompt.md"
    text = phr([path], id=f"{number:04}", kind="fix", embedded=PROMISE, prompt=f"Round {number}.", **more)
    return {name: text.replace("It does.", f"It rounds {number}.")}


def accepted(ground: Ground, number: int, path: str = "src/vat.py") -> str:
    """Lands a covered change of a file; its id."""
    return ground.land(ground.commit({path: f"RATE = {number}\n", **fix(number, path)}))


def taken_back(ground: Ground, edits: Mapping[str, Content], restored: Mapping[str, Content], **more: str) -> str:
    """The commit that a push to main made and took back at once; its id. The push as a whole passes."""
    evil = ground.commit(edits, **more)
    after = ground.commit(restored, evil)
    ground.push(after, MAIN, paths=["ci"]).passed()
    ground.land(after)
    return evil


@pytest.fixture
def ground(ground: Ground) -> Ground:
    """A repository whose releases are targets too."""
    ground.land(ground.commit({POLICY: TARGETS}))
    return ground


def vat(ground: Ground) -> bytes:
    """What src/vat.py holds on main."""
    return ground.file("src/vat.py")


# -- what stood at no tip ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", [RELEASE, TAG, BRANCH])
def test_a_file_that_one_push_added_and_removed(ground: Ground, ref: str) -> None:
    """A ref is moved to the middle of a push, where a file was added that the next commit removed. `change-no-phr`."""
    ground.push(taken_back(ground, EVIL, {"src/evil.py": None}), ref).refused("change-no-phr")


@pytest.mark.parametrize("ref", [RELEASE, TAG])
def test_a_file_that_a_landed_record_names(ground: Ground, ref: str) -> None:
    """The middle of the push changed a file that an old PHR names. `change-no-phr`."""
    evil = taken_back(ground, {"src/vat.py": "EVIL = 1\n"}, {"src/vat.py": vat(ground)})
    ground.push(evil, ref).refused("change-no-phr")


@pytest.mark.parametrize("edit", [None, ("100755", b"x"), ("120000", b"/etc/passwd")], ids=["gone", "mode", "link"])
def test_a_file_that_one_push_removed_and_restored(ground: Ground, edit: Content) -> None:
    """The middle of the push removed a file, made it executable, or replaced it by a link. `change-no-phr`."""
    evil = taken_back(ground, {"src/vat.py": edit}, {"src/vat.py": ("100644", vat(ground))})
    ground.push(evil, RELEASE).refused("change-no-phr")


def test_a_release_that_is_moved_forward(ground: Ground) -> None:
    """A release branch is fast-forwarded to the middle of a push. `change-no-phr`."""
    ground.land(ground.main, RELEASE)
    ground.push(taken_back(ground, EVIL, {"src/evil.py": None}), RELEASE).refused("change-no-phr")


def test_a_deploy_remote_that_lags(ground: Ground) -> None:
    """The main of a deploy remote that lags is moved to the middle of a push. `change-no-phr`."""
    old = ground.main
    evil = taken_back(ground, EVIL, {"src/evil.py": None})
    ground.land(ground.main, RELEASE)
    ground.push(evil, MAIN, old=old).refused("change-no-phr")


@pytest.mark.parametrize("record", [PHR, CONTRACT])
def test_records_that_come_and_go_with_the_file(ground: Ground, record: str) -> None:
    """The middle of the push has only one of the three records of its file. `change-no-phr` or `change-no-contract`."""
    edits = {"src/round.py": GOOD["src/round.py"], record: GOOD[record]}
    if record == PHR:
        edits[PHR] = phr(["src/round.py"], id="0002", feature="001-vat")
    evil = taken_back(ground, edits, dict.fromkeys(edits))
    ground.push(evil, RELEASE).refused("change-no-contract" if record == PHR else "change-no-phr")


def test_a_record_of_another_author_without_its_contract(ground: Ground) -> None:
    """Somebody else adds a PHR for the file, but no contract, before both are removed. `change-no-contract`."""
    evil = ground.commit(EVIL)
    named = ground.commit({PHR: phr(["src/evil.py"], id="0002", feature="001-vat")}, evil, who=BOB)
    after = ground.commit({"src/evil.py": None, PHR: None}, named)
    ground.push(after, MAIN).passed()
    ground.land(after)
    ground.push(named, RELEASE).refused("change-no-contract")


def test_a_false_chore_that_is_taken_back(ground: Ground) -> None:
    """The middle of the push calls a rewritten file a chore. `change-not-a-chore`."""
    record = "history/prompts/general/0001-chore.misc.prompt.md"
    edits = {"src/vat.py": "X = 1\n" * 200, record: phr(["src/vat.py"], kind="chore", stage="misc")}
    evil = taken_back(ground, edits, {"src/vat.py": vat(ground), record: None})
    ground.push(evil, RELEASE).refused("change-not-a-chore")


def test_a_policy_that_is_loosened_and_restored(ground: Ground) -> None:
    """The middle of the push weakened the policy, and a release would be judged by that. `policy-changed`."""
    evil = taken_back(ground, {POLICY: '[gate]\nexempt = ["/src/**"]\n'}, {POLICY: TARGETS})
    ground.push(evil, RELEASE).refused("policy-changed")


def test_a_root_that_is_removed_and_restored(ground: Ground) -> None:
    """The middle of the push removed `.specify/`. `root-changed`."""
    gone = [path for path in ground.files() if path.startswith(".specify/")]
    evil = taken_back(ground, dict.fromkeys(gone), {path: ground.file(path) for path in gone})
    ground.push(evil, RELEASE).refused("root-changed")


def test_a_record_that_is_removed_and_restored(ground: Ground) -> None:
    """The middle of the push removed a landed PHR. `history-rewritten`."""
    evil = taken_back(ground, {LANDED: None}, {LANDED: ground.file(LANDED)})
    ground.push(evil, RELEASE).refused("history-rewritten")


@pytest.mark.parametrize("ref", [RELEASE, TAG])
def test_a_harmless_commit_on_top_of_the_middle(ground: Ground, ref: str) -> None:
    """A release or a tag adds a covered commit on top of the middle of a push. `change-no-phr`."""
    evil = taken_back(ground, EVIL, {"src/evil.py": None})
    for ran in ground.push_all({ref: ground.commit(GOOD, evil)}):
        assert (ran.status, "change-no-phr" in rules_of(ran.document)) == (1, True)


@pytest.mark.parametrize("order", [1, -1])
def test_a_merge_on_another_target_that_keeps_nothing_of_it(ground: Ground, order: int) -> None:
    """A release has merged the file's commit without the file, and another one is cut at the middle of the push.
    `change-no-phr`.
    """
    main = ground.main
    evil = ground.commit(EVIL)
    middle = ground.commit({"NOTES.md": "x\n"}, evil)
    after = ground.commit({"src/evil.py": None}, middle)
    ground.push(after, MAIN).passed()
    ground.land(after)
    merge = ground.commit({"src/evil.py": None} if order < 0 else {}, *(main, evil)[::order])
    ground.land(main, "refs/heads/release/0.9")
    ground.push(merge, "refs/heads/release/0.9").passed()
    ground.land(merge, "refs/heads/release/0.9")
    ground.push(middle, RELEASE).refused("change-no-phr")


@pytest.mark.parametrize("refs", [(MAIN, TAG), (MAIN, RELEASE), (RELEASE, "refs/heads/release/2.0")])
def test_the_refs_of_one_push_vouch_for_each_other(ground: Ground, refs: tuple[str, str]) -> None:
    """Refs on the middle of a push are pushed together with it, or several at once. `change-no-phr`."""
    evil = ground.commit(EVIL)
    after = ground.commit({"src/evil.py": None}, evil)
    if MAIN not in refs:
        ground.land(after)
    for ran in ground.push_all({ref: after if ref == MAIN else evil for ref in refs}):
        assert (ran.status, "change-no-phr" in rules_of(ran.document)) == (1, True)


def test_a_commit_dated_back_to_the_days_of_warnings(ground: Ground) -> None:
    """The middle of the push is backdated to a day when findings only warned. `change-no-phr`."""
    ground.land(ground.commit({POLICY: f"{TARGETS}warn_until = 2026-02-01\n"}))
    evil = taken_back(ground, EVIL, {"src/evil.py": None}, who="Ada <ada@example.com> 1767225600 +0000")
    ground.push(evil, RELEASE).refused("change-no-phr")


def test_the_middle_of_a_branch_that_was_merged(ground: Ground) -> None:
    """A release is cut at a commit of a merged branch that added a file which the branch later removed.
    `change-no-phr`.
    """
    main = ground.main
    evil = ground.commit(EVIL)
    side = ground.commit({"src/evil.py": None, **GOOD}, evil)
    merge = ground.commit(GOOD, main, side)
    ground.push(merge, MAIN).passed()
    ground.land(merge)
    ground.push(evil, RELEASE).refused("change-no-phr")


# -- what was accepted, or stands at a tip -----------------------------------------------------------------------------


@pytest.mark.parametrize("ref", [RELEASE, TAG, BRANCH])
def test_a_release_cut_from_an_accepted_landing(ground: Ground, ref: str) -> None:
    """A ref is moved to an accepted landing behind the tip of main. Passes."""
    first = accepted(ground, 11)
    accepted(ground, 12)
    ground.push(first, ref).passed()


def test_a_train_of_thirty_accepted_landings(ground: Ground) -> None:
    """A release branch moves over thirty landings at once. Passes."""
    ground.land(ground.main, RELEASE)
    train = [accepted(ground, number) for number in range(11, 42)]
    ground.push(train[-2], RELEASE).passed()


def test_a_record_that_came_in_a_commit_of_its_own(ground: Ground) -> None:
    """Code and its record landed as two commits of one push. Passes at the second."""
    ground.land(ground.commit({"src/vat.py": "RATE = 11\n"}))
    recorded = ground.land(ground.commit(fix(11)))
    accepted(ground, 12)
    ground.push(recorded, RELEASE).passed()


def test_a_record_that_somebody_else_brought_later(ground: Ground) -> None:
    """A landing lacked its record, and a later landing of somebody else brought it. Passes."""
    ground.land(ground.commit({"src/vat.py": "RATE = 11\n"}))
    recorded = ground.land(ground.commit(fix(11), who=BOB))
    accepted(ground, 12)
    ground.push(recorded, RELEASE).passed()


def test_a_landing_that_was_waived(ground: Ground) -> None:
    """A landing was waived, and the waiver has ended since. Passes."""
    ground.land(ground.commit(WAIVER))
    waived = ground.land(ground.commit({"src/vat.py": "RATE = 11\n"}))
    accepted(ground, 12)
    ground.push(waived, RELEASE).passed()


def test_a_hotfix_with_its_waiver_on_top(ground: Ground) -> None:
    """A hotfix and its waiver landed as two commits of one push. Passes at the second."""
    hotfix = ground.commit({"src/vat.py": "RATE = 11\n"})
    waived = ground.land(ground.commit(WAIVER, hotfix))
    accepted(ground, 12)
    ground.push(waived, TAG).passed()
    ground.push(hotfix, TAG).refused("change-no-phr")


def test_a_waiver_that_came_after_somebody_elses_change(ground: Ground) -> None:
    """A waiver is for the hotfix before it, not for what another one left without a record before. `change-no-phr`."""
    ground.land(ground.commit({"src/vat.py": "RATE = 11\n"}, who=BOB))
    waived = ground.land(ground.commit(WAIVER))
    accepted(ground, 12)
    ground.push(waived, RELEASE).refused("change-no-phr")


def test_a_landing_that_was_only_warned(ground: Ground) -> None:
    """A landing came while findings only warned. Passes."""
    ground.land(ground.commit({POLICY: f"{TARGETS}warn_until = 2026-03-31\n"}))
    warned = ground.land(ground.commit({"src/vat.py": "RATE = 11\n"}))
    accepted(ground, 12)
    ground.push(warned, RELEASE).passed()


def test_a_landing_that_was_answered(ground: Ground) -> None:
    """A waiver answers a landing that fails an audit. Passes."""
    failed = ground.land(ground.commit({"src/vat.py": "RATE = 11\n"}))
    answer = f"---\nlanding: {failed[:12]}\nreason: It burnt.\napproved_by: Grace\n---\n"
    ground.land(ground.commit({"history/waivers/0001-fire.md": answer}))
    accepted(ground, 12)
    ground.push(failed, RELEASE).passed()


def test_a_landing_older_than_the_day_to_count_from(ground: Ground) -> None:
    """A landing is older than the policy's `since`. Passes."""
    old = ground.land(ground.commit({"src/vat.py": "RATE = 11\n"}))
    ground.land(ground.commit({POLICY: f"{TARGETS}since = 2026-03-02\n"}))
    accepted(ground, 12)
    ground.push(old, RELEASE).passed()


def test_a_release_older_than_sdd(ground: Ground) -> None:
    """A tag names a commit from before the adoption of sdd. Passes."""
    ground.push(ground.before, TAG).passed()


def test_what_lacked_its_record_and_stands_at_the_tip(ground: Ground) -> None:
    """A landing lacked its record, and main still holds its files as it left them. Passes: that is for an audit."""
    failed = ground.land(ground.commit(EVIL))
    accepted(ground, 12)
    ground.push(failed, RELEASE).passed()


def test_the_middle_of_a_push_that_changed_exempt_files(ground: Ground) -> None:
    """The middle of a push changed exempt files only. Passes."""
    exempt = taken_back(ground, {"NOTES.md": "x\n"}, {"NOTES.md": None})
    ground.push(exempt, RELEASE).passed()


@pytest.mark.parametrize("ref", [RELEASE, TAG])
def test_a_covered_commit_on_top_of_an_accepted_landing(ground: Ground, ref: str) -> None:
    """A release or a tag adds a covered commit on top of an accepted landing. Passes."""
    first = accepted(ground, 11)
    accepted(ground, 12)
    ground.push(ground.commit({"src/cut.py": "1\n", **fix(31, "src/cut.py")}, first), ref).passed()


def test_a_branch_made_on_the_middle_of_a_push(ground: Ground) -> None:
    """A branch starts at the middle of a push. Passes for its own work: a merge drops the rest."""
    evil = taken_back(ground, EVIL, {"src/evil.py": None})
    ground.push(ground.commit(GOOD, evil), BRANCH).passed()


@pytest.mark.parametrize("ref", [RELEASE, TAG, BRANCH])
def test_a_ref_on_the_tip_of_main(ground: Ground, ref: str) -> None:
    """A ref is moved to main's tip. Passes."""
    taken_back(ground, EVIL, {"src/evil.py": None})
    ground.push(ground.main, ref).passed()


# -- names of refs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alias", ["refs/heads/master", "refs/tags/current", "refs/aliases/main"])
def test_another_name_of_the_target_on_the_server(ground: Ground, alias: str) -> None:
    """Code is pushed to a symbolic ref of the server that leads to main. `change-no-phr`, as for a push to main."""
    ground.name(alias, f"ref: {MAIN}", there=True)
    pushed = ground.push(ground.commit(EVIL), alias)
    assert pushed.server.document["changes"][0]["ref"] == MAIN
    pushed.refused("change-no-phr")


def test_a_loss_by_another_name_of_the_target(ground: Ground) -> None:
    """The target is rewound through a symbolic ref. `history-rewritten` on the server; a hook cannot know."""
    before = ground.main
    ground.land(ground.commit({LANDED: None}, before))
    ground.land(ground.commit({LANDED: "x\n"}, before))
    ground.name("refs/heads/master", f"ref: {MAIN}", there=True)
    rewound = ground.commit({LANDED: None})
    _, server = ground.push_all({"refs/heads/master": rewound})
    assert (server.status, "history-rewritten" in rules_of(server.document)) == (1, True)


def test_a_head_that_names_the_other_name(ground: Ground) -> None:
    """HEAD of the server is a symbolic ref to another one, to hide that main is the target. `change-no-phr`."""
    ground.name("refs/heads/trunk", f"ref: {MAIN}", there=True)
    ground.name("HEAD", "ref: refs/heads/trunk", there=True)
    evil = taken_back(ground, EVIL, {"src/evil.py": None})
    pushed = ground.push(ground.commit({"src/more.py": "1\n"}, evil), MAIN, old=ground.main)
    assert pushed.server.document["changes"][0]["target"] == "main"
    pushed.refused("change-no-phr")


@pytest.mark.parametrize("decoy", ["refs/tags/origin/main", "refs/heads/origin/main", "refs/origin/main"])
@pytest.mark.parametrize("base", ["origin/main", "origin/main^{commit}"])
def test_a_ref_called_like_the_base(ground: Ground, decoy: str, base: str) -> None:
    """A tag or a branch called `origin/main` is to be taken for the base in CI. `change-no-phr`."""
    evil = ground.commit(EVIL)
    ground.name(decoy, evil)
    ground.push(evil, BRANCH, base=base).refused("change-no-phr")


def test_a_base_that_means_two_refs(ground: Ground) -> None:
    """CI judges against a name that a branch and a tag share. Exit 3, naming both."""
    evil = ground.commit(EVIL)
    ground.name("refs/heads/base", ground.main)
    ground.name("refs/tags/base", evil)
    answers = ground.push(evil, BRANCH, base="base")
    error = answers.ci.document["error"]
    assert answers.statuses == {"hook": 1, "server": 1, "ci": 3}
    assert "refs/tags/base and refs/heads/base" in error["message"]


def test_a_base_that_a_tag_and_a_branch_of_a_remote_have(ground: Ground) -> None:
    """CI names the base in full, though other refs share its short name. Passes."""
    ground.name("refs/heads/refs/remotes/origin/main", ground.before)
    ground.name("refs/tags/origin/main", ground.before)
    ground.push(ground.commit(GOOD), base="refs/remotes/origin/main").passed()
    ground.push(ground.commit(GOOD), base="origin/main").passed()


@pytest.mark.parametrize("kind", ["tags", "heads"])
def test_a_ref_called_like_what_git_keeps_itself(ground: Ground, kind: str) -> None:
    """A tag or branch on main's tip is called `HEAD`, `FETCH_HEAD` or as the judged id, for CI to judge it instead.
    `change-no-phr`."""
    evil = ground.commit(EVIL)
    ground.check_out(evil, "work")
    for other in ("FETCH_HEAD", "ORIG_HEAD"):
        (ground.here.path / ".git" / other).write_text(f"{evil}\n")
    for decoy in ("HEAD", "@", "FETCH_HEAD", "ORIG_HEAD", evil):
        ground.name(f"refs/{kind}/{decoy}", ground.main)
    for head in ("HEAD", "HEAD~0", "HEAD^{commit}", "@", "FETCH_HEAD", "ORIG_HEAD", evil):
        ran = sdd(ground.here.path, "gate", "--json", "--base", "refs/remotes/origin/main", "--head", head)
        assert (ran.status, "change-no-phr" in rules_of(ran.document)) == (1, True), (head, ran)
    ground.push(evil).refused("change-no-phr")


@pytest.mark.parametrize("head", ["id", "v1-3-gid", "MERGE_HEAD", "refs/heads/gone", "refs/remotes/origin/gone"])
def test_a_ref_called_like_a_revision(ground: Ground, head: str) -> None:
    """A tag on main's tip is called like a shortened id, or like a ref that CI does not have. Exit 3, naming it."""
    evil = ground.commit(EVIL)
    ground.check_out(evil, "work")
    head = head.replace("id", evil[:8])
    ground.name(f"refs/tags/{head}", ground.main)
    for words in (["--base", "refs/remotes/origin/main", "--head", head], ["--base", head]):
        ran = sdd(ground.here.path, "gate", "--json", *words)
        assert ran.status == 3, ran
        assert f"refs/tags/{head}" in ran.document["error"]["message"]


@pytest.mark.parametrize("name", ["2026", "beef", "NEXT", "v1-gbed", "@"])
def test_a_ref_that_only_looks_like_a_revision(ground: Ground, name: str) -> None:
    """A tag is called like an id that no commit has. Passes, and so do HEAD and a shortened id."""
    good = ground.commit(GOOD)
    ground.check_out(good, "work")
    ground.name(f"refs/tags/{name}", good)
    for head in ("HEAD" if name == "@" else f"refs/tags/{name}", name, good[:8]):
        ran = sdd(ground.here.path, "gate", "--json", "--base", "refs/remotes/origin/main", "--head", head)
        assert ran.status == 0, ran
        assert ran.document["changes"][0]["head"] == good


@pytest.mark.parametrize("base", ["@{u}", "@{upstream}", "work@{push}"])
def test_a_base_without_upstream(ground: Ground, base: str) -> None:
    """The base is the upstream of a branch that has none. Exit 2: an unknown revision."""
    ground.check_out(ground.commit(GOOD), "work")
    ran = sdd(ground.here.path, "gate", "--json", "--base", base)
    assert (ran.status, ran.document["message"]) == (2, f"unknown revision: {base}")


# -- refs that replace objects -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", ["commit", "blob"])
def test_a_replace_ref(ground: Ground, shown: str) -> None:
    """A ref below `refs/replace/` shows other content of a commit that has landed. Exit 3, whatever it leads to."""
    there = f"refs/replace/{ground.main}"
    other = ground.before if shown == "commit" else ground.here.git("hash-object", "-w", "--stdin", stdin="evil")
    for ran in ground.push_all({there: other}):
        assert ran.status == 3, ran
        assert there in ran.document["error"]["message"]


def test_a_replace_ref_that_goes(ground: Ground) -> None:
    """A ref below `refs/replace/` is deleted. Passes."""
    there = f"refs/replace/{ground.main}"
    ground.name(there, ground.before, there=True)
    ground.push(GONE, there).passed()


def test_notes(ground: Ground) -> None:
    """Notes on commits are pushed. Pass, with a remark."""
    notes = ground.commit({ground.main: "Built and signed.\n"}, None)
    hook, server = ground.push_all({"refs/notes/commits": notes})
    assert (hook.status, server.status) == (0, 0), (hook, server)


def test_release_branches_without_number(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of release branches are to slow down a colleague's push. Passes, as fast as with a few."""
    asked = counted(monkeypatch, Git, "run", lambda _, command, *__: command)
    main, counts = ground.main, []
    for many in (3, 150):
        for number in range(many):
            ground.land(ground.commit({f"src/{number}.py": "1\n"}, main), f"refs/heads/release/{number}")
        asked.clear()
        ground.attempt(GOOD).passed()
        counts.append(asked.total())
    assert counts[0] == counts[1], counts


def test_the_nearest_of_many_release_branches(ground: Ground) -> None:
    """A branch starts at one of many releases. Passes for its own work, judged against that release."""
    for number in range(5):
        files = {f"src/{number}.py": "1\n", **fix(50 + number, f"src/{number}.py")}
        ground.land(ground.commit(files), f"refs/heads/release/{number}")
    work = ground.commit({"src/own.py": "1\n", **fix(31, "src/own.py")}, ground.tip("refs/heads/release/3"))
    answers = ground.push(work, BRANCH, base="refs/remotes/origin/release/3")
    answers.passed()
    for ran in answers:
        assert ran.document["changes"][0]["target"].endswith("release/3")


# -- many refs at once -------------------------------------------------------------------------------------------------


def test_a_tag_on_each_landing(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of many landings gets a tag, all in one push, to stall it. Passes; the line is read once for all of them."""
    asked = counted(monkeypatch, Git, "run", lambda _, command, *__: command)
    landed = [accepted(ground, number, f"src/{number}.py") for number in range(11, 51)]
    counts = []
    for many in (10, 39):
        asked.clear()
        for ran in ground.push_all({f"refs/tags/v{place}": commit for place, commit in enumerate(landed[:many])}):
            assert (ran.status, rules_of(ran.document)) == (0, set()), ran
        counts.append(asked["log"])
    assert counts[0] == counts[1], counts


@pytest.mark.parametrize("pushes", [2, 9])
def test_tags_on_the_middles_of_pushes(ground: Ground, pushes: int) -> None:
    """One push puts tags on the middles of several pushes and on honest landings. Each middle is `change-no-phr`."""
    middles = {}
    for number in range(pushes):
        accepted(ground, 11 + number)
        middles[f"refs/tags/evil{number}"] = taken_back(
            ground, {f"src/e{number}.py": "1\n"}, {f"src/e{number}.py": None}
        )
    honest = {"refs/tags/good": ground.main}
    accepted(ground, 21)
    for ran in ground.push_all({**middles, **honest}):
        refused = {change["ref"] for change in ran.document["changes"] if change["findings"]}
        assert (ran.status, refused) == (1, set(middles)), ran
        assert "change-no-phr" in rules_of(ran.document)
