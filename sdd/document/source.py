"""A file's own lines, byte for byte, for edits that leave everything else as it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from sdd.base.regex import regex

BYTE_ORDER_MARK = "\ufeff"
_LINE = regex(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True)
class Source:
    """A text whose lines, counted from 1 as Document counts them, each keep their own line end.

    Bytes that are no UTF-8 pass through unharmed, as surrogates.
    """

    lines: tuple[str, ...]

    @classmethod
    def of(cls, content: bytes) -> Self:
        """The lines of a file's content."""
        return cls(tuple(_LINE.findall(content.decode("utf-8", "surrogateescape"))))

    @property
    def content(self) -> bytes:
        """The file's content."""
        return "".join(self.lines).encode("utf-8", "surrogateescape")

    def text(self, number: int) -> str:
        """Line `number` without its end, the empty text where there is no such line."""
        return self.lines[number - 1].rstrip("\r\n") if 0 < number <= len(self.lines) else ""

    def last_said(self, before: int) -> int:
        """The last line above line `before` that is not blank, 0 for none."""
        return next((number for number in range(before - 1, 0, -1) if self.text(number).strip()), 0)

    def replaced(self, number: int, text: str) -> Self:
        """With another text on line `number`, whose end stays."""
        end = self.lines[number - 1][len(self.text(number)) :]
        return type(self)((*self.lines[: number - 1], text + end, *self.lines[number:]))

    def removed(self, first: int, count: int) -> Self:
        """Without `count` lines from line `first` on."""
        return type(self)((*self.lines[: first - 1], *self.lines[first - 1 + count :]))

    def inserted(self, number: int, texts: Iterable[str]) -> Self:
        """With lines put in before line `number` (one more than there are: at the end), which end as the first does."""
        before, after = list(self.lines[: number - 1]), self.lines[number - 1 :]
        if number == 1 and after and after[0].startswith(BYTE_ORDER_MARK):
            # It belongs to the file, not to the line that happens to come first.
            moved = type(self)((after[0].removeprefix(BYTE_ORDER_MARK), *after[1:])).inserted(1, texts)
            return type(self)((BYTE_ORDER_MARK + moved.lines[0], *moved.lines[1:]))
        end = self.lines[0][len(self.text(1)) :] or "\n" if self.lines else "\n"
        if before and not before[-1].endswith(("\n", "\r")):
            before[-1] += end
        return type(self)((*before, *(text + end for text in texts), *after))
