"""Small words that every screen uses."""


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it takes one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
