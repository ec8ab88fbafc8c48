"""Names that git refuses to check out: one of them in a tree, and every clone of it fails with "invalid path"."""

import re

from sdd.base.regex import regex

# What HFS+ ignores in a name and what else nobody sees.
_UNSEEN = regex("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
# NTFS ignores blanks and dots at the end, cuts at a colon, parts names at a backslash, and knows names by short forms.
_END = r"[. ]*(?=[:/\\]|\Z)"
_NO_NAME = regex(rf"(?:\A|[/\\])(?:\.\.?(?=[/\\]|\Z)|(?:\.git|git~1){_END})", re.IGNORECASE | re.ASCII)
_NO_LINK = regex(rf"(?:\A|[/\\])(?:\.gitmodules|gitmod~\d|gi7e\w*~\d+){_END}", re.IGNORECASE | re.ASCII)


def is_refused_by_git(path: str, *, is_link: bool) -> bool:
    """Whether a path holds `.`, `..`, `.git` or what a file system takes for it; a link must not be `.gitmodules`."""
    seen = path if path.isascii() else _UNSEEN.sub("", path)
    return bool(_NO_NAME.search(seen) or (is_link and _NO_LINK.search(seen)))
