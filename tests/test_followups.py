"""`sdd followup list`: what contracts left to do, with age and origin, and what settles it."""

import pytest

from tests.adopted import FEATURE, PROMISE, Adopted, contract, phr

OPEN = f"history/contracts/{FEATURE}/0008-a.contract.md"
INSIDE = "history/prompts/general/0003-b.green.prompt.md"


def listed(adopted: Adopted, *options: str) -> list[dict[str, object]]:
    items = adopted.done("followup", "list", "--json", *options).document["items"]
    assert isinstance(items, list)
    return items


def left(adopted: Adopted) -> None:
    """Two follow-ups of a contract and one inside a PHR."""
    text = contract(["/src/**"], id="0008", feature=FEATURE) + "## Follow-ups\n\n- Round *other* currencies.\n- Ask.\n"
    embedded = f"{PROMISE}\n### Follow-ups\n\n- Look at `x`.\n"
    adopted.here.write(OPEN, text)
    adopted.here.write(INSIDE, phr(["src/vat.py"], kind="fix", embedded=embedded))


def test_all_of_them_are_listed_with_age_and_origin(adopted: Adopted) -> None:
    assert adopted.done("followup", "list").out == "no open follow-up\n"
    left(adopted)
    assert {item["days"] for item in listed(adopted)} == {None}
    assert "not committed" in adopted.done("followup", "list").out
    adopted.here.git("add", "--all")
    adopted.here.git("commit", "-qm", "left", GIT_COMMITTER_DATE="2026-01-02T12:00:00 +0000")
    items = listed(adopted)
    assert [item["name"] for item in items] == [f"{FEATURE}/0008#1", f"{FEATURE}/0008#2", "general/0003#1"]
    assert [item["text"] for item in items] == ["Round *other* currencies.", "Ask.", "Look at `x`."]
    assert {item["since"] for item in items} == {"2026-01-02"}
    assert [item["path"] for item in items] == [OPEN, OPEN, INSIDE]
    assert [item["name"] for item in listed(adopted, "--feature", "001")] == [f"{FEATURE}/0008#1", f"{FEATURE}/0008#2"]
    assert adopted.sdd("followup", "list", "--feature", "nope").status == 2
    assert listed(adopted, "--rev", "HEAD~1") == []


def test_what_a_later_phr_closes_is_left_out(adopted: Adopted) -> None:
    left(adopted)
    closing = ["--closes", "round *other* currencies", "--closes", "general/0003#1"]
    adopted.done("phr", "new", "Settle", "--stage", "misc", *closing)
    assert [item["name"] for item in listed(adopted)] == [f"{FEATURE}/0008#2"]
    closed = [item for item in listed(adopted, "--all") if item["closed_by"]]
    assert [item["name"] for item in closed] == [f"{FEATURE}/0008#1", "general/0003#1"]
    assert "closed by history/prompts/" in adopted.done("followup", "list", "--all").out


def test_a_record_does_not_settle_what_it_leaves_itself(adopted: Adopted) -> None:
    embedded = f"{PROMISE}\n### Follow-ups\n\n- Ask.\n"
    adopted.here.write(INSIDE, phr(["src/vat.py"], kind="fix", embedded=embedded, closes="[Ask.]"))
    assert [item["text"] for item in listed(adopted)] == ["Ask."]


def test_a_name_means_one_number_and_one_record(adopted: Adopted) -> None:
    left(adopted)
    settling = "history/prompts/general/0004-settle.misc.prompt.md"
    adopted.here.write(settling, phr(["src/vat.py"], closes=f"[{FEATURE}/000#1, {FEATURE}/0008#3, '0008']"))
    assert len(listed(adopted)) == 3
    adopted.here.write(settling, phr(["src/vat.py"], closes=f"['{OPEN}#2']"))
    assert len(listed(adopted)) == 2


@pytest.mark.parametrize("name", [f"{FEATURE}/000#1", f"{FEATURE}/0008#3", "0008", "Ask", "1"])
def test_a_new_phr_closes_only_what_is_a_follow_up(adopted: Adopted, name: str) -> None:
    new = ("phr", "new", "Settle", "--stage", "misc", "--closes", name)
    refused = adopted.sdd(*new)
    assert (refused.status, f"unknown follow-up {name}" in refused.err) == (2, True), refused
    assert "sdd followup list" in refused.err
    left(adopted)
    if name == "Ask":
        adopted.done(*new)
    else:
        refused = adopted.sdd(*new)
        assert (refused.status, f"unknown follow-up {name}" in refused.err) == (2, True), refused
        assert (f"{FEATURE}/0008#" in refused.err) == ("#" in name)
    assert len(listed(adopted)) == 3 - (name == "Ask")


def test_what_is_settled_may_be_settled_again(adopted: Adopted) -> None:
    left(adopted)
    for title in ("Once", "Twice"):
        adopted.done("phr", "new", title, "--stage", "misc", "--closes", f"{OPEN}#2")
    assert len(listed(adopted)) == 2
