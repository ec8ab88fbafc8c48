"""What somebody may have meant by a word that nothing is called by."""

import re
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """`did you mean A, B?` for the known words that are most like `word`, at most three; `otherwise` where none is.

    Those whose numbers are the same come first: FR-1 is FR-001, however many others have a 1.
    """
    from difflib import get_close_matches  # only a mistake pays for it

    names = list(dict.fromkeys(known))
    same = [name for name in names if _without_zeros(name) == _without_zeros(word)]
    close = [*dict.fromkeys((*same, *get_close_matches(word, names, n=3)))][:3]
    return f"did you mean {', '.join(close)}?" if close else otherwise


def _without_zeros(word: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", word).lower()
