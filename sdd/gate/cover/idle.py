"""Whether a check's command ends well whatever the files hold: such a check proves nothing.

Only what is certain from the words of a POSIX shell's command is told. Of everything else nothing is known, and it
counts as a check.
"""

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

_OPERATOR = re.compile(r"&&|\|\||\|&|;;|[();&|\n]|[<>]+&?")
# What may stand before a command or after the program that runs it: assignments, options, times.
_BEFORE = re.compile(r"\w+=.*|-.*|\d+[smhd]?", re.DOTALL)
_ENDS = {"(": ")", "{": "}", "if": "fi", "for": "done", "while": "done", "until": "done", "case": "esac"}
_BEFORE_COMMANDS = frozenset({"&&", "||", ";", "&", "|", "|&", "\n", "!"})
_MOST_LEVELS = 20
_SHELLS = frozenset({"sh", "bash", "dash", "ksh", "zsh"})
_PREFIXES = frozenset({"env", "command", "exec", "builtin", "nohup", "time", "sudo", "nice", "timeout"})
_PASSING = frozenset({"true", ":", "echo", "printf", "sleep", "date", "pwd", "whoami", "hostname", "uname", "export"})
# What only passes on what it reads from a pipe.
_FILTERS = frozenset({"tee", "cat", "head", "tail", "sort", "wc"})
# Of a project's own program, that it starts is worth a check.
_TOOLS = re.compile(
    r"git|g?make|g?cc|go|cargo|rustc|node|npm|npx|java|ruby|php|docker|pip\d?|python[\d.]*|pytest|bash|sh"
)
_VERSION = frozenset({"--version", "-V", "version", "--help", "-h"})
_PASSING_PYTHON = re.compile(r"(?:pass|\d++|print\([^()]*\)|(?:sys\.)?exit\(0?\)|import (?:sys|os)|\s|;)*")
_EQUAL = {"=": True, "==": True, "-eq": True, "!=": False, "-ne": False}


@lru_cache(maxsize=256)
def is_idle(command: str) -> bool:
    """Whether a command passes whatever the files hold: `true`, `sh -c 'exit 0'`, `pytest || true`, `[ 1 ]`."""
    try:
        tokens = [*_tokens(command)]
        # Every level is read anew.
        return sum(word in _ENDS for word in tokens) <= _MOST_LEVELS and _outcome(tokens) is True
    except (ValueError, RecursionError):
        return False  # a quote that is not closed: no shell runs that


def _tokens(command: str) -> Iterator[str]:
    """Words and operators, without comments. Quotes are gone: a quoted operator would be a word of its own."""
    lexer = shlex.shlex(command.replace("\\\n", " "), posix=True, punctuation_chars="();<>|&\n")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    is_comment = False
    for word in lexer:
        is_comment = (is_comment or word.startswith("#")) and "\n" not in word
        if not is_comment:
            yield from _OPERATOR.findall(word) if _OPERATOR.match(word) else [word]


def _outcome(tokens: Sequence[str]) -> bool | None:
    """Whether a list of commands passes always (True) or never (False); None where that depends."""
    parts = [*_split(tokens, (";", "\n", "&"))]
    parts = [(end, part) for end, part in parts if part]
    if not parts:
        return True
    strict = parts[0][1][0] == "set"
    outcomes = []
    for end, part in parts[strict:]:
        outcomes.append(True if end == "&" else _chain(part, strict=strict))
        if part[0] == "exit":
            break
    if not strict:
        return outcomes[-1]
    return all(outcome is True for outcome in outcomes) or None


