"""The resources: records, rules and the constitution, as their files say them."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sdd.base.errors import UsageError
from sdd.mcp.program import Call, ask
from sdd.mcp.tools import SHOWN

CONSTITUTION = "sdd://constitution"
_LISTED = ("spec", "adr")
# PHRs and contracts are many: search finds them, and a template names them.


class Template(NamedTuple):
    """Resources of one form: how their address is made, and what they are."""

    address: str
    name: str
    about: str


TEMPLATES = (
    Template("sdd://phr/{folder}/{id}", "PHR", "A prompt history record: what was asked and what came of it."),
    Template("sdd://contract/{folder}/{id}", "Contract", "An execution contract: what is done, its limits and checks."),
    Template("sdd://adr/{id}", "Decision", "An architecture decision."),
    Template("sdd://feature/{feature}/spec", "Spec", "The spec of a feature."),
    Template("sdd://rule/{rule}", "Rule", "What a rule finds, why that matters and how to fix it."),
)  # fmt: skip
_ADDRESS = re.compile(
    r"sdd://(?:(?P<kind>phr|contract|adr)/(?P<id>[^?#]+)|feature/(?P<spec>[^/?#]+)/spec|rule/(?P<rule>[\w-]+))"
)


class Resource(NamedTuple):
    """A resource that is listed."""

    address: str
    title: str


def listed(folder: Path) -> list[Resource]:
    """What a client may offer to its user: the constitution, each feature's spec, each decision."""
    found = [Resource(CONSTITUTION, "Constitution")]
    for kind in _LISTED:
        for item in ask(folder, Call((kind, "list")))["items"]:
            if address := _address(kind, item):
                found.append(Resource(address, f"{item.get('title') or address}"))
    return found


def _address(kind: str, item: Mapping[str, object]) -> str:
    if kind == "spec":
        return f"sdd://feature/{item['feature']}/spec" if item.get("feature") else ""
    return f"sdd://{kind}/{item['id']}" if item.get("id") else ""


def read(folder: Path, address: str) -> str:
    """The text of a resource. Raises UsageError for an address of nothing, SddError where it cannot be read."""
    if address == CONSTITUTION:
        return _text(folder, Call(("constitution", "show")))
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise UsageError(f"no resource has the address {address}", "see the list of resources and templates")
    if match["rule"]:
        return str(ask(folder, Call(("rule", "show", "--", match["rule"])))["page"])
    kind, name = ("spec", match["spec"]) if match["spec"] else (match["kind"], match["id"])
    if not re.fullmatch(SHOWN[kind], name):
        raise UsageError(f"{name} is no id of a {kind}", "see the list of resources and templates")
    return _text(folder, Call((kind, "show", name)))


def _text(folder: Path, call: Call) -> str:
    """The file of a record, as the work tree has it."""
    path = ask(folder, call)["path"]
    from sdd.repo.objects import Repository

    with Repository.discover(folder) as repository:
        tree = repository.tree(repository.snapshot() if repository.work_tree else "HEAD")
        entry = tree.file(str(path))
        if not entry:
            raise UsageError(f"{path} is no file", "see: sdd check")
        return repository.blob(entry.oid).decode("utf-8", "replace")
