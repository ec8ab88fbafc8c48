"""What the author of a record may want to say, told from the commits, the branch and the repository's files."""

import json
import re
from pathlib import Path

from sdd.gate.cover.naming import asks_nothing
from sdd.gate.plan.guess import CONVENTIONAL
from sdd.gate.preview import ChangeState
from sdd.repo.messages import subject

# A file at a root -> what must be in it, and the command that runs the tests then. The first that fits is offered.
_CHECKS = (
    ("Makefile", r"^(?:test|check)\b[^=\n]*:(?!=)", "make {}"),
    ("justfile", r"^(?:test|check)\b[^=\n]*:(?!=)", "just {}"),
    ("package.json", "", "npm test"),
    ("pyproject.toml", r"pytest", "pytest"),
    ("pytest.ini", "", "pytest"),
    ("tox.ini", "", "tox"),
    ("go.mod", "", "go test ./..."),
    ("Cargo.toml", "", "cargo test"),
    ("pom.xml", "", "mvn test"),
    ("gradlew", "", "./gradlew test"),
    ("build.gradle", "", "gradle test"),
    ("build.gradle.kts", "", "gradle test"),
    ("mix.exs", "", "mix test"),
    ("Gemfile", r"rspec", "bundle exec rspec"),
    ("composer.json", r"phpunit", "vendor/bin/phpunit"),
)
_READ = 100_000
_NO_TITLE = ("Merge ", "PHR: ", "Contract: ", "Close the contract: ", "fixup! ", "squash! ", "amend! ")


def suggested_check(folder: Path) -> str:
    """The command that runs the tests of the project in a folder; empty where no file tells it."""
    for name, pattern, command in _CHECKS:
        text = _beginning(folder / name)
        match = text is not None and re.search(pattern, text, re.MULTILINE)
        if match and (name != "package.json" or _has_test(text or "")):
            return command.format(match[0].partition(":")[0].split()[0] if "{}" in command else "")
    return ""


def _beginning(file: Path) -> str | None:
    try:
        with file.open("rb") as opened:
            return opened.read(_READ).decode("utf-8", "replace")
    except OSError:
        return None


def _has_test(text: str) -> bool:
    """Whether a package.json has a test script of its own; npm writes one that only fails."""
    try:
        scripts = json.loads(text)["scripts"]
        return "no test specified" not in scripts["test"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def suggested_title(state: ChangeState) -> str:
    """The subject of the change's first commit that says something, without the type of a conventional commit; before
    any commit the branch's name in words. Empty where neither says anything.
    """
    change = state.target.change
    for commit in change.commits if change else ():
        told = subject(state.repository, commit)
        if not told.startswith(_NO_TITLE) and not asks_nothing(title := _capital(CONVENTIONAL.sub("", told, 1))):
            return title
    words = re.sub(r"^(?:\d+|[A-Z]+-\d+)-", "", (state.work.branch or "").rpartition("/")[2])
    title = _capital(" ".join(re.split(r"[-_.\s]+", words)).strip())
    return "" if asks_nothing(title) or " " not in title else title


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
