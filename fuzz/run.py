"""Gives each reader texts that nobody writes: `make fuzz`, for ten minutes; `make fuzz ARGS=60` for one.

Where atheris is installed, it has half of the time. A find fails the run; its text is kept in .fuzz/.
"""

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from fuzz import by_hypothesis
from fuzz.finds import SUBJECTS, give

_ENGINES = ("hypothesis", "atheris")


def main() -> int:
    """Runs the engines one after the other; 1 where one of them found something."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.run", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=600)
    parser.add_argument("--engine", choices=_ENGINES, help="only this one [default: each that is installed]")
    parser.add_argument("--again", nargs=2, metavar=("READER", "FILE"), help="only the text of a find")
    asked = parser.parse_args()
    if asked.again:
        name, file = asked.again
        give(SUBJECTS[name], Path(file).read_bytes())
        print(f"{name}: nothing raised")
        return 0
    engines = (asked.engine,) if asked.engine else [name for name in _ENGINES if find_spec(name)]
    seconds = asked.seconds / len(engines)
    results = [_is_clean(engine, seconds) for engine in engines]
    return 0 if all(results) else 1


def _is_clean(engine: str, seconds: float) -> bool:
    if engine == "hypothesis":
        return by_hypothesis.run(seconds)
    return subprocess.run([sys.executable, "-m", "fuzz.by_atheris", str(seconds)]).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
