"""Measures what sdd costs, as ratios to other programs measured in the same run: `make bench`.

Every command is run once a round, in turn. A new figure is one Command and one Ratio.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import answers, capture, former, growth, push
from bench.measure import Part, measure, remark, report
from bench.places import clone, settle
from bench.synth import write_repository

LARGE, HUGE = 10_000, 100_000
# git writes the list of all features, and that of a feature's records, anew for each commit: few of either.
PHRS_PER_FEATURE, PHRS_PER_FEATURE_OF_MANY = 50, 250
# What is asked of 10,000 records and more takes seconds: once tells enough.
ROUNDS = 1
PATIENCE, MUCH_PATIENCE = 120, 3600
"""Seconds that such a command may take."""


def answered(scratch: Path, phrs: int, limit: float) -> Iterator[Part]:
    """What is asked of a large repository, and of one that is ten times smaller."""
    clones = {}
    for size, folder in ((phrs // 10, scratch / "tenth"), (phrs, scratch / "large")):
        remark(f"writing a repository of {size:,} PHRs")
        features = size // (PHRS_PER_FEATURE if size < HUGE else PHRS_PER_FEATURE_OF_MANY)
        write_repository(folder, max(1, features), size)
        clones[size] = clone(folder, scratch / f"{folder.name} asked")
    yield answers.kept_index(scratch, scratch / "large")
    yield answers.cold_index(scratch, clones[phrs], ROUNDS, limit)
    for size, folder in clones.items():
        yield answers.questions(scratch, folder, size, ROUNDS, limit)
    yield Part((), answers.growth(*clones))


def pushed(scratch: Path, phrs: int) -> Iterator[Part]:
    """What is pushed from the same repository and from others."""
    remark("writing the repositories that the gate judges")
    yield push.one_folder(scratch, phrs)
    yield push.hooks(scratch)
    yield push.many_commits(scratch / "large")
    yield push.many_refs(scratch, scratch / "large", phrs)
    yield push.many_roots(scratch)
    yield push.shortcuts(scratch / "large")
    yield capture.part(scratch)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure what sdd costs as ratios to other programs.")
    parser.add_argument("--rounds", type=int, default=15, help="how often each command is measured (15)")
    parser.add_argument("--phrs", type=int, default=LARGE, help=f"the size of the large repository ({LARGE:,})")
    parser.add_argument("--huge", action="store_true", help=f"what is asked of {HUGE:,} PHRs, and nothing else")
    parser.add_argument("--against", metavar="REV", help="compare the gate and the index with a former commit's too")
    parser.add_argument("--growth", action="store_true", help="show how time grows up to each limit, and nothing else")
    arguments = parser.parse_args()
    if arguments.growth:
        growth.main()
        return
    phrs = HUGE if arguments.huge else arguments.phrs
    with tempfile.TemporaryDirectory(prefix="sdd-bench-") as folder:
        scratch = Path(folder)
        settle(scratch)
        parts = list(answered(scratch, phrs, MUCH_PATIENCE if arguments.huge else PATIENCE))
        parts += [] if arguments.huge else pushed(scratch, phrs)
        parts += [former.part(arguments.against, scratch)] if arguments.against else []
        commands = [command for part in parts for command in part.commands]
        ratios = [ratio for part in parts for ratio in part.ratios]
        print(f"{phrs:,} PHRs\n\n{report(commands, measure(commands, arguments.rounds), ratios)}")


if __name__ == "__main__":
    main()
