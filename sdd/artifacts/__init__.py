"""What a file means: one module a kind, each with its path, its dataclass and its parser."""

import re
from collections.abc import Callable
from typing import NamedTuple

from sdd.artifacts.artifact import Artifact, ArtifactKind


class KindOfFile(NamedTuple):
    """A kind of artifact: the paths it has below its root, and `parse(path, content, root) -> Artifact`.

    `path` handed to `parse` is relative to the top of the repository, `root` is the folder it is read below.
    Parsing never raises on content.
    """

    kind: ArtifactKind
    pattern: re.Pattern[str]
    parse: Callable[[str, bytes, str], Artifact]


KINDS: tuple[KindOfFile, ...] = ()
