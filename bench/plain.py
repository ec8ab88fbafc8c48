"""Runs sdd with one of its shortcuts for speed turned off: `python bench/plain.py SHORTCUT [sdd's words]`.

Each function below puts the plain way in the place of a shortcut, from outside: sdd knows nothing of it. `none` turns
none off, and is what the others are measured against.
"""

import sys
from typing import Any


def none() -> None:
    """sdd as it is."""


def markdown_scan() -> None:
    """markdown-it reads every text, in place of `sdd.document.scan`."""
    from sdd.document import body
    from sdd.document.commonmark import parse

    vars(body)["scan"] = lambda lines, first=1: parse("\n".join(lines), first)


def plain_front_matter() -> None:
    """PyYAML reads all front matter, in place of `sdd.document.plain_yaml`."""
    from sdd.document import front_matter

    vars(front_matter)["read_plain"] = lambda source, first=1: None


def plain_patterns() -> None:
    """pathspec matches every pattern, in place of `sdd.gate.cover.plain_pattern`."""
    from sdd.gate.cover.plain_pattern import PlainPattern

    PlainPattern.read = classmethod(lambda cls, written: None)  # type: ignore[method-assign, assignment]


def gate_line() -> None:
    """click reads the gate's command line, in place of `sdd.cli.gate_line`."""
    from sdd.cli import gate_line

    gate_line.read = lambda arguments: None


def lazy_patterns() -> None:
    """Every pattern is compiled where it is written, in place of `sdd.base.regex`."""
    import re

    from sdd.base import regex

    regex.regex = re.compile


def frozen_fields() -> None:
    """Python's data classes, in place of `sdd.base.fields`."""
    import dataclasses
    import inspect
    from functools import partial

    from sdd.base import fields

    def copy(default: Any) -> Any:
        return type(default)(default)

    class Fields:
        def __init_subclass__(cls) -> None:
            for name in inspect.get_annotations(cls):
                default = vars(cls).get(name)
                if type(default).__hash__ is None:  # data classes refuse a mapping as a default
                    setattr(cls, name, dataclasses.field(default_factory=partial(copy, default)))
            dataclasses.dataclass(frozen=True, kw_only=True, eq=False)(cls)

        def __init__(self, **values: Any) -> None:  # for the classes that take their values by position
            for name, value in values.items():
                object.__setattr__(self, name, value)

        def but(self, **values: Any) -> Any:
            return type(self)(**(vars(self) | values))

    fields.Fields = Fields  # type: ignore[misc, assignment]


def exchange_cache() -> None:
    """Every PHR of a folder is searched, in place of `sdd.gate.exchange_cache`."""
    from sdd.gate import exchange_cache

    exchange_cache.cache_of = lambda repository, folder, tree, exchanges: None


def keyword_pairs() -> None:
    """Each keyword of a secret is looked for, in place of pairs of signs, in `sdd.secrets.scan`."""
    from importlib import import_module

    from sdd.secrets.shapes import SHAPES

    keywords = list(dict.fromkeys(keyword for shape in SHAPES for keyword in shape.keywords))
    vars(import_module("sdd.secrets.scan"))["keywords_in"] = lambda text: [each for each in keywords if each in text]


SHORTCUTS = (markdown_scan, plain_front_matter, plain_patterns, gate_line, lazy_patterns, frozen_fields)
OF_LARGE_FOLDERS = (exchange_cache,)
"""Those that only a folder of many records needs."""
OF_MANY_RECORDS = (keyword_pairs,)
"""Those that only who reads many records needs."""

if __name__ == "__main__":
    wanted = sys.argv.pop(1)
    next(plain for plain in (none, *SHORTCUTS, *OF_LARGE_FOLDERS, *OF_MANY_RECORDS) if plain.__name__ == wanted)()
    from sdd.__main__ import main

    main()
