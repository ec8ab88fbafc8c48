"""Small words that every screen uses."""


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it takes one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shortened(text: str, length: int) -> str:
    """`text`, cut to at most so many characters; the last one is then an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"


def answered_words(changes: int) -> str:
    """How many changes that fail are left out of every share because a waiver answers for them."""
    return f"{counted(changes, 'change')} that failed {'is' if changes == 1 else 'are'} answered by a waiver"


def before_words(changes: int, since: str | None) -> str:
    """How many changes are left out of every share because they landed before the policy's `since`."""
    return f"{counted(changes, 'change')} landed before {since}, from which the policy counts"
