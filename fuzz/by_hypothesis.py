"""The first engine: texts put together from pieces, and the shortest one of each find."""

import time
from collections.abc import Callable
from secrets import randbits

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from fuzz.finds import SUBJECTS, give, raised, tell
from fuzz.readers import Take
from fuzz.texts import FRAGMENTS

# Each byte stands for a piece or for a sign: bytes are drawn three times as fast as lists of pieces.
_PIECES = (*FRAGMENTS, *(bytes([sign]) for sign in (*range(0x30, 0x7F), *range(0x80, 0x100))))[:256]
_TEXTS = st.binary(max_size=60).map(lambda drawn: b"".join([_PIECES[byte] for byte in drawn]))
_BATCH = 200


def try_texts(take: Take, number: int, count: int, told: Callable[[bytes], object]) -> None:
    """Gives a reader some texts of one seed. Raises what it raises: the last text `told` is the shortest."""

    @seed(number)
    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(_TEXTS)
    def attempt(content: bytes) -> None:
        told(content)
        give(take, content)

    attempt()


def run(seconds: float) -> bool:
    """Goes round over the readers until the time is up; whether none of them raised anything."""
    end, left, given_texts = time.monotonic() + seconds, dict(SUBJECTS), 0
    while time.monotonic() < end and left:
        for name, take in tuple(left.items()):
            texts: list[bytes] = []
            try:
                try_texts(take, randbits(32), _BATCH, texts.append)
            except Exception:
                tell(name, texts[-1], raised())
                del left[name]
            given_texts += len(texts)
            if time.monotonic() > end:
                break
    finds = len(SUBJECTS) - len(left)
    print(f"hypothesis: {given_texts} texts for {len(SUBJECTS)} readers, {finds} finds")
    return not finds
