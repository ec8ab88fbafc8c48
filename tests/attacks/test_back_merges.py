"""Work brought from one target to another.

A record of another target is brought along with code that differs from what landed there by a letter, a place or a
mode, or with a wider scope. A faithful backport or merge passes with its record.
"""

from collections.abc import Mapping

import pytest

from sdd.repo.git import Git
from tests.adopted import contract, phr
from tests.attacks.ground import CONTRACT, GOOD, PATHS, PHR, POLICY, Content, Ground
from tests.attacks.test_refs import RELEASE, TARGETS, fix
from tests.counting import counted
from tests.good import TARGET


@pytest.fixture
def ground(ground: Ground) -> Ground:
    """Main and a release that has gone further on its own, each by two covered changes."""
    start = ground.land(ground.commit({POLICY: TARGETS}))
    at = {"main": start, "release": start}
    for number in (11, 12, 21, 22):
        name = "main" if number < 20 else "release"
        at[name] = ground.commit({f"src/at{number}.py": "1\n", **fix(number, f"src/at{number}.py")}, at[name])
    ground.land(at["release"], RELEASE)
    ground.land(at["main"])
    return ground


def merged(ground: Ground, *, evil: bool = False) -> str:
    """A merge of the release into main, with a file of its own where it is `evil`."""
    edits = {f"src/at{number}.py": "1\n" for number in (21, 22)} | {
        key: text for number in (21, 22) for key, text in fix(number, f"src/at{number}.py").items()
    }
    return ground.commit(edits | ({"src/evil.py": "1\n"} if evil else {}), ground.main, ground.tip(RELEASE))


def test_a_release_that_is_merged_back(ground: Ground) -> None:
    """A release is merged back into main with its records. Passes."""
    ground.push(merged(ground)).passed()
    ground.push(merged(ground), "refs/heads/main").passed()


def test_a_fix_that_is_brought_to_a_release(ground: Ground) -> None:
    """A fix is brought from main to a release with its record. Passes."""
    backport = ground.commit({"src/at11.py": "1\n", **fix(11, "src/at11.py")}, ground.tip(RELEASE))
    ground.push(backport, RELEASE).passed()


def test_another_change_with_the_record_in_one_of_several_landings(ground: Ground) -> None:
    """A push of two landings brings a record of the release along with another change of its file. `change-no-phr`."""
    brought = ground.commit({"src/at21.py": "EVIL = 1\n", **fix(21, "src/at21.py")})
    tip = ground.commit({"src/new.py": "1\n", **fix(31, "src/new.py")}, brought)
    ground.push(tip, "refs/heads/main").refused("change-no-phr")


SPEC_KIT: dict[str, Content] = {".specify/memory/constitution.md": "# Ours\n"}
LINES = [f"LINE_{number} = {number}\n" for number in range(60)]
FAR = "".join(["RELEASE = 1\n", *LINES])


def edited(lines: str, old: str = "LINE_30 = 30\n", new: str = "LINE_30 = 31\nMORE = 1\n") -> str:
    """Lines with the fix in them."""
    assert lines.count(old) == 1
    return lines.replace(old, new)


def picked(ground: Ground, on_release: Content, fixed: Content) -> str:
    """A fix that landed on main, brought with its record to a release where the file is another: what is pushed."""
    main, release = ground.main, ground.tip(RELEASE)
    main = ground.land(ground.commit({"src/long.py": "".join(LINES), **fix(31, "src/long.py")}, main))
    release = ground.land(ground.commit({"src/long.py": on_release, **fix(41, "src/long.py")}, release), RELEASE)
    main = ground.land(ground.commit({"src/long.py": edited("".join(LINES)), **fix(32, "src/long.py")}, main))
    ground.land(ground.commit({"src/long.py": edited("".join(LINES)) + "LATER = 1\n", **fix(33, "src/long.py")}, main))
    return ground.commit({"src/long.py": fixed, **fix(32, "src/long.py")}, release)


@pytest.mark.parametrize("on_release", ["".join(LINES), FAR, "".join(LINES[5:]), "".join(LINES[:50])])
def test_a_fix_that_is_picked_for_a_release_that_differs(ground: Ground, on_release: str) -> None:
    """A fix is picked from main for a release whose file has other lines elsewhere, with its record. Passes."""
    ground.push(picked(ground, on_release, edited(on_release)), RELEASE, paths=ground.paths).passed()