def _split(tokens: Sequence[str], operators: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The parts between some operators, each with the one that ends it; what is in brackets or between keywords is one
    word among others.
    """
    part: list[str] = []
    open_: list[str] = []
    for word in tokens:
        if open_ and word == open_[-1]:
            open_.pop()
        elif word in _ENDS and (word == "(" or not part or part[-1] in _BEFORE_COMMANDS or open_):
            open_.append(_ENDS[word])
        if word in operators and not open_:
            yield word, part
            part = []
        else:
            part.append(word)
    yield "", part


def _chain(tokens: Sequence[str], *, strict: bool) -> bool | None:
    """`a && b || c`, from left to right."""
    former = "&&"
    result: bool | None = True
    for operator, part in _split(tokens, ("&&", "||")):
        own = _pipe(part, strict=strict)
        skips = former == "||"
        # The former outcome decides where it is known to; else only what both ways lead to is certain.
        result = result if result is skips else own if result is not None else skips if own is skips else None
        former = operator
    return result


def _pipe(tokens: Sequence[str], *, strict: bool) -> bool | None:
    """The last command of a pipe decides, `!` turns it round."""
    if tokens[:1] == ["!"]:
        outcome = _pipe(tokens[1:], strict=strict)
        return None if outcome is None else not outcome
    parts = [part for _, part in _split(tokens, ("|", "|&"))]
    if len(parts) > 1 and not strict and parts[-1] and parts[-1][0] in _FILTERS:
        return True
    return _command(parts[-1])


def _command(tokens: Sequence[str]) -> bool | None:
    if tokens and tokens[0] in ("(", "{") and tokens[-1] == _ENDS[tokens[0]]:
        return _outcome(tokens[1:-1])
    if tokens and tokens[0] == "if" and tokens[-1] == "fi":
        return _branches(tokens[1:-1])
    words = [*_bare(tokens)]
    if not words:
        # Assignments and redirections alone pass, but what an assignment runs decides.
        is_plain = not any(word.startswith("-") or "$" in word or "`" in word for word in tokens)
        return True if tokens and is_plain else None
    name, arguments = words[0].rpartition("/")[2], words[1:]
    if name in _PASSING or (name in ("exit", "return") and arguments in ([], ["0"])):
        return True
    if name == "false" or name in ("exit", "return"):
        return False
    if name in _SHELLS and len(arguments) > 1 and re.fullmatch(r"-\w*c", arguments[0]):
        is_strict = "e" in arguments[0]
        return _outcome([*_tokens(f"set -e; {arguments[1]}" if is_strict else arguments[1])])
    if name == "eval":
        return _outcome([*_tokens(" ".join(arguments))])
    if name in ("test", "[", "[["):
        return _test([word for word in arguments if word not in ("]", "]]")])
    if re.fullmatch(r"python[\d.]*", name) and arguments[:1] == ["-c"] and len(arguments) == 2:
        return True if _PASSING_PYTHON.fullmatch(arguments[1]) else None
    return True if _TOOLS.fullmatch(name) and len(arguments) == 1 and arguments[0] in _VERSION else None


def _branches(tokens: Sequence[str]) -> bool | None:
    """`if` passes where each of its branches does; where none is taken it does, too."""
    parts = [*_split(tokens, ("then", "elif", "else"))]
    bodies = (part for (before, _), (_, part) in pairwise(parts) if before != "elif")
    return True if all(_outcome(body) is True for body in bodies) else None


def _bare(tokens: Sequence[str]) -> Iterator[str]:
    """The words of a simple command, without redirections, assignments and what only runs another command."""
    words = iter(tokens)
    is_begun = False
    for word in words:
        if _OPERATOR.fullmatch(word):
            next(words, "")
        elif is_begun or not (_BEFORE.fullmatch(word) or word.rpartition("/")[2] in _PREFIXES):
            is_begun = True
            yield word


def _test(words: Sequence[str]) -> bool | None:
    """What `test` says of constants; of files and variables nothing is known."""
    if any("$" in word or "`" in word for word in words):
        return None
    if len(words) == 3 and words[1] in _EQUAL:
        return (words[0] == words[2]) is _EQUAL[words[1]]
    if len(words) == 2 and words[0] in ("-n", "-z"):
        return bool(words[1]) is (words[0] == "-n")
    return bool(words[0]) if len(words) == 1 else None
