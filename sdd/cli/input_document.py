"""--input: one JSON document in the place of a command's options; what is said on the command line goes before it."""

import io
import json
from typing import Any

import click

from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.base.streams import read_input
from sdd.document.values import is_none_like

_ALIASES = {"prompt": "prompt_file", "response": "response_file", "contract": "linked"}
_NOT_FROM_INPUT = frozenset(("input_file", "as_json", "commits", "commit_message", "signoff", "edit", "help"))


def _taken_over(ctx: click.Context, param: click.Parameter, place: str | None) -> None:
    """Hands a document's values to the other parameters of the command, as what they are unless they are said."""
    if place is None:
        return
    document = _read(place)
    known = {param.name: param for param in ctx.command.params if param.name and param.name not in _NOT_FROM_INPUT}
    aliases = {key: name for key, name in _ALIASES.items() if name in known}
    values: dict[str, Any] = {}
    for key, value in document.items():
        name = aliases.get(key, key)
        if name in known:
            if value is not None and not (name == "feature" and isinstance(value, str) and is_none_like(value)):
                values[name] = _value(known[name], key, value)
        elif key not in _listed_keys():
            names = sorted({*aliases, *known} - set(_ALIASES.values()))
            raise UsageError(f"--input: unknown key {key}", nearest(key, names, f"keys: {', '.join(names)}"))
    links = document.get("links")
    if "linked" in known and isinstance(links, dict) and isinstance(links.get("contract"), str):
        values.setdefault("linked", links["contract"])
    if "human" in known and document.get("surface") == "human":
        values.setdefault("human", True)
    ctx.default_map = values


def _read(place: str) -> dict[str, Any]:
    """The document of a file, - for standard input. Raises UsageError where there is none."""
    try:
        with click.open_file(place, "rb") as file:
            document = json.loads(str(read_input(file, f"--input {place}", UsageError), "utf-8"))
    except OSError as error:
        raise UsageError(f"--input {place}: {error.strerror}", "name a file that can be read, or - for stdin") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"--input is no JSON document: {error}", "give one object, the keys as sdd phr list") from None
    if not isinstance(document, dict):
        raise UsageError("--input is no JSON object", 'give {"title": "…"}, the keys as sdd phr list --json has them')
    return document


def _listed_keys() -> frozenset[str]:
    """The keys of a listed record: what git and sdd say by themselves may stand in the document."""
    from sdd.records.kinds.contract import Contract
    from sdd.records.kinds.phr import Phr
    from sdd.render.documents.records import keys_of

    return frozenset(("schema", "findings", *keys_of(Phr), *keys_of(Contract)))


def _value(parameter: click.Parameter, key: str, value: Any) -> Any:
    """A value as the parameter takes it. Raises UsageError where it is of another type, or no sound text."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        message = f"--input: {key} holds half a character (of a surrogate pair)"
        raise UsageError(message, "correct the document") from None
    # A prompt is read like a file, which may hold one.
    if not isinstance(parameter.type, click.File) and _holds_nul(value):
        raise UsageError(
            f"--input: {key} holds a NUL, which no file name, command or commit can", "correct the document"
        )
    option = parameter if isinstance(parameter, click.Option) else None
    if option and option.multiple:
        fits = isinstance(value, list) and all(_is_entry(entry, option.nargs) for entry in value)
        what = "a list of texts" if option.nargs == 1 else f"a list of lists of {option.nargs} texts"
    elif option and option.is_flag:
        fits, what = isinstance(value, bool), "true or false"
    else:
        fits, what = isinstance(value, str), "a text"
    if not fits:
        raise UsageError(f"--input: {key} is {what}", "correct the document")
    return io.BytesIO(value.encode()) if isinstance(parameter.type, click.File) else value


def _holds_nul(value: Any) -> bool:
    return any(map(_holds_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def _is_entry(value: Any, parts: int) -> bool:
    if parts == 1:
        return isinstance(value, str)
    return isinstance(value, list) and len(value) == parts and all(isinstance(part, str) for part in value)


input_option = click.option(
    "--input",
    "input_file",
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_taken_over,
    help="Read the options from a JSON document, - for standard input.",
)