@pytest.mark.parametrize(
    ("on_release", "fixed", "rule"),
    [
        (FAR, edited(FAR), ""),
        (FAR, edited(FAR) + "EVIL = 1\n", "change-no-phr"),
        ("".join(LINES), edited("".join(LINES)), ""),
    ],
)
def test_a_fix_that_is_picked_for_a_release_older_than_sdd(
    ground: Ground, on_release: str, fixed: str, rule: str
) -> None:
    """A fix is picked from main, with its record, for a release that has no root. Passes; with more than the fix,
    `change-no-phr`.
    """
    ground.land(ground.before, RELEASE)
    said = ground.push(picked(ground, on_release, fixed), RELEASE)
    said.refused(rule) if rule else said.passed()


def test_a_removal_on_a_release_older_than_sdd(ground: Ground) -> None:
    """A release without a root loses a file that main never had. `change-no-phr`."""
    old = ground.land(ground.commit({"src/own.py": "1\n"}, ground.before), RELEASE)
    ground.push(ground.commit({"src/own.py": None}, old), RELEASE).refused("change-no-phr")


def test_a_file_that_is_taken_over_as_it_landed(ground: Ground) -> None:
    """A release takes over a whole file as a landing on main left it, with its record. Passes."""
    ground.push(picked(ground, FAR, edited("".join(LINES))), RELEASE).passed()


def landed_apart(ground: Ground, *records: Mapping[str, Content], who: str = "") -> None:
    """Lands a fix on main as it was committed: the code, and each of some records on top of it."""
    tip = ground.land(ground.commit({"src/long.py": "".join(LINES), **fix(31, "src/long.py")}))
    tip = ground.commit({"src/long.py": edited("".join(LINES))}, tip, who=who)
    for record in records:
        tip = ground.commit(record, tip)
    tip = ground.land(tip)
    ground.land(ground.commit({"src/long.py": edited("".join(LINES)) + "LATER = 1\n", **fix(34, "src/long.py")}, tip))


def test_a_fix_that_landed_commit_by_commit(ground: Ground) -> None:
    """A fix is picked that main took as two commits, the code and its record. Passes, in one commit and in two."""
    own = fix(32, "src/long.py")
    landed_apart(ground, own)
    release = ground.land(ground.commit({"src/long.py": FAR, **fix(41, "src/long.py")}, ground.tip(RELEASE)), RELEASE)
    code = ground.commit({"src/long.py": edited(FAR)}, release)
    ground.push(ground.commit(own, code), RELEASE).passed()
    ground.push(ground.commit({"src/long.py": edited(FAR), **own}, release), RELEASE).passed()
    ground.push(ground.commit({"src/long.py": edited(FAR) + "EVIL = 1\n", **own}, release), RELEASE).refused(
        "change-no-phr"
    )


@pytest.mark.parametrize(
    ("others", "who"),
    [((fix(32, "src/long.py"),), ""), ((), "Eve <eve@example.org> 1700000000 +0000")],
    ids=["of another record", "by another person"],
)
def test_code_before_a_record_that_did_not_land_with_it(
    ground: Ground, others: tuple[Mapping[str, Content], ...], who: str
) -> None:
    """A record is picked from main with the code of the commit before it, which has another record or another author.
    `change-no-phr`.
    """
    landed_apart(ground, *others, own := fix(33, "src/long.py"), who=who)
    release = ground.land(ground.commit({"src/long.py": FAR, **fix(41, "src/long.py")}, ground.tip(RELEASE)), RELEASE)
    ground.push(ground.commit({"src/long.py": edited(FAR), **own}, release), RELEASE).refused("change-no-phr")


def test_code_that_the_adoption_brought(ground: Ground) -> None:
    """A record is picked from main with code of the commit that adopted sdd, which nothing judged. `change-no-phr`."""
    old = ground.land(ground.commit({"src/long.py": "".join(LINES)}, ground.before), RELEASE)
    ground.land(tip := ground.commit({**TARGET, POLICY: TARGETS, "src/long.py": edited("".join(LINES))}, old))
    own = fix(32, "src/long.py")
    tip = ground.land(ground.commit(own, tip))
    ground.land(ground.commit({"src/long.py": edited("".join(LINES)) + "LATER = 1\n", **fix(34, "src/long.py")}, tip))
    release = ground.land(ground.commit({"src/long.py": FAR, POLICY: TARGETS}, old), RELEASE)
    ground.push(ground.commit({"src/long.py": edited(FAR), **own}, release), RELEASE).refused("change-no-phr")


