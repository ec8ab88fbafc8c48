"""Which records speak of a changed file: row by row of the cover table."""

from collections.abc import Mapping
from typing import Any

import pytest

from sdd.gate.cover.patterns import Patterns
from tests.adopted import FEATURE, OPEN, POLICY, PROMISE, SPEC, Adopted, contract, phr, rows_of, rules_of

GENERAL = "history/prompts/general/0001-rounding.green.prompt.md"
OF_FEATURE = f"history/prompts/{FEATURE}/0002-rounding.green.prompt.md"
CONTRACT = "history/contracts/general/0009-rounding.contract.md"
Files = dict[str, Any]


def judged(adopted: Adopted, files: Files, branch: str = "work", start: str = "main") -> dict[str, Any]:
    adopted.branch(branch, start)
    adopted.write(files)
    return adopted.gate()


def lacks(document: dict[str, Any]) -> dict[str, list[str]]:
    return {path: row["lacks"] for path, row in rows_of(document).items() if not row["exempt"]}


ALL = ["phr", "contract", "spec"]


# What is written in `files`, N being a number that makes the path its own -> whether it names src/billingN/vat.py.
NAMING = {
    "src/billingN/vat.py": True,
    "./src/billingN/vat.py": True,
    "`src/billingN/vat.py`": True,
    "src/billingN/vat.py (new)": True,
    "/src/billingN/vat.py": True,
    "src/billingN/": True,
    "./src/billingN/": True,
    "src/": False,
    "/src/": False,
    "./": False,
    "/": False,
    ".": False,
    "*": False,
    "src/**": False,
    "src/billingN/*": False,
    "src/billingN/*.py": False,
    "src/bill?ngN/vat.py": False,
    "src/billingN": False,
    "billingN/vat.py": False,
    "vat.py": False,
    "src/x/../billingN/vat.py": False,
    "src//billingN/vat.py": True,
    "src//billingN/": True,
    "src//": False,
    "src/./": False,
    ".//": False,
    "SRC/billingN/vat.py": False,
}


def of_each(records: Mapping[str, tuple[str, str]]) -> Files:
    """Files src/billingN/vat.py, and for each of them a PHR: what it names, and its prompt."""
    files: Files = {}
    for number, (written, prompt) in enumerate(records.values(), 10):
        files[f"src/billing{number}/vat.py"] = f"{number}\n"
        text = phr([written.replace("N", str(number))], id=f"{number:04}", kind="chore", prompt=prompt)
        files[f"history/prompts/general/{number:04}-x.green.prompt.md"] = text
    return files


def test_what_a_phr_names(adopted: Adopted) -> None:
    files = of_each({written: (written, f"Change {written} now.") for written in NAMING})
    rows = lacks(judged(adopted, files)).values()
    assert dict(zip(NAMING, [row == [] for row in rows], strict=True)) == NAMING


TRIVIAL = [
    "continue", "Continue.", "go on", "  YES  ", '"next"', "> ok", "**proceed**", "weiter", "Mach weiter!", "ja",
    "oui", "continúa", "sí", "да", "продолжай", "继续", "好的", "続けて", "はい", "계속", "जारी रखें", "نعم", "…", "👍",
    "---", "go on\n\n",
]  # fmt: skip
SHORT = ["drop the cache", "fix typo", "42?", "rm it", "улучши", "修复它", "go on with VAT"]


def test_a_trivial_prompt_covers_nothing_and_a_short_one_does(adopted: Adopted) -> None:
    prompts = [*TRIVIAL, *SHORT]
    rows = lacks(judged(adopted, of_each({prompt: ("src/billingN/vat.py", prompt) for prompt in prompts}))).values()
    assert [prompt for prompt, row in zip(prompts, rows, strict=True) if row == []] == SHORT


def test_a_file_whose_name_holds_wildcards_is_named_by_it(adopted: Adopted) -> None:
    odd = ["app/[id].tsx", "app/a*b.ts", "app/q?.ts", "app/ä ö.ts", "app/{x}.ts", "app/#1.ts"]
    files: Files = dict.fromkeys(odd, "1\n")
    document = judged(adopted, files | {GENERAL: phr(odd, kind="fix", embedded=PROMISE)})
    assert lacks(document) == {path: [] for path in odd}
    scope = "### Scope\n\n- `/app/\\[id\\].tsx`\n\n"
    document = judged(adopted, files | {GENERAL: phr(odd, kind="fix", embedded=scope + PROMISE)}, "other")
    assert lacks(document) == {path: [] if path == odd[0] else ["contract"] for path in odd}
    assert "change-out-of-scope" in rules_of(document)


