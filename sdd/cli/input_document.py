"""--input: one JSON document in the place of a command's options; what is said on the command line goes before it."""

import io
import json
from collections.abc import Iterable
from typing import Any

import click

from sdd.base.errors import UsageError
from sdd.base.nearest import nearest
from sdd.document.values import is_none_like

_ALIASES = {"prompt": "prompt_file", "response": "response_file", "contract": "linked"}
_NOT_FROM_INPUT = frozenset(("input_file", "as_json", "commits", "edit", "help"))


def _taken_over(ctx: click.Context, param: click.Parameter, place: str | None) -> None:
    """Hands a document's values to the other parameters of the command, as what they are unless they are said."""
    if place is None:
        return
    try:
        with click.open_file(place, "rb") as file:
            document = json.loads(str(file.read(), "utf-8"))
    except OSError as error:
        raise UsageError(f"--input {place}: {error.strerror}", "name a file that can be read, or - for stdin") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"--input is no JSON document: {error}", "give one object, the keys as sdd phr list") from None
    if not isinstance(document, dict):
        raise UsageError("--input is no JSON object", 'give {"title": "…"}, the keys as sdd phr list --json has them')
    known = {one.name: one for one in ctx.command.params if one.name and one.name not in _NOT_FROM_INPUT}
    values: dict[str, Any] = {}
    for key, value in document.items():
        name = _ALIASES[key] if _ALIASES.get(key) in known else key
        if name in known:
            if value is not None and not (name == "feature" and isinstance(value, str) and is_none_like(value)):
                values[name] = _value(known[name], key, value)
        elif key not in _listed_keys():
            names = sorted(_keys(known))
            raise UsageError(f"--input: unknown key {key}", nearest(key, names, f"keys: {', '.join(names)}"))
    links = document.get("links")
    if "linked" in known and isinstance(links, dict) and isinstance(links.get("contract"), str):
        values.setdefault("linked", links["contract"])
    if "human" in known and document.get("surface") == "human":
        values.setdefault("human", True)
    ctx.default_map = values


def _listed_keys() -> frozenset[str]:
    """The keys of a listed record: what git and sdd say by themselves may stand in the document."""
    from sdd.records.kinds.contract import Contract
    from sdd.records.kinds.phr import Phr
    from sdd.render.documents.records import keys_of

    return frozenset(("schema", "findings", *keys_of(Phr), *keys_of(Contract)))


def _value(parameter: click.Parameter, key: str, value: Any) -> Any:
    """A value as the parameter takes it. Raises UsageError where it is of another type, or no sound text."""
    if not _is_whole(value):
        raise UsageError(f"--input: {key} holds half a character (of a surrogate pair)", "correct the document")
    option = parameter if isinstance(parameter, click.Option) else None
    if option and option.multiple:
        if isinstance(value, list) and all(_is_entry(one, parameter.nargs) for one in value):
            return value
        what = "a list of texts" if parameter.nargs == 1 else f"a list of lists of {parameter.nargs} texts"
    elif option and option.is_flag:
        if isinstance(value, bool):
            return value
        what = "true or false"
    else:
        if isinstance(value, str):
            return io.BytesIO(value.encode()) if isinstance(parameter.type, click.File) else value
        what = "a text"
    raise UsageError(f"--input: {key} is {what}", "correct the document")


def _is_whole(value: Any) -> bool:
    """Whether every text in a value can stand in a file: JSON's escapes can write what no file holds as text."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_entry(value: Any, parts: int) -> bool:
    if parts == 1:
        return isinstance(value, str)
    return isinstance(value, list) and len(value) == parts and all(isinstance(part, str) for part in value)


def _keys(known: Iterable[str]) -> set[str]:
    """The keys of a document whose values go to some parameters."""
    return {alias for alias, name in _ALIASES.items() if name in known} | set(known) - set(_ALIASES.values())


input_option = click.option(
    "--input",
    "input_file",
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=_taken_over,
    help="Read the options from a JSON document, - for standard input.",
)
