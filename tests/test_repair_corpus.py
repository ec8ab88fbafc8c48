"""Real, anonymised PHRs repaired: what is gone afterwards, and that prompt and response are what they were."""

import json
from collections import Counter
from pathlib import Path

import pytest

from sdd.records.kinds.phr import Phr
from sdd.records.kinds.phr import parse as parse_phr
from tests.adopted import sdd
from tests.scratch import Scratch
from tests.test_corpus import CORPUS

pytestmark = pytest.mark.skipif(
    not (CORPUS / "index.json").is_file(), reason=f"the corpus is not at {CORPUS}: set SDD_CORPUS"
)
# What a repair cannot know: which stage a made-up one means, the number of a record that has none, and what a record
# lacks that would be found once it can be read. A record that still is its template is phr-placeholder's alone.
LEFT = {"phr-unreadable": 7, "phr-bad-name": 2, "phr-wrong-folder": 0, "phr-bad-stage": 10}


def findings(folder: Path) -> Counter[str]:
    document = sdd(folder, "check", "--json").document
    return Counter(finding["rule"] for change in document["changes"] for finding in change["findings"])


def test_real_records_are_mended_and_say_what_they_said(scratch: Scratch) -> None:
    samples = json.loads((CORPUS / "index.json").read_text("utf-8"))["phr"]
    # Each in a root of its own: they come from many repositories.
    before: dict[str, Phr] = {}
    for number, sample in enumerate(samples):
        content = (CORPUS / sample["sample"]).read_bytes()
        scratch.write(f"{number:03}/{sample['repo_path']}", content)
        before[f"{number:03}"] = parse_phr(sample["repo_path"], content, "")
    scratch.commit("records")
    then = findings(scratch.path)
    assert sdd(scratch.path, "repair", "--write").status == 0
    now = findings(scratch.path)
    assert {rule: now[rule] for rule in LEFT} == LEFT
    assert now <= then
    assert then["phr-unreadable"] > 40 and then["phr-bad-name"] > 20 and then["phr-wrong-folder"] > 3

    for name, phr in before.items():
        [file] = [found for found in (scratch.path / name).rglob("*.md") if found.is_file()]
        after = parse_phr(file.relative_to(scratch.path / name).as_posix(), file.read_bytes(), "")
        assert ((phr.prompt or "").rstrip(), (phr.response or "").rstrip()) == (
            (after.prompt or "").rstrip(),
            (after.response or "").rstrip(),
        ), file
    again = sdd(scratch.path, "repair", "--json").document
    assert again["repairs"] == []
    assert again["left"]
