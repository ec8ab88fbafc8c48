"""Tests that a shell command ran: which, and whether they passed as far as that can be told."""

import shlex
from collections.abc import Sequence

from sdd.base.regex import regex
from sdd.capture.exchanges import RanTests
from sdd.capture.shell_lines import Part, parts_of, program, without_variables

_MOST_NESTED = 3
_SHELLS = ("bash", "sh", "zsh", "dash", "fish")
# What stands before a command and leaves its outcome as it is, and how many words of its own it takes.
_BEFORE = {
    "env": 0, "time": 0, "sudo": 0, "nohup": 0, "command": 0, "exec": 0, "npx": 0, "bunx": 0, "xvfb-run": 0, "nice": 0,
    "timeout": 1, "uvx": 0, "pipx": 1,
}  # fmt: skip
_RUNNERS = {
    "uv": ("run",), "poetry": ("run",), "pipenv": ("run",), "pdm": ("run",), "hatch": ("run",), "rye": ("run",),
    "pixi": ("run",), "conda": ("run",), "bundle": ("exec",), "npm": ("exec",), "pnpm": ("exec", "dlx"),
    "yarn": ("exec", "dlx"), "coverage": ("run",), "mise": ("exec",), "direnv": ("exec",),
}  # fmt: skip
# What changes nothing of an outcome when it comes first: it hardly fails.
_SURE = ("cd", "pushd", "export", "set", "source", ".", "echo", "mkdir", "unset")
# Programs that do nothing but run tests.
_ALWAYS = frozenset((
    "pytest", "py.test", "tox", "nox", "nose2", "unittest", "trial", "behave", "ward", "jest", "vitest", "mocha", "ava",
    "karma", "tap", "gotestsum", "rspec", "phpunit", "pest", "ctest", "bats", "prove", "busted", "nextest", "stestr",
))  # fmt: skip
# Programs that run tests where their first word says so.
_VERBS = {
    **dict.fromkeys(("npm", "yarn", "pnpm", "bun", "deno", "composer"), ("test", "t", "tst")),
    **dict.fromkeys((
        "go", "dotnet", "swift", "flutter", "dart", "mix", "zig", "stack", "cabal", "lein", "meson", "rails",
        "django-admin", "manage.py", "artisan", "playwright", "bazel", "sbt", "xcodebuild",
    ), ("test",)),
    "cargo": ("test", "t", "nextest"),
    "cypress": ("run",),
    "hatch": ("test",),
}  # fmt: skip
# Programs that take several goals, and what the goals that run tests begin with.
_GOALS = {
    **dict.fromkeys(("make", "gmake", "just", "task", "rake", "ninja", "invoke", "inv"), ("test", "check", "spec")),
    **dict.fromkeys(("mvn", "mvnw"), ("test", "verify", "integration-test", "surefire:")),
    **dict.fromkeys(("gradle", "gradlew"), ("test", "check", "connectedAndroidTest")),
}
# What is run by the program before it: python manage.py, yarn jest.
_UNDER_OTHERS = frozenset(("manage.py", "artisan", "jest", "vitest", "mocha", "ava", "karma", "playwright", "cypress"))
_ASKS_ONLY = (
    "--help", "-h", "--version", "-V", "--collect-only", "--collectonly", "--co", "--setup-plan", "--fixtures",
    "--markers", "--listTests", "--list", "--list-tests", "--showConfig", "--clearCache", "-n", "--dry-run", "--no-run",
    "--notest", "--show-only", "--skip-tests", "-DskipTests", "-DskipTests=true", "-Dmaven.test.skip",
    "-Dmaven.test.skip=true", "-Dmaven.test.skip.exec=true",
)  # fmt: skip
# The same for a program alone, where others mean something else by it.
_ASKS_ONLY_OF = {
    "go": ("-c", "-list"), "ctest": ("-N",), "tox": ("-l",), "nox": ("-l",), "gradle": ("-m", "-x"),
    "gradlew": ("-m", "-x"), "dotnet": ("-t",), "bats": ("-c", "--count"), "cargo": ("list", "archive"),
    "vitest": ("list",), "swift": ("list",), "nextest": ("list",),
}  # fmt: skip
_FAILED = regex(
    r"(?m)\b[1-9]\d* (?:failed|failing|failures?)\b|^FAILED \(|^test result: FAILED|^(?:--- )?FAIL\b|\bFailures: [1-9]"
    r"|^FAILURES!|\bBUILD FAIL|^Failed!|\b\d+ passed\b.*\b[1-9]\d* errors?\b|\b[1-9]\d* errors? occurred\b|^not ok\b"
)
_PASSED = regex(
    r"(?m)\b[1-9]\d* pass(?:ed|ing)\b|^OK\b|^test result: ok\. [1-9]|^ok\s"
    r"|\b[1-9]\d* (?:examples?|runs|tests),.*\b0 failures\b|^Passed!|\bBUILD SUCCESS"
)
_NONE_RAN = regex(
    r"(?mi)^(?:Ran 0 tests|\[?no tests? (?:ran|found|files|to run)|0 examples)"
    r"|\bno tests (?:ran|to run|were executed)\b|\bTests are skipped|\[no test(?:s to run| files)\]|\bTests run: 0,"
    r"|^test result: ok\. 0 passed|\bcollected 0 items"
)
_SOME_RAN = regex(
    r"(?mi)\b[1-9]\d* (?:pass(?:ed|ing)|examples?|tests?|runs)\b|^ok\s|\bTests run: [1-9]|^test result: ok\. [1-9]"
)
# What other errors there were may be the tests' own.
_ERRORS = regex(r"(?mi)\b[1-9]\d* errors?\b|\bErrors?: [1-9]|^ERROR\b|^Traceback ")


