"""What somebody may have meant by a word that nothing is called by."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """`did you mean A, B?` for the known words that are most like `word`, at most three; `otherwise` where none is."""
    from difflib import get_close_matches  # only a mistake pays for it

    close = get_close_matches(word, list(dict.fromkeys(known)), n=3)
    return f"did you mean {', '.join(close)}?" if close else otherwise
