"""Names that look like the name beside them: letters of another script, of full width, or with signs nobody sees."""

from collections.abc import Iterable, Iterator
from functools import cache
from unicodedata import category, normalize

from sdd.base.paths import is_too_long, join
from sdd.repo.tree import Tree

# Small letters of Cyrillic and Greek, and a few Latin ones, that look like a letter of ASCII in common typefaces
# (a part of https://www.unicode.org/Public/security/latest/confusables.txt), and what they look like.
_ALIKE = str.maketrans(
    "\u0430\u044c\u0441\u0501\u0435\u0433\u04bb\u0456\u0458\u043a\u04cf\u043c\u043f\u043e\u0440\u051b\u0455\u0442\u0443"
    "\u0475\u051d\u0445\u0437\u03b1\u03b2\u03b5\u03b9\u03ba\u03b7\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03c9\u03b3\u0131"
    "\u0251\u0261",
    "abcderhijklmnopqsty" "vwx3abeiknvoptuxwyi" "ag",
)  # fmt: skip


def lookalikes(tree: Tree, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, the path that it looks like) of those paths whose name, or a folder's above, has such a twin beside it."""

    @cache
    def beside(folder: str) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for name in tree.folder(folder):
            names.setdefault(_looks(name), []).append(name)
        return names

    for path in paths:
        folder = ""
        for name in path.split("/"):
            twins = [] if name.isascii() else [twin for twin in beside(folder).get(_looks(name), ()) if twin != name]
            if twins:
                yield path, join(folder, twins[0])
                break
            folder = join(folder, name)


def _looks(name: str) -> str:
    """What a name looks like: the same for names that people take for one another. One of more than 255 bytes, which
    is refused, looks like no other: to normalise n marks takes n squared steps.
    """
    if is_too_long(name):
        return name
    shown = "".join(sign for sign in normalize("NFKC", name) if category(sign) != "Cf")
    return shown.casefold().translate(_ALIKE)
