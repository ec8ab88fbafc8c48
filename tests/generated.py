"""The part of a page of the documentation that is made from the project itself, between two marks."""

import sys
from pathlib import Path
from typing import NamedTuple

TOP = Path(__file__).resolve().parent.parent


class Part(NamedTuple):
    """Where the part is: its page, and the lines that it stands between."""

    page: Path
    start: str
    end: str

    def put_into(self, page: str, text: str) -> str:
        """The whole page with this text as the part."""
        before, _, rest = page.partition(self.start)
        _, _, after = rest.partition(self.end)
        return f"{before}{self.start}\n{text}\n{self.end}{after}"

    def write(self, text: str, usage: str | None) -> None:
        """Brings the page up to date where the command line says `--write`, else ends with how to call it."""
        if sys.argv[1:] != ["--write"]:
            sys.exit(usage)
        self.page.write_text(self.put_into(self.page.read_text(encoding="utf-8"), text), encoding="utf-8")
