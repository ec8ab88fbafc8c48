"""Where exchanges are kept until they are records: below git's common folder, readable by the user alone."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from sdd.base.errors import SddError
from sdd.capture.exchanges import Exchange
from sdd.capture.kept import keep, kept
from sdd.repo.locks import locked

UNREAD = "unread"
"""The folder of payloads that no agent's reader understands, redacted."""

_OTHERS = 0o077
_WRITABLE = "make git's folder writable"


class Store:
    """The exchanges of a repository, for all its work trees. `common_dir` is git's common folder."""

    def __init__(self, common_dir: Path) -> None:
        self.common_dir = os.path.realpath(common_dir)
        self.folder = common_dir / "sdd" / "capture"

    def lock(self, wait: float | None = None) -> AbstractContextManager[None]:
        """Keeps others from writing. Raises SddError after `wait` seconds, and where nothing can be written."""
        try:
            self._make()
        except OSError as error:
            raise SddError(f"{self.folder} cannot be written: {error.strerror}", _WRITABLE) from None
        return locked(self.folder / "lock", wait)

    def exchanges(self) -> Iterator[Exchange]:
        """Every exchange that is kept, the earliest first. A file that cannot be read is left out; see `unreadable`."""
        known = (exchange for file in self._files() if (exchange := kept(Exchange, file)))
        yield from sorted(known, key=lambda exchange: (exchange.started, exchange.id))

    def unreadable(self) -> tuple[Path, ...]:
        """The files here that hold no exchange."""
        return tuple(file for file in self._files() if not kept(Exchange, file))

    def get(self, id: str) -> Exchange | None:
        """The exchange of an id, None where none is kept."""
        return kept(Exchange, self._file(id))

    def put(self, exchange: Exchange) -> None:
        """Keeps an exchange in the place of what was kept of it before, whole or not at all."""
        self._make()
        keep(exchange, self._file(exchange.id))

    def forget(self, exchange: Exchange) -> None:
        """Removes an exchange."""
        self._file(exchange.id).unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted((self.folder / "exchanges").glob("*.json"))

    def _file(self, id: str) -> Path:
        return self.folder / "exchanges" / f"{id}.json"

    def _make(self) -> None:
        for folder in (self.folder, self.folder / "exchanges"):
            folder.mkdir(parents=True, exist_ok=True)
            if folder.stat().st_mode & _OTHERS:
                folder.chmod(0o700)
