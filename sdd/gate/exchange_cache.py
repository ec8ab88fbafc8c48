"""What landed PHRs say, kept as digests by their blobs, so that a push need not read a large folder of them again.

A cache tells only that two records differ: where digests are equal, the records themselves are compared. It is known by
blobs, so that nothing in it goes stale, and by what read them (`_reading`). It is one file a folder below git's
`sdd/exchanges/`, for its owner's eyes, written whole, and left alone where it cannot be written; whatever is wrong with
it, there is none. CI judges in a clone of one run, which has no use for one.

Measured gain: a gate over one commit takes five times as long in a folder of 10,000 PHRs without it.
"""

import os
import stat
import sys
from binascii import crc32
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property

from sdd import __version__
from sdd.base.errors import SddError
from sdd.gate.change import Exchange
from sdd.repo.folders import Folder
from sdd.repo.objects import Repository

VERSION = 1
"""Counts the changes in what two exchanges have in common (`exchange_of`), and in the format."""

_DIGEST_BYTES = 8
_TREES_KEPT = 16
_FILES_KEPT = 64
_MOST_BYTES = 64 * 1024 * 1024
# What else takes part in reading a text: of another version it may find another exchange.
_READERS = ("markdown_it", "yaml")


def digest_of(exchange: Exchange) -> bytes:
    """The digest of an exchange: equal for equal ones."""
    return b"".join(crc32(text.encode("utf-8", "surrogatepass")).to_bytes(4, "big") for text in exchange)


class ExchangeCache:
    """The digests of what the PHRs of one folder say, as a file has them and as they are `learn`ed: it is asked which
    of these PHRs do not hold one of some exchanges.

    `path` is the file's, and ids are of `oid_bytes`.
    """

    def __init__(self, path: str, oid_bytes: int, exchanges: Iterable[Exchange]) -> None:
        self._sought = frozenset(map(digest_of, exchanges))
        self._path = path
        self._heading = f"{_reading()} {oid_bytes}\n".encode()
        self._oid_bytes = oid_bytes
        self._learned: dict[bytes, bytes] = {}
        self._trees, self._oids, self._digests = self._parts()

    def rules_out_all_of(self, tree: str) -> bool:
        """Whether every file of a folder, by the folder's tree, certainly says something else."""
        return bytes.fromhex(tree) in self._trees and not any(map(self._has, self._sought))

    def rules_out(self, blob: str) -> bool:
        """Whether a blob certainly says something else."""
        return bytes.fromhex(blob) in self.ruled_out

    @cached_property
    def ruled_out(self) -> frozenset[bytes]:
        """The binary ids of the blobs that certainly say something else."""
        return frozenset(blob for blob, digest in self._known.items() if digest not in self._sought)

    def _has(self, digest: bytes) -> bool:
        place = self._digests.find(digest)
        while place % _DIGEST_BYTES and place >= 0:
            place = self._digests.find(digest, place + 1)
        return place >= 0

    def learn(self, blob: str, exchange: Exchange) -> None:
        """Takes what a blob says from a caller that has read it."""
        self._learned[bytes.fromhex(blob)] = digest_of(exchange)

    @property
    def can_be_written(self) -> bool:
        """Whether there is a place for it, which is made."""
        folder = os.path.dirname(self._path)
        with suppress(OSError):
            os.makedirs(os.path.dirname(folder), exist_ok=True)
            os.mkdir(folder, 0o700)
        return os.access(folder, os.W_OK | os.X_OK)

    def write(self, tree: str, folder: Folder) -> None:
        """Keeps what it has learned. `tree` is the folder's.

        Of blobs that the folder does not hold, such as those of other branches, it keeps as many again.
        """
        known = {**self._known, **self._learned}
        unknown = folder.holding(folder.ids - known.keys())
        new_tree = {bytes.fromhex(tree)} - {*self._trees}
        if any(entry.is_file for entry in unknown.values()):
            new_tree = set()
        if not self._learned and not new_tree:
            return
        if len(known) > 2 * len(folder.ids) + 1000:
            known = {blob: digest for blob, digest in known.items() if blob in folder.ids}
        trees = [*self._trees, *new_tree][-_TREES_KEPT:]
        counts = (len(trees).to_bytes(4, "big"), len(known).to_bytes(4, "big"))
        body = b"".join((*counts, *trees, *known, *known.values()))
        with suppress(OSError, SddError):
            self._replace(self._heading + crc32(body).to_bytes(4, "big") + body)

    @cached_property
    def _known(self) -> Mapping[bytes, bytes]:
        return dict(zip(_parted(self._oids, self._oid_bytes), _parted(self._digests, _DIGEST_BYTES), strict=True))

    def _parts(self) -> tuple[list[bytes], bytes, bytes]:
        """The trees that it knows all of, the ids of the blobs, and their digests; none of a file that is not sound."""
        content = self._content()
        start = len(self._heading)
        body = content[start + 4 :]
        if not content.startswith(self._heading) or crc32(body).to_bytes(4, "big") != content[start : start + 4]:
            return [], b"", b""
        trees, blobs = (int.from_bytes(body[place : place + 4], "big") for place in (0, 4))
        oids = 8 + trees * self._oid_bytes
        digests = oids + blobs * self._oid_bytes
        if len(body) != digests + blobs * _DIGEST_BYTES:
            return [], b"", b""
        return _parted(body[8:oids], self._oid_bytes), body[oids:digests], body[digests:]

    def _content(self) -> bytes:
        """What the file holds, nothing where it is missing, no file, or may have been written by others."""
        with suppress(OSError), open(os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            state = os.fstat(file.fileno())
            is_own = state.st_uid == os.geteuid() and not state.st_mode & 0o022
            if stat.S_ISREG(state.st_mode) and is_own and state.st_size <= _MOST_BYTES:
                return file.read()
        return b""

    def _replace(self, content: bytes) -> None:
        # Few pushes write one.
        from pathlib import Path

        from sdd.repo.worktree import write_whole

        write_whole(Path(self._path), content, 0o600, replace=True)
        folder = os.path.dirname(self._path)
        kept = [os.path.join(folder, name) for name in os.listdir(folder)]
        for path in sorted(kept, key=os.path.getmtime)[:-_FILES_KEPT]:
            os.unlink(path)


def cache_of(repository: Repository, folder: str, tree: str, exchanges: Iterable[Exchange]) -> ExchangeCache | None:
    """The cache for the PHRs of a folder, by its path and its tree, asked for some exchanges; None in CI."""
    if os.environ.get("CI"):
        return None
    name = f"{crc32(os.fsencode(folder)):08x}"
    return ExchangeCache(f"{repository.common_folder}/sdd/exchanges/{name}", len(tree) // 2, exchanges)


def _parted(content: bytes, size: int) -> list[bytes]:
    return [content[place : place + size] for place in range(0, len(content), size)]


def _reading() -> str:
    """What takes part in reading a PHR, with its version."""
    return " ".join((f"exchanges {VERSION} {__version__} {sys.hexversion:x}", *map(_stamp, _READERS)))


def _stamp(module: str) -> str:
    """What tells an installed module from another version of it, without its import."""
    specs = (finder.find_spec(module, None) for finder in sys.meta_path)
    origin = next((spec.origin for spec in specs if spec and spec.origin), None)
    if not origin or not os.path.exists(origin):
        return module
    state = os.stat(origin)
    return f"{module}:{state.st_size}:{state.st_mtime_ns}"