@pytest.mark.parametrize("held", [{}, SPEC_KIT], ids=["", "spec-kit"])
@pytest.mark.parametrize(
    ("who", "rule"), [("", ""), ("A <a@example.org> 1600000000 +0000", "change-no-phr")], ids=["judged", "older"]
)
def test_a_fix_that_landed_commit_by_commit_on_a_release_older_than_sdd(
    ground: Ground, who: str, rule: str, held: dict[str, Content]
) -> None:
    """A fix and its record, two commits of a release older than sdd, are merged or picked. Passes; `change-no-phr` for
    a fix before sdd.
    """
    old = ground.commit(
        {**held, "src/long.py": "".join(LINES)}, ground.before, who="B <b@example.org> 1500000000 +0000"
    )
    code = ground.commit({"src/long.py": edited("".join(LINES))}, old, who=who)
    release = ground.land(ground.commit(own := fix(32, "src/long.py"), code, who=who), RELEASE)
    main = ground.land(ground.commit({"src/long.py": FAR, **fix(41, "src/long.py")}))
    for pushed in (
        ground.commit({"src/long.py": edited(FAR), **own}, main, release),
        ground.commit(own, ground.commit({"src/long.py": edited(FAR)}, main)),
    ):
        said = ground.push(pushed, "refs/heads/main", paths=["ci"] if who else PATHS)
        said.refused(rule) if rule else said.passed()


def test_a_removal_that_is_picked(ground: Ground) -> None:
    """A file that main removed is removed on a release too, with main's record. Passes."""
    removed = ground.commit({"src/old.py": None, **fix(32, "src/old.py")})
    ground.land(removed)
    ground.push(ground.commit({"src/old.py": None, **fix(32, "src/old.py")}, ground.tip(RELEASE)), RELEASE).passed()


@pytest.mark.parametrize(
    ("on_release", "fixed"),
    [
        (FAR, edited(FAR) + "EVIL = 1\n"),
        (FAR, edited(FAR).replace("MORE = 1", "MORE = 2")),
        (FAR, edited(FAR).replace("MORE = 1", "  MORE = 1")),
        (FAR, edited(FAR).replace("MORE = 1\n", "MORE = 1\r\n")),
        (FAR, edited(FAR).replace("RELEASE = 1\n", "RELEASE = 2\n")),
        (FAR, edited(FAR, new="LINE_30 = 31\n")),
        (FAR, ("100755", edited(FAR).encode())),
        (FAR, None),
        (FAR, edited("".join(LINES)) + "LATER = 1\nEVIL = 1\n"),
        (FAR.replace("LINE_29", "LINE_X"), edited(FAR.replace("LINE_29", "LINE_X"))),
        (FAR.replace("LINE_33 ", "LINE_33  "), edited(FAR.replace("LINE_33 ", "LINE_33  "))),
        (
            "".join([*LINES[25:36], "OTHER = 1\n" * 9, *LINES]),
            "".join([edited("".join(LINES[25:36])), "OTHER = 1\n" * 9, *LINES]),
        ),
    ],
)
def test_another_fix_with_the_record_of_one(ground: Ground, on_release: str, fixed: Content) -> None:
    """A record is picked from main with a fix that differs in a letter, a blank, the mode, the lines around it or the
    place. `change-no-phr`.
    """
    ground.push(picked(ground, on_release, fixed), RELEASE, paths=ground.paths).refused("change-no-phr")


