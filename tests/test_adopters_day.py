"""What somebody meets who brings sdd into a large repository: small things that were wrong or missing."""

import pytest

from tests.adopted import CONSTITUTION, FEATURE, POLICY, PROMISE, Adopted, phr

FIX = ("--kind", "fix", "--success", "It is.", "--check", "true", "--commit")


@pytest.fixture
def roots(adopted: Adopted) -> Adopted:
    """A change in the top and two roots below it, committed."""
    own = (adopted.here.path / CONSTITUTION).read_text()
    adopted.land_change({f"{app}/{path}": text for app in "ab" for path, text in ((POLICY, ""), (CONSTITUTION, own))})
    adopted.branch()
    adopted.write({f"{folder}src/start.py": "START = 1\n" for folder in ("", "a/", "b/")})
    return adopted


def test_a_pass_over_several_roots_is_one_line(roots: Adopted) -> None:
    roots.done("phr", "new", "Start at one", *FIX)
    (line,) = roots.done("gate").out.splitlines()
    assert line.startswith("sdd: pass: refs/heads/work ")
    assert " (3 roots): 3 covered, 1 warning" in line
    assert "(root a): 1 covered" in roots.done("gate", "-v").out


def test_roots_that_pass_beside_one_that_fails_are_one_line_too(roots: Adopted) -> None:
    roots.done("phr", "new", "Start at one", *FIX, "--file", "a/src/start.py", "--file", "b/src/start.py")
    lines = roots.sdd("gate").out.splitlines()
    assert [line.partition(" against ")[0].rpartition(" ")[0] for line in lines[:2]] == [
        "sdd: pass: refs/heads/work",
        "sdd: refused: refs/heads/work",
    ]
    assert "(2 roots): 2 covered" in lines[0]


def test_no_file_has_a_fix_of_its_own_where_one_line_covers_all_roots(roots: Adopted) -> None:
    out = roots.sdd("gate").out
    assert (out.count("change-no-phr: needs a PHR"), out.count("record what was asked")) == (3, 0)
    assert out.count("next[fix]: ") == 1


def test_a_merge_is_no_work_that_a_response_tells(adopted: Adopted) -> None:
    adopted.branch()
    adopted.write({"src/a.py": "1\n"}, "Start at one")
    adopted.land_change({"README.md": "x\n"}, "Elsewhere")
    adopted.here.git("switch", "-q", "work")
    adopted.here.git("merge", "-q", "--no-edit", "main")
    path = adopted.done("phr", "new", "Start at one", *FIX).out.split()[1]
    response = (adopted.here.path / path).read_text().partition("## Response snapshot")[2]
    assert response.partition("##")[0].split() == ["-", "Start", "at", "one"]


def test_a_waiver_that_does_not_count_yet_says_so(adopted: Adopted) -> None:
    words = ("waiver", "new", "change-no-phr", "--path", "src/a.py", "--days", "3")
    said = "it counts once it has landed, not for this push"
    adopted.branch()
    adopted.write({"src/a.py": "1\n"})
    assert said not in adopted.done(*words, "--reason", "Down.", "--approved-by", "Grace").err
    adopted.land_change({POLICY: '[gate]\nwaivers = "landed"\n'})
    adopted.branch("later")
    adopted.write({"src/a.py": "2\n"})
    assert said in adopted.done(*words, "--reason", "Down again.", "--approved-by", "Grace").err


def test_a_policy_of_ones_own_is_not_called_the_targets(adopted: Adopted) -> None:
    adopted.here.git("switch", "-q", "--orphan", "start")
    first = adopted.write({"a.py": "1\n"})
    adopted.land("--force", "start:main")
    adopted.here.git("fetch", "-q", "origin")
    adopted.write({POLICY: "[gate]\nwaivers = 3\n", CONSTITUTION: "# Constitution\n"}, "Adopt sdd")
    ran = adopted.sdd("gate", "--base", first)
    assert (ran.status, f"the policy at refs/heads/start cannot be read: {POLICY}:2" in ran.err) == (3, True), ran
    assert f"correct {POLICY}, commit it, and push again" in ran.err


def test_what_feature_json_names_is_told_once(adopted: Adopted) -> None:
    adopted.branch()
    adopted.here.write(".specify/feature.json", '{"feature_directory": "specs/099-gone"}')
    adopted.write({"src/a.py": "1\n"})
    assert adopted.done("phr", "new", "Start at one", *FIX, "--run").err.count("is ignored: no feature is meant") == 1


def test_a_record_without_its_feature_is_named_with_what_to_write(adopted: Adopted) -> None:
    adopted.branch(FEATURE)
    limits = "### Constraints\n\n- Decimals stay.\n\n### Non-goals\n\n- No.\n\n"
    record = "history/prompts/general/0001-round.green.prompt.md"
    text = phr(["src/a.py"], kind="feature", embedded=limits + PROMISE)
    adopted.write({"src/a.py": "1\n", record: text})
    assert (
        f"first: write feature: {FEATURE} into {record}, then: sdd repair --write, and commit it\n"
        in adopted.sdd("gate").out
    )
    adopted.here.write(record, text.replace("kind: feature", f"kind: feature\nfeature: {FEATURE}"))
    adopted.done("repair", "--write")
    adopted.write({})
    assert adopted.gate()["verdict"] == "pass", adopted.sdd("gate").out
    assert adopted.push(FEATURE).returncode == 0