def test_an_embedded_contract_counts_for_what_its_phr_names(adopted: Adopted) -> None:
    files: Files = {"src/a.py": "1\n", "src/b.py": "1\n", GENERAL: phr(["src/a.py"], kind="fix", embedded=PROMISE)}
    document = judged(adopted, files)
    assert lacks(document) == {"src/a.py": [], "src/b.py": ALL}
    assert rows_of(document)["src/a.py"]["contract"] == GENERAL


def test_a_contract_of_the_change_counts_without_a_link(adopted: Adopted) -> None:
    files: Files = {"src/a.py": "1\n", "lib/a.py": "1\n", GENERAL: phr(["src/a.py", "lib/a.py"])}
    document = judged(adopted, files | {CONTRACT: contract(["/src/**"])})
    assert lacks(document) == {"lib/a.py": ["contract"], "src/a.py": []}
    assert rules_of(document) == {"change-out-of-scope"}
    found = document["changes"][0]["findings"]
    assert [CONTRACT in one["message"] for one in found if one["rule"] == "change-out-of-scope"] == [True]


def test_an_open_contract_of_the_target_counts_where_it_is_linked(adopted: Adopted) -> None:
    code: Files = {"src/reverse/charge.py": "CHARGED = True\n"}
    paths = [*code]
    linked = phr(paths, feature=FEATURE, contract=OPEN, id="0002")
    assert lacks(judged(adopted, code | {OF_FEATURE: linked}))["src/reverse/charge.py"] == []
    unlinked = phr(paths, feature=FEATURE, id="0002")
    assert lacks(judged(adopted, code | {OF_FEATURE: unlinked}, "b")) == {paths[0]: ["contract"]}
    for number, written in enumerate([f"./{OPEN}", f"/{OPEN}"]):
        linked = phr(paths, feature=FEATURE, contract=written, id="0002")
        assert lacks(judged(adopted, code | {OF_FEATURE: linked}, f"c{number}"))[paths[0]] == []


def test_a_linked_contract_without_a_scope_covers_nothing(adopted: Adopted) -> None:
    adopted.land_change({CONTRACT: contract([], status="open")})
    document = judged(adopted, {"src/a.py": "1\n", GENERAL: phr(["src/a.py"], contract=CONTRACT)})
    assert lacks(document) == {"src/a.py": ["contract"]}


def test_a_linked_contract_is_read_at_head_and_may_be_finished_there(adopted: Adopted) -> None:
    text = (adopted.here.path / OPEN).read_text()
    wide = text.replace("/src/reverse/**", "/src/**").replace("- [ ]", "- [x]").replace("status: open", "status: done")
    named = ["src/a.py", OPEN]
    document = judged(
        adopted, {"src/a.py": "1\n", OPEN: wide, OF_FEATURE: phr(named, feature=FEATURE, contract=OPEN, id="0002")}
    )
    assert (document["verdict"], rules_of(document)) == ("pass", set())


def test_a_contract_that_is_done_in_the_target_counts_no_more(adopted: Adopted) -> None:
    code: Files = {"src/reverse/charge.py": "CHARGED = True\n"}
    record = phr([*code], feature=FEATURE, contract=OPEN, id="0002")
    adopted.branch("early")
    text = (adopted.here.path / OPEN).read_text()
    adopted.land_change({OPEN: text.replace("status: open", "status: done").replace("- [ ]", "- [x]")})
    document = judged(adopted, code | {OF_FEATURE: record}, "late")
    assert lacks(document) == {"src/reverse/charge.py": ["contract"]}
    # Nor where this branch began before it was closed.
    adopted.here.git("switch", "-q", "early")
    adopted.write(code | {OF_FEATURE: record})
    assert lacks(adopted.gate()) == {"src/reverse/charge.py": ["contract"]}


