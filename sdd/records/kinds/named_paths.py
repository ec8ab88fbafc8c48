"""The paths that a sentence names: words with a slash that end in a file's name or a slash, and plain file names."""

import re
from collections.abc import Iterator, Mapping

from sdd.base.regex import regex

_FILE = regex(r"(?:.*/)?(?:[^/]*[\w)\]}*-]\.[A-Za-z][A-Za-z0-9]{0,9}|\.[a-z][\w.-]*|Dockerfile|Makefile)")
_BARE_FILE = regex(
    r"\.?[\w-][\w.-]*\.(?:py|tsx?|jsx?|mjs|go|rs|java|kt|rb|php|cs|c|h|cc|cpp|swift|md|mdx|json|ya?ml|toml|sql|sh|html|s?css|txt|cfg|ini)"
)
_BRAND = regex(r"(?:next|node|vue|react|three|d3|express|nuxt|chart|nest)\.js|socket\.io", re.IGNORECASE)
_PLACE_IN_FILE = regex(r"(?<=\w)(?:::.*|:\d[\d,:-]*|#.*)\Z")
_LINK = regex(r"\]\(([^()\s]+)\)")
_HOST = regex(r"(?:[\w-]+\.)+(?:com|org|net|io|dev|app)(?=/)|[^/]+:\d+(?=/)", re.IGNORECASE)
_OUTSIDE = regex(r"~|@|/(?:tmp|etc|usr|var|opt|dev|proc|sys|bin|root)/|(?:.*/)?node_modules/|\.git/|[A-Z]\w*\.js\Z")
# A setting that a task quotes, as `"workspaces": ["apps/*"]`: its text names no work.
_JSON = regex(r"""["'][^"']*["']\s*:""")
_BRACKET = regex(r"/`?\s{0,3}\(([^()]*)\)")
# What is quoted as a whole: a path with blanks, or a sentence.
_QUOTED = regex(r"`([^`]*)`|\"([^\"]*)\"|<([^<>]*)>|(?<!\w)'([^']*)'(?!\w)")
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_MARKS = "\"'*,;:<>!"
_LONGEST = 300


def named_paths(text: str) -> tuple[str, ...]:
    """The paths that a text names, each once, without the line number that may follow one."""
    return tuple(dict.fromkeys(_paths(text)))


def in_full(text: str) -> Mapping[str, str]:
    """The paths that a text names in part, each as a whole: in a bracket behind a folder, as `build/` (css/, js/), or
    in quotes with blanks, as `my notes.md`.
    """
    seen = {}
    for match in _QUOTED.finditer(text):
        whole = (match[1] or match[2] or match[3] or match[4] or "").replace("\\ ", " ").strip()
        seen.update(dict.fromkeys(_paths(whole), whole) if " " in whole else {})
    for match in _BRACKET.finditer(text):
        folder = _bare(text[max(0, match.start() - _LONGEST) : match.start() + 1].replace("`", " ").split()[-1])
        seen.update((path, folder + path) for path in _paths(match[1]))
    return seen


def may_be_outside(path: str) -> bool:
    """Whether a path may be none of the repository's: of the machine, of a package, an import's alias, a library."""
    return _OUTSIDE.match(path) is not None


def _paths(text: str) -> Iterator[str]:
    parts = _LINK.sub(r" \1 ", text).split("`")
    for word in " ".join(part for place, part in enumerate(parts) if not (place % 2 and _JSON.search(part))).split():
        path = _PLACE_IN_FILE.sub("", _bare(word)) if len(word) <= 2 * _LONGEST else word
        if len(path) > _LONGEST or "://" in path or _HOST.match(path) or not path.strip("/."):
            continue
        parts = path.split("/")
        if all(map(_BARE_FILE.fullmatch, parts)):
            # Alternatives: package.json/tsconfig.json
            yield from (part for part in parts if not _BRAND.fullmatch(part))
        elif len(parts) > 1 and ((path.endswith("/") and not path.startswith("/")) or _FILE.fullmatch(path)):
            yield path


def _bare(word: str) -> str:
    """A word without the marks of the sentence around it; brackets that belong to a path stay."""
    path = word.strip(_MARKS).rstrip(".,;:")
    while path[:1] in _CLOSING and _end_of_bracket(path) >= len(path) - 1:
        path = path[1:].lstrip(_MARKS)
    while path[-1:] in (")", "]", "}") and path.count("([{"[")]}".index(path[-1])]) < path.count(path[-1]):
        path = path[:-1].rstrip("\"'.,;:")
    return path.removeprefix("./")


def _end_of_bracket(path: str) -> int:
    """Where the bracket closes that a path begins with; its length where none does."""
    depth = 0
    for place, letter in enumerate(path):
        depth += (letter == path[0]) - (letter == _CLOSING[path[0]])
        if not depth:
            return place
    return len(path)
