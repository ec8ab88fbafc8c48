"""Whether a check's command ends well whatever the files hold: such a check proves nothing.

It is of one of three kinds: a command that asks nothing (`true`, `node -e ""`); one that only shows what is there
(`git status`, `cat FILE`, `test -d .`); or one whose status is thrown away (`pytest || true`, `trap 'exit 0' EXIT`).
Whether a file is there is a question: `test -f dist/x` and `ls dist/x` fail where a build made none.

Only what is certain from the words of a POSIX shell's command is told. Of everything else nothing is known, and it
counts as a check.
"""

import operator
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
# What only shows what it reads, of a pipe or of files.
_SHOWING = frozenset({"tee", "cat", "head", "tail", "sort", "wc", "nl", "less", "more"})
# What only shows what it is given the names of: whether that is there is all that it asks.
_LISTING = frozenset({"ls", "dir", "tree", "stat", "file", "du", "cd"})
_ALWAYS_THERE = frozenset({".", "./", "..", "../", "/"})
_ANYTHING = frozenset({"", ".*", "^", "$"})
_GIT_SHOWING = frozenset({"status", "log", "shortlog", "show", "diff", "ls-files", "branch", "remote"})
_OF_NO_NAME = re.compile(r"\d+|HEAD|\.")
# The options by which the outcome of such a command depends on what it finds.
_ASKING = re.compile(r"--exit-code|--quiet|-q|--check(?:=.*)?|-\w*[cC]\w*|--error-unmatch")
# Of a project's own program, that it starts is worth a check.
_TOOLS = re.compile(
    r"git|g?make|g?cc|go|cargo|rustc|node|npm|npx|java|ruby|php|docker|pip\d?|python[\d.]*|pytest|bash|sh"
)
_VERSION = frozenset({"--version", "-V", "version", "--help", "-h"})
# The option of an interpreter before its program, and programs that ask nothing.
_PROGRAM = {"python": "-c", "node": "-e", "ruby": "-e", "perl": "-e", "php": "-r"}
_PASSING_PROGRAM = re.compile(
    r"(?:pass|\d++|(?:print|console\.log)\([^()]*\)|(?:sys\.|process\.)?exit\(0?\)|import (?:sys|os)|\s|;)*"
)
_WORDS_COMPARED = {"=": operator.eq, "==": operator.eq, "!=": operator.ne}
_NUMBERS_COMPARED = {f"-{name}": getattr(operator, name) for name in ("eq", "ne", "gt", "ge", "lt", "le")}
_STATUS = "$?"


@lru_cache(maxsize=256)
def is_idle(command: str) -> bool:
    """Whether a command passes whatever the files hold: `true`, `sh -c 'exit 0'`, `pytest || true`, `[ 1 ]`."""
    try:
        tokens = [*_tokens(command)]
        # Every level is read anew.
        return sum(word in _ENDS or word == _STATUS for word in tokens) <= _MOST_LEVELS and _outcome(tokens) is True
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
    sets = parts[0][1][0] == "set"
    strict = sets and not all(word.startswith("+") for word in parts[0][1][1:])
    parts = parts[sets:]
    if parts and parts[0][1][0] == "trap" and _is_trapped(parts[0][1]):
        return True
    outcomes: list[bool | None] = [True]
    for end, part in parts:
        outcomes.append(True if end == "&" else _chain(part, strict=strict))
        if part[0] == "exit":
            break
    # What may end before the last command does has to pass at each.
    if not strict and not any("exit" in part[1:] for _, part in parts[:-1]):
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
    for place, (following, part) in enumerate(_split(tokens, ("&&", "||"))):
        status = range(256) if not place else range(1) if former == "&&" else range(1, 256)
        own = _after(part, status, strict=strict)
        skips = former == "||"
        # The former outcome decides where it is known to; else only what both ways lead to is certain.
        result = result if result is skips else own if result is not None else skips if own is skips else None
        former = following
    return result


def _after(tokens: Sequence[str], status: range, *, strict: bool) -> bool | None:
    """What a command says after one whose status was in this range."""
    if tokens in (["exit"], ["return"]):
        tokens = [*tokens, _STATUS]
    if _STATUS not in tokens or tokens[0] not in ("test", "[", "[[", "exit", "return"):
        return _pipe(tokens, strict=strict)
    outcomes = {_command([str(number) if word == _STATUS else word for word in tokens]) for number in status}
    return outcomes.pop() if len(outcomes) == 1 else None


def _is_trapped(words: Sequence[str]) -> bool:
    """Whether `trap` makes a shell end well, however it came to its end."""
    script = [*_tokens(words[1])] if {"EXIT", "0"} & {*words[2:]} else []
    return "exit" in script and _outcome(script) is True


