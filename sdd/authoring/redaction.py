"""Input without its secrets: `[REDACTED:rule:tag]` in the place of each, before anything is made of it."""

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sdd.base.errors import SddError, UsageError
from sdd.base.paths import join
from sdd.records.kinds.policy import POLICY_PATH, parse
from sdd.records.layout import MARK
from sdd.repo.objects import Repository
from sdd.repo.worktree import write_whole
from sdd.secrets import Secret, hidden, marks, recognized, redact, scan

Draft = TypeVar("Draft", bound=Any)

_KEY_BYTES = 32
# Where a mark joins what stands around it to another secret, that is marked next.
_ROUNDS = 5
# A text so short may be all of a value, which another text announces: "The password:" as a title.
_SHORT = 200
_ANNOUNCING = (":", "=", " is")


class Redactor:
    """Takes secrets out of texts, and counts them by rule in `taken`. `personal` are words of `[secrets] personal`."""

    def __init__(self, repository: Repository, personal: tuple[str, ...] = ()) -> None:
        self._repository = repository
        self._personal = personal
        self._key = b""
        self._announcing: tuple[str, ...] = ()
        self.taken: Counter[str] = Counter()

    def __call__(self, text: str) -> str:
        """The text without its secrets. Raises SddError where they cannot be taken out: it may not be written then."""
        for _ in range(_ROUNDS):
            secrets = scan(text, self._personal)
            if not secrets:
                return text
            text = self._redacted(text, secrets)
        raise SddError("the input holds a secret that cannot be taken out", "take it out, then run the command again")

    def draft(self, draft: Draft) -> Draft:
        """A draft with each of its texts redacted, so that a mark is quoted where the record's form asks for it: what
        is a secret in one of them is none the less one in the others.
        """
        short = (text.rstrip(" .") for text in _texts(draft) if len(text) <= _SHORT)
        self._announcing = tuple(dict.fromkeys(text for text in short if text.endswith(_ANNOUNCING)))[:_ROUNDS]
        redacted = self._draft(draft, lambda text: self._announced(self(text)))
        known = marks("\n".join(_texts(redacted)))
        return self._draft(redacted, lambda text: self.without(text, known)) if known else redacted

    def without(self, text: str, known: Iterable[tuple[str, str]]) -> str:
        """The text without values that are secrets elsewhere: `known` are their marks, by rule and tag."""
        return self._redacted(text, [*recognized(text, known, self._own_key())])

    def _draft(self, draft: Draft, take_out: Callable[[str], str]) -> Draft:
        def clean(value: Any) -> Any:
            if type(value) is str:
                return take_out(value)
            if isinstance(value, tuple):
                return tuple(map(clean, value))
            if isinstance(value, Mapping):
                return {key: clean(each) for key, each in value.items()}
            return self._draft(value, take_out) if is_dataclass(value) else value

        return replace(draft, **{each.name: clean(getattr(draft, each.name)) for each in fields(draft)})

    def _announced(self, text: str) -> str:
        """The text without what is a secret below another text of the draft."""
        for before in self._announcing if len(text) <= _SHORT else ():
            start = len(before) + 1
            found = [each for each in scan(f"{before}\n{text}", self._personal) if each.start >= start]
            if found:
                text = self._redacted(
                    text, [each._replace(start=each.start - start, end=each.end - start) for each in found]
                )
        return text

    def _redacted(self, text: str, secrets: Sequence[Secret]) -> str:
        self.taken.update(secret.rule for secret in secrets)
        return redact(text, secrets, self._own_key()) if secrets else text

    def _own_key(self) -> bytes:
        self._key = self._key or redaction_key(self._repository)
        return self._key

    def is_clean(self, text: str) -> bool:
        """Whether a text holds no secret."""
        return not scan(text, self._personal)

    def require_clean(self, files: Iterable[str]) -> None:
        """Raises UsageError for a file whose name holds a secret: with a mark in its place no record could name it."""
        for path in files:
            if not self.is_clean(path):
                raise UsageError(f"the name of a file holds a secret: {hidden(path)}", "rename the file: git mv")

    def bytes(self, content: bytes) -> bytes:
        """The same for a file's content, whatever bytes it holds."""
        return self(content.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _texts(value: Any) -> Iterator[str]:
    """The texts that a draft holds, or a value in it."""
    if type(value) is str:
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, Mapping):
        yield from _texts(tuple(value.values()))
    elif is_dataclass(value):
        yield from _texts(tuple(getattr(value, each.name) for each in fields(value)))


@lru_cache(maxsize=1)
def redactor(repository: Repository, root: str) -> Redactor:
    """The command's own, so that all that it takes out is counted together.

    It counts as secrets what the policy of the root says, as it is in the work tree; where that lacks the root, as the
    target has it that judges.
    """
    assert repository.work_tree, "only a work tree is written to"
    if (repository.work_tree / root / MARK).is_dir():
        return redactor_here(repository, root)
    from sdd.gate.target import judging_policy  # few lines are older than sdd

    return Redactor(repository, judging_policy(repository, root).personal)


def redactor_here(repository: Repository, root: str) -> Redactor:
    """The same by the work tree alone: git is not asked, since an agent may wait."""
    assert repository.work_tree, "only a work tree is written to"
    path = join(root, POLICY_PATH)
    place = repository.work_tree / path
    try:
        # A link may lead anywhere, to a device without an end too; no policy is read through one.
        content = place.read_bytes() if stat.S_ISREG(place.lstat().st_mode) else b""
    except OSError:
        content = b""
    return Redactor(repository, parse(path, content, root).personal)


def redaction_key(repository: Repository) -> bytes:
    """The key of the tags, made at its first use: all work trees of a clone share it, and nobody else has it.

    Raises SddError where it cannot be made or read, or others may read it.
    """
    path: Path = repository.common_dir / "sdd" / "redaction.key"
    if not path.exists():
        try:
            write_whole(path, os.urandom(_KEY_BYTES), 0o600, replace=False)
        except SddError:
            if not path.exists():
                raise
            # Another process was faster, and its key counts.
    try:
        mode, key = path.lstat().st_mode, path.read_bytes()
    except OSError as error:
        raise _no_key(path, f"cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(mode) or len(key) != _KEY_BYTES or mode & 0o077:
        raise _no_key(path, "is no key that only you can read")
    return key


def _no_key(path: Path, why: str) -> SddError:
    return SddError(f"secrets cannot be redacted: {path} {why}", "remove that file, then run the command again")
