"""The same commands by a former commit's code: what they cost now over what they cost then."""

import subprocess
import sys
from pathlib import Path

from bench.measure import Command, Part, Ratio, remark
from bench.places import PUSHED_COMMITS, TOP, clone, forget

# Two runs of the same code differ by less.
GOAL = 1.05
GATE, SEARCH = ("gate", "--base", f"HEAD~{PUSHED_COMMITS}"), ("search", "voucher", "refund")


def part(revision: str, scratch: Path, large: Path) -> Part:
    """What is measured by now's code and by that of a revision. Each has a clone of its own: they share no index."""
    remark(f"preparing what is measured by the code of {revision}")
    commands = []
    for when, source in (("now", TOP), ("then", check_out(revision, scratch))):
        start = ("env", f"PYTHONPATH={source}", sys.executable, "-m", "sdd")
        warm, cold = clone(large, scratch / f"warm {when}"), clone(large, scratch / f"cold {when}")
        for words in (("index",), SEARCH):
            subprocess.run([*start, *words], cwd=warm, check=True, capture_output=True)
        commands += [
            Command(f"gate {when}", (*start, *GATE), large),
            Command(f"index {when}", (*start, "index"), warm),
            Command(f"search {when}", (*start, *SEARCH), warm),
            Command(f"index cold {when}", (*start, "index"), cold, prepare=forget(cold), rounds=3),
        ]
    names = ("gate", "index", "search", "index cold")
    return Part(
        tuple(commands), tuple(Ratio(f"{name}, now / then", f"{name} now", f"{name} then", GOAL) for name in names)
    )


def check_out(revision: str, scratch: Path) -> Path:
    """A folder with sdd as a revision of this repository has it. Raises CalledProcessError for an unknown one."""
    folder, archive = scratch / "former", scratch / "former.tar"
    folder.mkdir()
    subprocess.run(["git", "archive", "--output", archive, revision, "--", "sdd", "templates"], cwd=TOP, check=True)
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    return folder
