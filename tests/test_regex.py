"""Regular expressions are compiled late: here all of them, so that a mistake in one shows."""

import importlib
import pkgutil
import re

import sdd
from sdd.base.regex import regex


def test_every_pattern_of_every_module_compiles() -> None:
    names = [found.name for found in pkgutil.walk_packages(sdd.__path__, "sdd.") if not found.name.endswith("__main__")]
    modules = [importlib.import_module(name) for name in names]
    late = [value for module in modules for value in vars(module).values() if type(value) is type(regex(""))]
    assert len(late) > 100
    assert all(isinstance(pattern.pattern, str | bytes) for pattern in late)


def test_a_pattern_does_what_a_compiled_one_does() -> None:
    pattern = regex("a(.)", re.IGNORECASE)
    found = pattern.match("AB")
    assert found and found[1] == "B"
    assert pattern.findall("abAC") == ["b", "C"]
    assert regex(b"a").sub(b"c", b"aa") == b"cc"