def test_many_records_of_another_target(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """More records are picked from main than git is asked about, each with other code. `change-no-phr`."""
    monkeypatch.setattr("sdd.gate.cover.backport.BACKPORTS", 20)
    numbers = range(100, 140)
    many = {name: text for number in numbers for name, text in fix(number, f"src/{number}.py").items()}
    code: dict[str, Content] = {f"src/{number}.py": "1\n" for number in numbers}
    ground.land(ground.commit({**many, **code}))
    evil = ground.commit({**many, **dict.fromkeys(code, "EVIL = 1\n")}, ground.tip(RELEASE))
    asked = counted(monkeypatch, Git, "run", lambda _, command, *__: command)
    ground.push(evil, RELEASE).refused("change-no-phr")
    assert 3 * 20 <= asked["log"] <= 3 * (20 + 9), asked


def test_a_fix_that_the_landing_of_another_record_made(ground: Ground) -> None:
    """A fix is picked with a record that came to main with another one. `change-no-phr`."""
    picked(ground, FAR, edited(FAR))
    evil = ground.commit({"src/long.py": edited(FAR), **fix(31, "src/long.py")}, ground.tip(RELEASE))
    ground.push(evil, RELEASE).refused("change-no-phr")


def test_other_code_with_a_record_of_another_target(ground: Ground) -> None:
    """A record is brought from main to a release, with code that differs from what main holds. `change-no-phr`."""
    evil = ground.commit({"src/at11.py": "EVIL = 1\n", **fix(11, "src/at11.py")}, ground.tip(RELEASE))
    ground.push(evil, RELEASE).refused("change-no-phr")


@pytest.mark.parametrize("base", ["", f"refs/remotes/origin/{RELEASE.removeprefix('refs/heads/')}"])
@pytest.mark.parametrize("held", [{}, {".specify/memory/constitution.md": "# Ours\n"}, {POLICY: "[gate]\n"}])
def test_a_release_whose_policy_names_no_target(ground: Ground, held: dict[str, Content], base: str) -> None:
    """A record is brought from main, with other code, to a release without a policy of main's. `change-no-phr`."""
    ground.land(old := ground.commit(held, ground.before), RELEASE)
    evil = ground.commit({"src/at11.py": "EVIL = 1\n", **fix(11, "src/at11.py")}, old)
    paths = ["ci"] if base else PATHS  # nobody names one to hook and server
    ground.push(evil, RELEASE, base=base, paths=paths).refused("change-no-phr")
    good = ground.commit({"src/at11.py": "1\n", **fix(11, "src/at11.py")}, old)
    ground.push(good, RELEASE, base=base, paths=paths).passed()


PAIRED = "history/contracts/general/0051-round.contract.md"
LATER = PAIRED.replace("0051", "0052")
UNLINKED: dict[str, Content] = {
    "history/prompts/general/0051-round.green.prompt.md": phr(["src/pair.py"], id="0051", prompt="Round a pair.")
}


def paired(ground: Ground) -> str:
    """The tip of a release, while main accepted a PHR and a contract beside it that neither links; then another one."""
    files = {"src/pair.py": "1\n", **UNLINKED, PAIRED: contract(["/src/pair.py"], id="0051")}
    ground.push(good := ground.commit(files), paths=ground.paths).passed()
    ground.land(good)
    more = {"src/more.py": "1\n", **fix(52, "src/more.py"), LATER: contract(["/src/**"], id="0052")}
    ground.push(good := ground.commit(more), paths=ground.paths).passed()
    ground.land(good)
    return ground.tip(RELEASE)


def test_a_contract_that_its_phr_does_not_link(ground: Ground) -> None:
    """A fix is picked whose PHR names no contract, and came to main with one for its files. Passes."""
    picked = {"src/pair.py": "1\n", **UNLINKED, PAIRED: contract(["/src/pair.py"], id="0051")}
    ground.push(ground.commit(picked, paired(ground)), RELEASE).passed()


@pytest.mark.parametrize(
    ("edits", "rule"),
    [
        ({}, "change-no-contract"),
        ({LATER: contract(["/src/**"], id="0052")}, "change-no-contract"),
        ({PAIRED: contract(["/src/**"], id="0051")}, "change-no-contract"),
        ({PAIRED: contract(["/src/pair.py"], id="0051"), "src/pair.py": "EVIL = 1\n"}, "change-no-phr"),
        ({PAIRED: contract(["/src/pair.py"], id="0051"), "src/more.py": "1\n"}, "change-no-phr"),
    ],
)
def test_a_contract_beside_the_phr_that_came_otherwise(ground: Ground, edits: dict[str, Content], rule: str) -> None:
    """A PHR that links no contract is picked without the one it came with, or that one in another form, with another
    landing's, or for other code. `change-no-contract`.
    """
    evil = ground.commit({"src/pair.py": "1\n", **UNLINKED, **edits}, paired(ground))
    ground.push(evil, RELEASE, paths=ground.paths).refused(rule)


def test_other_code_on_main_with_a_record_of_a_release(ground: Ground) -> None:
    """A record is brought from a release to main, with code that differs from the release's. `change-no-phr`."""
    evil = ground.commit({"src/at21.py": "EVIL = 1\n", **fix(21, "src/at21.py")})
    ground.push(evil).refused("change-no-phr")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Round 21.", "ROUND 21!"),
        ("It rounds 21.", "It <!-- really --> rounds 21."),
        ("title: Rounding", "title: Another rounding"),
        ('id: "0021"', 'id: "0023"'),
        ("src/at21.py", "src/evil.py"),
    ],
)
def test_a_record_of_a_release_in_another_form(ground: Ground, old: str, new: str) -> None:
    """A release's PHR is brought to main, with other code, and another title, id, files or form. `change-no-phr`."""
    ((path, record),) = fix(21, "src/at21.py").items()
    assert old in str(record)
    path_of_code = "src/evil.py" if "evil" in new else "src/at21.py"
    ground.attempt({path_of_code: "EVIL = 1\n", path: str(record).replace(old, new)}).refused("change-no-phr")