def ran_tests(command: str, succeeded: bool | None = None, output: str = "", depth: int = 0) -> tuple[RanTests, ...]:
    """The tests that a shell command ran.

    `succeeded` is what the agent says of the whole command; it counts where the tests decided it. Where others did, as
    behind a pipe, the runner's own last lines in `output` tell, and None where they do not.
    """
    parts = parts_of(command)
    found: list[RanTests] = []
    for place, part in enumerate(parts):
        words = _stripped(part.words)
        passed = _decided(parts, place, succeeded)
        if words[:1] and program(words[0]) in _SHELLS and (script := _script(words)) and depth < _MOST_NESTED:
            found += ran_tests(script, passed, output, depth + 1)
        elif _is_test(words):
            written = shlex.join(without_variables(part.words))
            found.append(RanTests(written, _told(output) if passed is None else passed and _unless_none(output)))
    return tuple(found)


def _decided(parts: Sequence[Part], place: int, succeeded: bool | None) -> bool | None:
    """Whether a command of a line passed, where the outcome of the line says so."""
    before, after = parts[:place], parts[place + 1 :]
    if (before and before[-1].then in ("||", "|", "|&")) or parts[place].then in ("|", "|&", "&"):
        return None
    if succeeded:
        return True if not after or all(part.then == "&&" for part in parts[place:-1]) else None
    if succeeded is None:
        return None
    sure = all(part.words[0] in _SURE or part.then != "&&" for part in before)
    return False if sure and (not after or parts[place].then == "||") else None


def _stripped(words: Sequence[str]) -> tuple[str, ...]:
    """A command without what only surrounds it: variables, runners of environments, `python -m`."""
    words = without_variables(words)
    while words:
        name = program(words[0])
        if name in _RUNNERS and len(words) > 2 and words[1] in _RUNNERS[name]:
            words = _after_options(words[2:])
        elif name in _BEFORE and len(words) > 1 + _BEFORE[name]:
            words = without_variables(_after_options(words[1:])[_BEFORE[name] :])
        elif name.startswith("python") and (run := _run_by_python(words)):
            words = run
        elif name.startswith(("php", "yarn")) and len(words) > 1 and program(words[1]) in _UNDER_OTHERS:
            words = words[1:]
        else:
            break
    return tuple(words)


def _run_by_python(words: list[str]) -> list[str]:
    """The module that Python runs, or a script that runs tests, with what follows; nothing for all else."""
    rest = words[1:]
    while rest and rest[0].startswith("-") and rest[0] != "-":
        option, *rest = rest
        for place, sign in enumerate(option[1:], 2) if not option.startswith("--") else ():
            value = [option[place:]] if option[place:] else []
            if sign == "m":
                return [*value, *rest]
            if sign in "WX":
                rest = rest if value else rest[1:]
                break
            if sign == "c":
                return []
    return rest if rest and program(rest[0]) in _UNDER_OTHERS else []


def _after_options(words: list[str]) -> list[str]:
    """Words without the options before them; `-m` is followed by a module."""
    while words and words[0].startswith("-"):
        takes_value = words[0] in ("--with", "--extra", "--group", "--directory", "--project", "-p", "-n", "-s", "-k")
        words = words[2 if takes_value else 1 :]
    return words


def _script(words: Sequence[str]) -> str:
    """What a shell is given to run by -c; empty for nothing."""
    for place, word in enumerate(words[1:-1], 1):
        if word.startswith("-") and not word.startswith("--") and word.endswith("c"):
            return words[place + 1]
    return ""


def _is_test(words: Sequence[str]) -> bool:
    if not words:
        return False
    name = program(words[0])
    if any(
        word in _ASKS_ONLY or word in _ASKS_ONLY_OF.get(name, ())
        for word in words[1:]
        if word != "-n" or name in _GOALS
    ):
        return False
    if name in _ALWAYS:
        return True
    if name == "node":
        return "--test" in words
    said = [word for word in words[1:] if not word.startswith(("-", "+"))]
    if name in _GOALS:
        return any(word.rpartition(":")[2].startswith(_GOALS[name]) or word.startswith(_GOALS[name]) for word in said)
    if name not in _VERBS or not said:
        return False
    # The word before the verb may be the value of an option: npm --prefix web test.
    if len(said) > 1 and words[words.index(said[0]) - 1].startswith("-") and said[0] not in (*_VERBS[name], "run"):
        said = said[1:]
    if said[0] in ("run", "run-script") and name in ("npm", "yarn", "pnpm", "bun", "composer", "deno"):
        return any(word.startswith("test") for word in said[1:2])
    return said[0] in _VERBS[name] or (name in ("npm", "yarn", "pnpm", "bun") and said[0].startswith("test:"))


def _told(output: str) -> bool | None:
    """What the last lines of a test runner say; None where that is not certain."""
    if _FAILED.search(output):
        return False
    return None if _ERRORS.search(output) or not _PASSED.search(output) else _unless_none(output)


def _unless_none(output: str) -> bool | None:
    """That tests passed, None where the runner says that there were none."""
    ran_none = _NONE_RAN.search(output)
    return None if ran_none and not _SOME_RAN.search(output) else True
