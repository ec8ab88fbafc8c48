"""A landed record that is taken back: what else its edit got wrong goes with the edit."""

import subprocess

from tests.adopted import Adopted, phr, rules_of

LANDED = "history/prompts/general/0007-totals.green.prompt.md"


def test_a_record_that_is_restored_is_not_moved_by_what_its_edit_said(adopted: Adopted) -> None:
    adopted.land_change({LANDED: phr(id="0007", prompt="Round the totals.")}, "Totals")
    adopted.branch()
    edited = phr(id="0007", prompt="Round nothing.", feature="001-vat")
    adopted.write({LANDED: edited}, "Correct it")
    assert rules_of(adopted.gate()) == {"history-rewritten", "phr-wrong-folder"}
    steps = [step["argv"] for step in adopted.sdd("status", "--json").document["next"][0]["steps"]]
    assert [argv[:2] for argv in steps] == [["git", "checkout"], ["git", "commit"]]
    for argv in steps:
        subprocess.run(argv, cwd=adopted.here.path, check=True)
    assert adopted.gate()["verdict"] == "pass"
    assert (adopted.here.path / LANDED).read_text() == phr(id="0007", prompt="Round the totals.")
