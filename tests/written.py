"""Commits written as loose objects without a process: thousands cost what a few of git's own would."""

import zlib
from collections.abc import Mapping
from hashlib import sha1
from pathlib import Path

from tests.good import File

# The first of March 2026, like every commit of the scratch repositories.
WHO = "Ada <ada@example.com> 1772366400 +0000"


class Written:
    """A folder of objects of a repository with SHA-1 ids."""

    def __init__(self, objects: Path) -> None:
        self._objects = objects

    def commit(
        self, files: Mapping[str, File], *parents: str, message: str = "x", who: str = WHO, committer: str = ""
    ) -> str:
        """Writes a commit that holds these files and nothing else, by `who` and their committer; its id."""
        lines = [f"tree {self._tree(files)}", *(f"parent {parent}" for parent in parents)]
        return self.store(
            "commit", "\n".join([*lines, f"author {who}", f"committer {committer or who}", "", message, ""]).encode()
        )

    def store(self, kind: str, content: bytes) -> str:
        """Writes one object of a kind that git knows; its id."""
        whole = f"{kind} {len(content)}\0".encode() + content
        oid = sha1(whole, usedforsecurity=False).hexdigest()
        file = self._objects / oid[:2] / oid[2:]
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(zlib.compress(whole, 1))
        return oid

    def _tree(self, files: Mapping[str, File]) -> str:
        below: dict[str, dict[str, File]] = {}
        entries: dict[str, tuple[str, str]] = {}
        for path, file in files.items():
            name, _, rest = path.partition("/")
            if rest:
                below.setdefault(name, {})[rest] = file
            else:
                # A submodule's content is the id of its commit.
                entries[name] = (file[0], file[1].decode() if file[0] == "160000" else self.store("blob", file[1]))
        entries |= {f"{name}/": ("40000", self._tree(held)) for name, held in below.items()}  # git sorts folders so
        return self.store(
            "tree",
            b"".join(
                f"{mode} ".encode() + _name(name.removesuffix("/")) + b"\0" + bytes.fromhex(oid)
                for name, (mode, oid) in sorted(entries.items(), key=lambda entry: _name(entry[0]))
            ),
        )


def _name(name: str) -> bytes:
    """A file name as git holds it. Bytes that are no UTF-8 are written as Python reads them: surrogates."""
    return name.encode(errors="surrogateescape")