@pytest.mark.parametrize("there", [RELEASE, "refs/heads/release/2.0"])
def test_the_path_of_a_record_is_taken_on_another_target(ground: Ground, there: str) -> None:
    """Somebody lands other records on a release, at the paths of a colleague's pushed ones. Hers pass."""
    taken = {
        PHR: str(GOOD[PHR]).replace("Round half up.", "Squat."),
        CONTRACT: str(GOOD[CONTRACT]).replace("Amounts are rounded half up.", "Nobody else uses this path."),
    }
    ground.land(ground.commit(taken, ground.tip(RELEASE)), there)
    ground.attempt(GOOD).passed()


def test_a_copy_of_a_record_on_another_target(ground: Ground) -> None:
    """Somebody lands a colleague's pushed record on a release, without its code. `change-no-phr` says so, and hers
    passes by another name.
    """
    ground.land(ground.commit({PHR: GOOD[PHR]}, ground.tip(RELEASE)), RELEASE)
    answers = ground.attempt(GOOD)
    answers.refused("change-no-phr")
    assert "has landed on another target, without this" in answers.ci.out
    named = PHR.replace("rounding", "rounding-2")
    ground.attempt({**{path: text for path, text in GOOD.items() if path != PHR}, named: GOOD[PHR]}).passed()


def test_a_contract_of_a_release_with_another_scope(ground: Ground) -> None:
    """A release's contract is brought to main with a wider scope. `change-no-contract`."""
    narrow = str(GOOD[CONTRACT]).replace("/src/**", "/src/at21.py")
    ground.land(ground.commit({CONTRACT: narrow}, ground.tip(RELEASE)), RELEASE)
    ground.attempt(GOOD).refused("change-no-contract")


def test_a_release_that_ci_judges_after_it_has_moved(ground: Ground) -> None:
    """CI judges a push to a release whose branch stands on what is judged. Passes."""
    old = ground.tip(RELEASE)
    good = ground.commit({"src/at23.py": "1\n", **fix(23, "src/at23.py")}, old)
    ground.land(good, RELEASE)
    ground.push(good, RELEASE, old=old).passed()


@pytest.mark.parametrize(
    ("on_main", "made", "rule"),
    [
        (edited("".join(LINES)), edited(FAR), ""),
        (edited("".join(LINES)), edited(FAR) + "EVIL = 1\n", "change-no-phr"),
        (edited("".join(LINES)), ("100755", edited(FAR).encode()), "change-no-phr"),
        (edited("".join(LINES)), FAR.replace("LINE_30", "EVIL"), "change-no-phr"),
        ("OURS = 1\n" + "".join(LINES), "OURS = 1\n" + FAR, "change-no-phr"),
    ],
    ids=["as git does", "with more", "run", "otherwise", "a conflict"],
)
@pytest.mark.parametrize(("is_tip", "held"), [(True, {}), (False, {}), (True, SPEC_KIT)], ids=["tip", "", "spec-kit"])
def test_main_in_a_release_older_than_sdd(
    ground: Ground, on_main: str, made: Content, rule: str, held: dict[str, Content], *, is_tip: bool
) -> None:
    """Main is merged into a release older than sdd. Passes as git merges it; else `change-no-phr`."""
    both = ground.commit({**held, "src/long.py": "".join(LINES)}, ground.before)
    release = ground.land(ground.commit({"src/long.py": FAR}, both), RELEASE)
    old = {**TARGET, POLICY: TARGETS}
    main = ground.commit({**old, "src/long.py": on_main}, both)
    ground.land(main if is_tip else ground.commit({"src/long.py": "OTHER = 1\n"}, main))
    pushed = ground.commit({**old, "src/long.py": made}, release, main)
    said = ground.push(pushed, RELEASE, paths=["ci"] if rule else PATHS)
    said.passed() if is_tip and not rule else said.refused("change-no-phr")


def test_code_in_the_merge_of_two_targets(ground: Ground) -> None:
    """The merge of two targets adds a file of its own. `change-no-phr`."""
    ground.push(merged(ground, evil=True)).refused("change-no-phr")