def _pipe(tokens: Sequence[str], *, strict: bool) -> bool | None:
    """The last command of a pipe decides, `!` turns it round."""
    if tokens[:1] == ["!"]:
        outcome = _pipe(tokens[1:], strict=strict)
        return None if outcome is None else not outcome
    parts = [part for _, part in _split(tokens, ("|", "|&"))]
    if strict and len(parts) > 1:
        return all(_command(part) is True for part in parts) or None
    return _command(parts[-1])


def _command(tokens: Sequence[str]) -> bool | None:
    if tokens and tokens[0] in ("(", "{") and tokens[-1] == _ENDS[tokens[0]]:
        return _outcome(tokens[1:-1])
    if tokens and tokens[0] == "if" and tokens[-1] == "fi":
        return _branches(tokens[1:-1])
    if tokens and tokens[0] in ("for", "while", "until") and tokens[-1] == "done":
        return _loop(tokens[0], tokens[1:-1])
    words = [*_bare(tokens)]
    if not words:
        # Assignments and redirections alone pass, but what an assignment runs decides.
        is_plain = not any(word.startswith("-") or "$" in word or "`" in word for word in tokens)
        return True if tokens and is_plain else None
    name, arguments = words[0].rpartition("/")[2], words[1:]
    if name in _PASSING or (name == "wait" and not arguments):
        return True
    if name in ("exit", "return"):
        return int(arguments[0][:9]) == 0 if arguments and arguments[0].isdecimal() else None
    if name == "false":
        return False
    if name in _SHELLS and len(arguments) > 1 and re.fullmatch(r"-\w*c", arguments[0]):
        is_strict = "e" in arguments[0]
        return _outcome([*_tokens(f"set -e; {arguments[1]}" if is_strict else arguments[1])])
    if name == "eval":
        return _outcome([*_tokens(" ".join(arguments))])
    if name in ("test", "[", "[["):
        return _test([word for word in arguments if word not in ("]", "]]")])
    if _PROGRAM.get(name.rstrip("0123456789.")) == (arguments or [""])[0] and len(arguments) == 2:
        return True if _PASSING_PROGRAM.fullmatch(arguments[1]) else None
    if _only_shows(name, arguments):
        return True
    return True if _TOOLS.fullmatch(name) and len(arguments) == 1 and arguments[0] in _VERSION else None


def _only_shows(name: str, arguments: Sequence[str]) -> bool:
    """Whether a command asks nothing of what it shows."""
    plain = [word for word in arguments if not word.startswith("-")]
    if name in ("grep", "egrep", "rg"):
        options = "".join(word for word in arguments if word.startswith("-"))
        # Whether a pipe brings anything is a question.
        return len(plain) > 1 and plain[0] in _ANYTHING and not re.search(r"[vLwx]|--", options)
    if any(map(_ASKING.fullmatch, arguments)) and name not in ("head", "tail", "wc"):
        return False
    if name == "git":
        command, *rest = plain or [""]
        return command in _GIT_SHOWING and all(map(_OF_NO_NAME.fullmatch, rest))
    return name in _SHOWING or (name in _LISTING and _ALWAYS_THERE.issuperset(plain))


def _branches(tokens: Sequence[str]) -> bool | None:
    """`if` passes where each branch that may be taken does; where none is taken it does, too."""
    for (before, former), (_, part) in pairwise(_split(tokens, ("then", "elif", "else"))):
        condition = _outcome(former) if before == "then" else True
        if before != "elif" and condition is not False and _outcome(part) is not True:
            return None
        if before != "elif" and condition:
            break
    return True


def _loop(word: str, tokens: Sequence[str]) -> bool | None:
    """A loop passes where its body always does, or never runs. How long one waits for something is a question."""
    (_, condition), *bodies = _split(tokens, ("do",))
    if word == "for":
        return (bool(bodies) and all(_outcome(body) is True for _, body in bodies)) or None
    return True if _outcome(condition) is (word == "until") else None


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
    """What `test` says of constants, and of folders that are always there; of all else nothing is known."""
    if any("$" in word or "`" in word for word in words):
        return None
    if len(words) == 3 and words[1] in _WORDS_COMPARED:
        return bool(_WORDS_COMPARED[words[1]](words[0], words[2]))
    if len(words) == 3 and words[1] in _NUMBERS_COMPARED and words[0].isdecimal() and words[2].isdecimal():
        return bool(_NUMBERS_COMPARED[words[1]](int(words[0][:9]), int(words[2][:9])))
    if len(words) == 2 and words[0] in ("-d", "-e", "-r", "-x") and words[1] in _ALWAYS_THERE:
        return True
    if len(words) == 2 and words[0] in ("-n", "-z"):
        return bool(words[1]) is (words[0] == "-n")
    return bool(words[0]) if len(words) == 1 else None
