"""sdd demo: play the whole story in a new repository."""

import os
import shlex
import sys
import tempfile
from pathlib import Path

import click

from sdd.authoring.verification import run_command
from sdd.base.errors import SddError, UsageError
from sdd.base.paths import printable, shell_word
from sdd.setup.demo import CLONE, STORY, StoryStep
from sdd.setup.isolated import isolated_environment

# One author for all commits, no editor, and plain English text.
_SETTINGS = {
    "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "user.name",
    "GIT_CONFIG_VALUE_0": "Ada",
    "GIT_CONFIG_KEY_1": "user.email",
    "GIT_CONFIG_VALUE_1": "ada@example.com",
    "GIT_EDITOR": "true",
    "LC_ALL": "C",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
}
# This sdd, whatever PATH has.
_SDD = f'sdd() {{ {shlex.quote(sys.executable)} -P -m sdd "$@"; }}'
_LIMIT = 600.0


@click.command()
@click.argument("folder", metavar="[DIR]", required=False)
@click.pass_context
def command(ctx: click.Context, folder: str | None) -> None:
    """Play the whole story in a new repository.

    A project with a remote of its own adopts sdd; a push is refused, fixed and accepted, and a feature follows.
    Git is real, no network is used, and nothing outside DIR (a temporary folder where it is left out) is touched.
    Exit status: 0 where every step ended as expected, else 3.
    """
    place = _place(ctx.find_object(Path) or Path(), folder)
    _print(f"The whole story of sdd, with real git, in {printable(str(place))}")
    for number, (title, steps) in enumerate(STORY.items(), 1):
        _print("", click.style(f"{number}. {title}", bold=True))
        for step in steps:
            _play(step, place)
    _print(
        "",
        click.style("Every step ended as expected. Look around:", bold=True),
        printable(f"  cd {shell_word(str(place / CLONE))}"),
        "  git log --oneline --stat      which commit brought which record",
        "  sdd phr show general/0001     the record that fixed the push",
        "  sdd gate -v                   which record covers which file",
        "  sdd rule show change-no-phr   why the push was refused",
        printable(f"It is yours to play with; rm -rf {shell_word(str(place))} removes it."),
    )


def _place(directory: Path, folder: str | None) -> Path:
    """The folder to play in, made if need be. Raises UsageError where it is not empty."""
    if folder is None:
        return Path(tempfile.mkdtemp(prefix="sdd-demo-")).resolve()
    place = (directory / folder).absolute()
    try:
        place.mkdir(parents=True, exist_ok=True)
        taken = any(place.iterdir())
    except OSError as error:
        raise UsageError(f"{folder}: {error.strerror}", "name a folder that can be made, or none") from None
    if taken:
        raise UsageError(f"{folder} is not empty", "name a new folder, or none for a temporary one")
    return place.resolve()


def _play(step: StoryStep, place: Path) -> None:
    """Plays a step, in the clone once there is one. Raises SddError where it does not end as expected."""
    clone = place / CLONE
    if step.say:
        _print(f"  # {step.say}")
    for path, text in step.writes.items():
        (clone / path).parent.mkdir(parents=True, exist_ok=True)
        (clone / path).write_text(text, encoding="utf-8")
    _print(click.style("  $ " + step.command.replace("\n", "\n  "), bold=True))
    # git looks for ignored files and attributes there too, whatever GIT_CONFIG_GLOBAL says.
    environment = {**isolated_environment(), **_SETTINGS, "XDG_CONFIG_HOME": str(place / "no-config")}
    pieces: list[bytes] = []
    folder = clone if clone.is_dir() else place
    status = run_command(f"{_SDD}\n{step.command}", folder, _LIMIT, pieces.append, environment).status
    printed = b"".join(pieces).decode("utf-8", "replace")
    _print(*(f"  {printable(line)}".rstrip() for line in printed.splitlines()))
    if status != step.status or step.shows not in printed:
        wanted = f"exit status {step.status}" + (f' and "{step.shows}"' if step.shows else "")
        raise SddError(
            f"the story went wrong: expected {wanted}, the exit status is {status}",
            f"everything is kept, look around in {place}",
        )


def _print(*lines: str) -> None:
    """Prints lines at once, so that a slow step does not look like a stuck one; bold only where that is wanted."""
    for line in lines:
        click.echo(line, color=False if "NO_COLOR" in os.environ else None)