def test_what_a_feature_needs_of_its_spec(adopted: Adopted) -> None:
    code: Files = {"src/a.py": "1\n"}
    of_feature = f"history/contracts/{FEATURE}/0009-rounding.contract.md"

    def spec_with(extra: str, requirement: str, branch: str) -> dict[str, Any]:
        text = (adopted.here.path / SPEC).read_text().replace("## Success Criteria", f"{extra}\n\n## Success Criteria")
        records: Files = {
            SPEC: text,
            OF_FEATURE: phr(["src/a.py", SPEC], feature=FEATURE, id="0002"),
            of_feature: contract(["/src/**"], kind="feature", feature=FEATURE, requirements=f"[{requirement}]"),
        }
        document = judged(adopted, code | records, branch)
        adopted.here.git("switch", "-q", "main")
        return document

    assert spec_with("", "FR-001", "a")["verdict"] == "pass"
    unclear = "- **FR-002**: The system MUST [NEEDS CLARIFICATION: which currency?]"
    document = spec_with(unclear, "FR-002", "b")
    assert (lacks(document), rules_of(document)) == ({"src/a.py": ["spec"]}, {"spec-unclear"})
    document = spec_with(unclear, "FR-001", "c")
    assert (lacks(document), rules_of(document, "warning")) == ({"src/a.py": []}, {"spec-unclear"})
    assert rules_of(spec_with("- **FR-002**: [WHAT THE SYSTEM MUST DO]", "FR-002", "d")) == {"spec-placeholder"}
    assert rules_of(spec_with("- **FR-002**: [WHAT THE SYSTEM MUST DO]", "FR-001", "e")) == set()


def test_an_open_question_that_landed_still_counts(adopted: Adopted) -> None:
    text = (adopted.here.path / SPEC).read_text()
    adopted.land_change({SPEC: text.replace("half up.", "[NEEDS CLARIFICATION: how?]")})
    records: Files = {
        "src/a.py": "1\n",
        OF_FEATURE: phr(["src/a.py"], feature=FEATURE, id="0002"),
        f"history/contracts/{FEATURE}/0009-rounding.contract.md": contract(
            ["/src/**"], kind="feature", feature=FEATURE
        ),
    }
    document = judged(adopted, records)
    assert (document["verdict"], rules_of(document)) == ("fail", {"spec-unclear"})


@pytest.mark.parametrize("content", [None, b"\xff\xfeA\x00", b""])
def test_a_spec_that_is_missing_or_cannot_be_read_is_none(adopted: Adopted, content: bytes | None) -> None:
    records: Files = {
        SPEC: content,
        "src/a.py": "1\n",
        OF_FEATURE: phr(["src/a.py", SPEC], feature=FEATURE, id="0002"),
        f"history/contracts/{FEATURE}/0009-rounding.contract.md": contract(
            ["/src/**"], kind="feature", feature=FEATURE
        ),
    }
    document = judged(adopted, records)
    assert lacks(document) == {"src/a.py": ["spec"]}
    assert "change-no-spec" in rules_of(document)


def test_contract_and_phr_have_to_agree_on_the_feature(adopted: Adopted) -> None:
    adopted.land_change({"specs/002-other/spec.md": (adopted.here.path / SPEC).read_text()})
    records: Files = {
        "src/a.py": "1\n",
        OF_FEATURE: phr(["src/a.py"], feature=FEATURE, id="0002"),
        "history/contracts/002-other/0009-x.contract.md": contract(["/src/**"], kind="feature", feature="002-other"),
    }
    document = judged(adopted, records)
    assert lacks(document) == {"src/a.py": ["spec"]}
    (finding,) = [one for one in document["changes"][0]["findings"] if one["severity"] == "error"]
    assert finding["rule"] == "change-no-spec"
    assert "names feature 002-other" in finding["message"]
    assert finding["fix"] == "name the same in both: sdd feature list"


@pytest.mark.parametrize("name", ["1", "001", "vat", "specs/001-vat"])
@pytest.mark.parametrize("wrong", ["both", "phr", "contract"])
def test_a_feature_by_another_name_is_told_by_its_own(adopted: Adopted, name: str, wrong: str) -> None:
    """What the fix says is done to the letter, and the change passes."""
    of_phr, of_contract = (name if wrong in ("both", noun) else FEATURE for noun in ("phr", "contract"))
    agreed = f"history/contracts/{FEATURE}/0009-x.contract.md"
    records: Files = {
        "src/a.py": "1\n",
        OF_FEATURE: phr(["src/a.py"], feature=of_phr, id="0002"),
        agreed: contract(["/src/**"], kind="feature", feature=of_contract),
    }
    document = judged(adopted, records)
    (finding,) = [one for one in document["changes"][0]["findings"] if one["severity"] == "error"]
    assert finding["rule"] == "change-no-spec"
    places = {"both": f"{agreed}, {OF_FEATURE}", "phr": OF_FEATURE, "contract": agreed}
    assert finding["fix"] == f"say feature: {FEATURE} in {places[wrong]}"
    (way,) = document["next"]
    assert way["steps"][0]["by_hand"] == finding["fix"]
    assert f"\nfirst: {finding['fix']}\n" in adopted.sdd("gate").out
    told = {
        path: str(records[path]).replace(f"feature: {name}\n", f"feature: {FEATURE}\n") for path in (OF_FEATURE, agreed)
    }
    adopted.write(dict(told))
    assert adopted.gate()["verdict"] == "pass"


