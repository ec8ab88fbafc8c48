"""The forge that a repository is pushed to: from a remote's URL to web addresses of its commits and files."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

_SCP = re.compile(r"(?:[^@/:]+@)?([A-Za-z0-9.-]+):(?!//)(.+)")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")

FORGES: Mapping[str, tuple[str, str]] = {
    "github": ("commit/{commit}", "blob/{commit}/{path}"),
    "gitlab": ("-/commit/{commit}", "-/blob/{commit}/{path}"),
    "gitea": ("commit/{commit}", "src/commit/{commit}/{path}"),
    "bitbucket": ("commits/{commit}", "src/{commit}/{path}"),
}
"""The paths below a project's address for a commit and for a file."""

# A part of the host's name that tells which program runs there.
_KNOWN = {"github": "github", "gitlab": "gitlab", "gitea": "gitea", "forgejo": "gitea", "codeberg": "gitea"}
_KNOWN |= {"bitbucket": "bitbucket"}


class Forge(NamedTuple):
    """A project on a forge: its web address, its name (`owner/project`) and which program runs there."""

    address: str
    name: str
    kind: str

    def commit(self, commit: str) -> str:
        """The page of a commit (an id)."""
        return f"{self.address}/{FORGES[self.kind][0].format(commit=quote(commit, safe=''))}"

    def file(self, commit: str, path: str, line: int = 0) -> str:
        """The page of a file (a path from the top) as a commit has it."""
        place = quote(path.encode("utf-8", "surrogateescape"))
        anchor = {"bitbucket": f"#lines-{line}"}.get(self.kind, f"#L{line}") if line > 1 else ""
        return f"{self.address}/{FORGES[self.kind][1].format(commit=quote(commit, safe=''), path=place)}{anchor}"


def forge_of(url: str, kind: str = "") -> Forge | None:
    """The forge that a remote's URL leads to, None for a path, for another scheme, or where `kind` is not known.

    `kind` is one of FORGES for a host whose name does not tell. A password in the URL is left out, so is a port of
    ssh; what is handed out always begins with http:// or https://.
    """
    found = _parts(url.strip())
    if not found:
        return None
    scheme, host, path = found
    name = "/".join(part for part in path.removesuffix("/").removesuffix(".git").split("/") if part)
    kind = kind or next((forge for word, forge in _KNOWN.items() if word in host.lower()), "")
    if kind not in FORGES or "/" not in name or ".." in name.split("/"):
        return None
    return Forge(f"{scheme}://{host}/{quote(name, safe='/~')}", name, kind)


def _parts(url: str) -> tuple[str, str, str] | None:
    """Scheme for the web, host (with a port where it is one of the web) and path."""
    if "://" not in url:
        scp = _SCP.fullmatch(url)
        return ("https", scp[1], scp[2]) if scp and _HOST.fullmatch(scp[1]) and len(scp[1]) > 1 else None
    try:
        split = urlsplit(url)
        host, port = split.hostname or "", split.port
    except ValueError:
        return None
    if not _HOST.fullmatch(host):
        return None
    if split.scheme in ("http", "https"):
        return split.scheme, f"{host}:{port}" if port else host, split.path
    return ("https", host, split.path) if split.scheme in ("ssh", "git", "git+ssh", "ssh+git") else None
