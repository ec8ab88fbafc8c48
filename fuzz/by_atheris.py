"""The second engine, where it is installed: atheris changes bytes and keeps what reaches new lines of sdd.

A process of its own, since what it watches has to be imported under its eyes; and one for each reader below that, since
libFuzzer ends its process.
"""

import importlib
import io
import mmap
import os
import sys
import time
import traceback
from contextlib import redirect_stderr, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

_MOST_BYTES = 4096
_LONGEST_WORD = 64
# Far beyond what any text of that length takes: a reader that is still busy then does not end.
_SECONDS_FOR_ONE = 60
_TEMPLATES = Path(__file__).parent.parent / "templates"


def main() -> int:
    """Gives every reader its share of the seconds; 1 where one of them raised anything."""
    engine: Any = importlib.import_module("atheris")
    with redirect_stderr(io.StringIO()), engine.instrument_imports(include=["sdd"]):
        from fuzz.finds import SUBJECTS, give

        for take in SUBJECTS.values():  # what is imported when it is used is watched too
            with suppress(Exception):
                give(take, b"")
    share = float(sys.argv[1]) / len(SUBJECTS)
    count = mmap.mmap(-1, 8)
    with TemporaryDirectory(prefix="sdd-fuzz-") as folder:
        finds = sum(not _is_clean(engine, name, share, count, Path(folder)) for name in SUBJECTS)
    print(f"atheris: {_number(count)} texts for {len(SUBJECTS)} readers, {finds} finds")
    return 1 if finds else 0


def _is_clean(engine: Any, name: str, seconds: float, count: mmap.mmap, folder: Path) -> bool:
    """Whether a reader raised nothing within some seconds. Its own process tells what, but for what hung."""
    from fuzz.finds import tell

    child = os.fork()
    if not child:
        # What libFuzzer itself says of every reader is for nobody.
        sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            _fuzz(engine, name, seconds, count, folder)
        except Exception:
            traceback.print_exc()
        os._exit(2)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for left in folder.glob("left-*"):
        tell(name, left.read_bytes(), f"took too long or too much memory (status {status})")
        left.unlink()
    return status == 0


def _fuzz(engine: Any, name: str, seconds: float, count: mmap.mmap, folder: Path) -> None:
    from fuzz.finds import SUBJECTS, give, raised, tell
    from fuzz.texts import FRAGMENTS

    take, end = SUBJECTS[name], time.monotonic() + seconds

    def attempt(content: bytes) -> None:
        count[:] = (_number(count) + 1).to_bytes(8)
        try:
            give(take, content)
        except Exception:
            tell(name, content, raised())
            os._exit(1)
        if time.monotonic() > end:
            os._exit(0)

    corpus, words = folder / "corpora" / name.replace("/", " "), folder / "words"
    corpus.mkdir(parents=True)
    for number, seed in enumerate((*FRAGMENTS, *(file.read_bytes() for file in _TEMPLATES.rglob("*.md")))):
        (corpus / str(number)).write_bytes(seed)
    escaped = ("".join(map("\\x{:02x}".format, word)) for word in FRAGMENTS if len(word) < _LONGEST_WORD)
    words.write_text("".join(f'"{word}"\n' for word in escaped))
    options = (f"-max_len={_MOST_BYTES}", f"-timeout={_SECONDS_FOR_ONE}", "-verbosity=0")
    engine.Setup([name, *options, f"-dict={words}", f"-artifact_prefix={folder}/left-", str(corpus)], attempt)
    engine.Fuzz()


def _number(count: mmap.mmap) -> int:
    return int.from_bytes(count[:])


if __name__ == "__main__":
    sys.exit(main())