def test_the_kind_says_what_is_needed(adopted: Adopted) -> None:
    code: Files = {"src/a.py": "1\n"}
    for kind, needed in {"chore": [], "fix": ["contract"], "refactor": ["contract"], "": ["contract", "spec"]}.items():
        document = judged(adopted, code | {GENERAL: phr(["src/a.py"], kind=kind)}, f"kind-{kind}")
        assert lacks(document) == {"src/a.py": needed}
        assert rows_of(document)["src/a.py"]["kind"] == (kind or "feature")
        adopted.here.git("switch", "-q", "main")
    second = CONTRACT.replace("0009", "0010")
    both: Files = {CONTRACT: contract(["/src/**"]), second: contract(["/src/**"], kind="feature", id="0010")}
    document = judged(adopted, code | both | {GENERAL: phr(["src/a.py"], kind="chore")}, "union")
    assert rows_of(document)["src/a.py"]["kind"] == "feature+fix"
    assert lacks(document) == {"src/a.py": ["spec"]}


def test_deletions_and_renames(adopted: Adopted) -> None:
    chore: Files = {GENERAL: phr(["src/moved/new.py"], kind="chore")}
    text = (adopted.here.path / "src/vat.py").read_text()
    moved: Files = {"src/vat.py": None, "src/moved/new.py": text}
    assert lacks(judged(adopted, moved | chore)) == {"src/moved/new.py": [], "src/vat.py": []}
    moved["src/moved/new.py"] = text + "# more\n"
    document = judged(adopted, moved | chore, "edited")
    assert lacks(document) == {"src/moved/new.py": [], "src/vat.py": ALL}
    document = judged(adopted, {"src/vat.py": None}, "deleted")
    assert lacks(document) == {"src/vat.py": ALL}
    document = judged(adopted, {"src/vat.py": None, "docs/vat.md": text}, "hidden")
    assert lacks(document) == {"src/vat.py": ALL}
    document = judged(adopted, {"src/vat.py": None, f"specs/{FEATURE}/vat.md": text}, "recorded")
    assert lacks(document) == {"src/vat.py": ALL}


def test_what_is_exempt(adopted: Adopted) -> None:
    free = ["uv.lock", "a/b/yarn.lock", "package-lock.json", "LICENSE", "README.md", "docs/a/b.md", "x/.gitkeep"]
    bound = ["x.lock/run.py", "LICENSE.d/run.py", "src/README.md", "docs/conf.py", "docs/y.md/run.py", "lock"]
    document = judged(adopted, {**dict.fromkeys(free, "1\n"), **dict.fromkeys(bound, "2\n")})
    rows = rows_of(document)
    assert {path for path, row in rows.items() if row["exempt"]} == set(free)
    assert {path for path, row in rows.items() if row["lacks"]} == set(bound)
    adopted.land_change({POLICY: '[gate]\nexempt = ["generated/", "/vendor/**", "!/vendor/ours/**", "[z-a", "\\\\"]\n'})
    paths = ["generated/a.py", "x/generated/b/c.py", "vendor/a/b.c", "vendor/ours/c.c", "LICENSE", "generated.py"]
    rows = rows_of(judged(adopted, dict.fromkeys(paths, "1\n"), "policy"))
    assert [path for path in paths if rows[path]["exempt"]] == paths[:3]


def test_patterns_that_cannot_be_read_or_cost_too_much_match_nothing() -> None:
    odd = ["", "!", "\\", "a\\", "/src/[z-a]", "/src/[[:alpha:]", "/" + "*a" * 40 + "b", "\x00", "\ud800", "[" * 500]
    for pattern in odd:
        assert not Patterns([pattern]).match("src/a.py")
        assert not Patterns([pattern]).match("a" * 250)
        assert not Patterns([pattern]).match_file("a/" * 100 + "a")
    assert Patterns([*odd, "/src/**"]).match("src/a.py")
    assert Patterns(["", "/src/[ab].py"]).match("src/a.py")


