"""Screens name the cheap way, count as people do, and say what is left to write."""

from tests.adopted import FEATURE, Adopted, contract
from tests.test_next_lines import printed, run_line

_TERMS = "--requirement FR-001 --success Added. --constraint K --non-goal N --check true --commit"


def test_a_file_that_a_review_adds_goes_into_the_records_that_are_there(adopted: Adopted) -> None:
    adopted.branch()
    about = ("contract", "new", "Show it", "--feature", FEATURE, "--scope", "/src/show.py")
    path = adopted.done(*about, *_TERMS.split(), "--json").document["path"]
    adopted.write({"src/show.py": "1\n"})
    adopted.done("contract", "done", path, "--run", "--commit")
    adopted.done("phr", "new", "Show it", "--contract", path, "--commit")
    adopted.write({"src/reviewed.py": "2\n"}, "As the review asks")
    lines = adopted.sdd("gate").out.splitlines()
    wider = f'first[feature]: add "/src/reviewed.py" to scope: in {path}, commit it'
    place = lines.index(wider)
    assert lines[place + 1].startswith("next[feature]: sdd phr add history/prompts/")
    run_line(adopted, printed("\n".join(lines))[0])
    lines = adopted.sdd("gate").out.splitlines()
    place = lines.index(wider)
    assert lines[place + 1] == "or: in place of the steps above"
    assert lines[place + 2].startswith('next[feature]: sdd contract new "TITLE"')
    assert "or       in place of the steps above" in adopted.done("status").out.splitlines()
    text = (adopted.here.path / path).read_text()
    adopted.write({path: text.replace("/src/show.py", "/src/*.py", 1)})
    assert adopted.push("work").returncode == 0


def test_a_file_that_only_moved_counts_once(adopted: Adopted) -> None:
    adopted.land_change({f"lib/{number}.py": f"{number}\n" for number in range(30)})
    adopted.branch("move")
    adopted.here.git("mv", "lib", "src/lib")
    adopted.here.commit("Move the library")
    assert "sdd: 30 of 30 changed files lack records" in adopted.sdd("gate").out
    assert ": 30 of 30 files lack records\n" in adopted.done("status").out


def test_an_adr_that_is_its_template_says_what_to_write(adopted: Adopted) -> None:
    made = adopted.done("adr", "new", "Use PostgreSQL").out.splitlines()
    path = made[0].split()[1]
    assert made[1] == f"next: fill in the [CAPITALS], then: sdd check {path}"
    assert "adr-placeholder" in adopted.sdd("check", "-v", path).out
    adopted.here.write(path, "# ADR-0002: Use PostgreSQL\n\n**Status**: Accepted\n\n## Decision\n\nWe use it.\n")
    assert "adr-placeholder" not in adopted.done("check", "-v", path).out


def test_search_finds_who_approved_a_waiver_and_says_what_lists_phrs(adopted: Adopted) -> None:
    about = ("--path", "src/a.py", "--reason", "A hotfix.", "--approved-by", "Ada Müller", "--days", "9")
    adopted.done("waiver", "new", "change-no-phr", *about)
    assert "history/waivers/" in adopted.done("search", "Müller").out
    asked = adopted.sdd("search", "--user", "Ben")
    assert (asked.status, "sdd phr list --user NAME" in asked.err) == (2, True)


def test_the_requirements_that_no_done_contract_names_are_told(adopted: Adopted) -> None:
    open_one = contract(["/a"], feature=FEATURE, requirements="[FR-001]", status="open")
    adopted.write({f"history/contracts/{FEATURE}/0009-x.contract.md": open_one})
    assert "(not " not in adopted.done("feature", "status", FEATURE).out, "where none is kept, all are missing"
