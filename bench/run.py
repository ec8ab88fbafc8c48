"""Measures what sdd costs, as ratios to other programs measured in the same run: `make bench`.

Every command is run once a round, in turn. A new figure is one Command and one Ratio.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import answers, capture, former, push
from bench.measure import Part, measure, remark, report
from bench.places import clone, forget, settle
from bench.plain import OF_MANY_RECORDS
from bench.synth import write_repository

LARGE, HUGE = 10_000, 100_000
# What goes over all records costs seconds a thousand: how it grows shows with fewer.
ASKED = 4_000
# git writes the list of all features, and that of a feature's records, anew for each commit: few of either.
PHRS_PER_FEATURE, PHRS_PER_FEATURE_OF_MANY = 50, 250
# Once tells enough of what takes seconds.
ROUNDS = 1
PATIENCE, MUCH_PATIENCE = 120, 3600
"""Seconds that such a command may take."""


def answered(scratch: Path, phrs: int, asked: int, limit: float) -> Iterator[Part]:
    """What an index of `phrs` PHRs costs, and what goes over all of `asked` of them and over a fourth."""
    large = written(scratch, phrs)
    yield answers.kept_index(scratch, large)
    yield answers.cold_index(scratch, clone(large, scratch / "indexed"), ROUNDS, limit)
    sizes = (asked // 4, asked)
    for size in sizes:
        folder = clone(written(scratch, size), scratch / f"asked {size}")
        yield answers.questions(scratch, folder, size, ROUNDS, limit)
        if size == min(sizes):
            once = clone(folder, scratch / "indexed once")
            yield push.without(OF_MANY_RECORDS, "index cold", ("index",), once, forget(once), ROUNDS)
    yield Part((), answers.growth(*sizes))


def written(scratch: Path, phrs: int) -> Path:
    """A repository of so many PHRs, made where it is not there yet."""
    folder = scratch / f"{phrs} PHRs"
    if not folder.exists():
        remark(f"writing a repository of {phrs:,} PHRs")
        features = phrs // (PHRS_PER_FEATURE if phrs < HUGE else PHRS_PER_FEATURE_OF_MANY)
        write_repository(folder, max(1, features), phrs)
    return folder


def pushed(scratch: Path, phrs: int) -> Iterator[Part]:
    """What is pushed from the same repository and from others."""
    remark("writing the repositories that the gate judges")
    large = written(scratch, phrs)
    yield push.one_folder(scratch, phrs)
    yield push.hooks(scratch)
    yield push.many_commits(large)
    yield push.many_refs(scratch, large, phrs)
    yield push.many_roots(scratch)
    yield push.shortcuts(large)
    yield capture.part(scratch)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Measure what sdd costs as ratios to other programs.")
    parser.add_argument("--rounds", type=int, default=10, help="how often each command is measured (10)")
    parser.add_argument("--phrs", type=int, default=LARGE, help=f"the size of the large repository ({LARGE:,})")
    parser.add_argument("--huge", action="store_true", help=f"what is asked of {HUGE:,} PHRs, and nothing else")
    parser.add_argument("--against", metavar="REV", help="compare the gate and the index with a former commit's too")
    parser.add_argument("--growth", action="store_true", help="show how time grows up to each limit, and nothing else")
    arguments = parser.parse_args()
    if arguments.growth:
        from bench import growth  # all of sdd: see Cost

        growth.main()
        return
    phrs = HUGE if arguments.huge else arguments.phrs
    with tempfile.TemporaryDirectory(prefix="sdd-bench-") as folder:
        scratch = Path(folder)
        settle(scratch)
        asked, patience = (phrs, MUCH_PATIENCE) if arguments.huge else (min(phrs, ASKED), PATIENCE)
        parts = list(answered(scratch, phrs, asked, patience))
        parts += [] if arguments.huge else pushed(scratch, phrs)
        parts += [former.part(arguments.against, scratch, written(scratch, phrs))] if arguments.against else []
        commands = [command for part in parts for command in part.commands]
        ratios = [ratio for part in parts for ratio in part.ratios]
        print(f"{phrs:,} PHRs\n\n{report(commands, measure(commands, arguments.rounds), ratios)}")


if __name__ == "__main__":
    main()