def test_limits_of_the_policy_are_told(adopted: Adopted) -> None:
    adopted.land_change({POLICY: "[gate.limits]\nlines = 5\nfiles = 1\nchore_lines = 2\n"})
    files: Files = {"src/a.py": "1\n2\n", "src/b.py": "1\n2\n"}
    document = judged(adopted, files | {GENERAL: phr([*files], kind="chore")})
    assert rules_of(document) == {"change-not-a-chore"}
    assert rules_of(document, "warning") == {"change-too-large"}


def test_a_file_that_moves_to_where_nothing_is_asked_is_a_deletion(adopted: Adopted) -> None:
    text = (adopted.here.path / "src/vat.py").read_text()
    files: Files = {"src/vat.py": None, "docs/vat.md": text, GENERAL: phr(["docs/vat.md"], kind="chore")}
    assert lacks(judged(adopted, files)) == {"src/vat.py": ALL}


def test_a_scope_takes_nothing_out(adopted: Adopted) -> None:
    files: Files = {
        "src/a.py": "1\n",
        GENERAL: phr(["src/a.py"]),
        CONTRACT: contract(["/src/**", "!/src/a.py"]),
    }
    document = judged(adopted, files)
    assert (lacks(document), rules_of(document)) == ({"src/a.py": []}, {"contract-broad-scope"})


def test_beyond_a_scope_the_contract_that_was_meant_says_whether_a_spec_is_wanted(adopted: Adopted) -> None:
    files: Files = {"lib/a.py": "1\n", GENERAL: phr(["lib/a.py"])}
    for kind, needed in {"fix": ["contract"], "chore": ["contract"], "feature": ["contract", "spec"]}.items():
        document = judged(adopted, files | {CONTRACT: contract(["/src/**"], kind=kind)}, f"kind-{kind}")
        assert lacks(document) == {"lib/a.py": needed}
        adopted.here.git("switch", "-q", "main")


def test_work_that_needs_no_spec_is_not_told_of_what_the_spec_leaves_open(adopted: Adopted) -> None:
    text = (adopted.here.path / SPEC).read_text()
    adopted.land_change({SPEC: text.replace("half up.", "[NEEDS CLARIFICATION: how?]")})
    record = phr(["src/a.py"], feature=FEATURE, kind="chore", id="0002")
    document = judged(adopted, {"src/a.py": "1\n", OF_FEATURE: record})
    assert (document["verdict"], rules_of(document), rules_of(document, "warning")) == ("pass", set(), set())


def test_what_is_open_above_all_sections_belongs_to_no_requirement(adopted: Adopted) -> None:
    text = (adopted.here.path / SPEC).read_text()
    records: Files = {
        SPEC: f"[NEEDS CLARIFICATION: for whom?]\n\n{text}",
        "src/a.py": "1\n",
        OF_FEATURE: phr(["src/a.py", SPEC], feature=FEATURE, id="0002"),
        f"history/contracts/{FEATURE}/0009-rounding.contract.md": contract(
            ["/src/**"], kind="feature", feature=FEATURE, requirements="[FR-001]"
        ),
    }
    document = judged(adopted, records)
    assert (lacks(document), rules_of(document, "warning")) == ({"src/a.py": []}, {"spec-unclear"})


def test_only_features_and_fixes_want_a_test(adopted: Adopted) -> None:
    adopted.land_change({POLICY: '[rules]\nchange-no-test = "warning"\n'})
    for kind, wanted in {"chore": set(), "fix": {"change-no-test"}}.items():
        record = phr(["src/a.py"], kind=kind, embedded=PROMISE)
        document = judged(adopted, {"src/a.py": "1\n", GENERAL: record}, f"kind-{kind}")
        assert rules_of(document, "warning") == wanted
        adopted.here.git("switch", "-q", "main")
    for number, path in enumerate(["tests/test_a.py", "src/a.test.ts", "src/a_test.go", "src/conftest.py"]):
        record = phr(["src/a.py", path], kind="fix", embedded=PROMISE)
        document = judged(adopted, {"src/a.py": "1\n", path: "1\n", GENERAL: record}, f"tested-{number}")
        assert rules_of(document, "warning") == set()
        adopted.here.git("switch", "-q", "main")
