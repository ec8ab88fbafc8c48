"""The forge that a repository is pushed to: from a remote's URL to web addresses of its commits and files."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

PROJECT_REMOTES = ("upstream", "origin")
"""The remotes that tell where a project is, the likeliest first."""

_SCP = re.compile(r"(?:[^@/:]+@)?([A-Za-z0-9.-]{2,}):(.+)")
_GIT = ("ssh", "git", "git+ssh", "ssh+git")
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


def forge_of_remotes(config: Mapping[str, str], kind: str = "") -> Forge | None:
    """The forge that a project is on, by git's configuration: that of `upstream`, else that of `origin`."""
    urls = (config.get(f"remote.{name}.url", "") for name in PROJECT_REMOTES)
    return next((forge for url in urls if (forge := forge_of(url, kind))), None)


def forge_of(url: str, kind: str = "") -> Forge | None:
    """The forge that a remote's URL leads to, None for a path, for another scheme, or where `kind` is not known.

    `kind` is one of FORGES for a host whose name does not tell. A password in the URL is left out, so is a port of
    ssh; what is handed out always begins with http:// or https://.
    """
    if "://" not in url and (scp := _SCP.fullmatch(url.strip())):
        url = f"ssh://{scp[1]}/{scp[2]}"
    try:
        split = urlsplit(url.strip())
        host, port = split.hostname or "", split.port
    except ValueError:
        return None
    of_web = split.scheme in ("http", "https")
    if not _HOST.fullmatch(host) or not (of_web or split.scheme in _GIT):
        return None
    name = "/".join(part for part in split.path.removesuffix("/").removesuffix(".git").split("/") if part)
    kind = kind or next((forge for word, forge in _KNOWN.items() if word in host), "")
    if kind not in FORGES or "/" not in name or ".." in name.split("/"):
        return None
    server = f"{split.scheme}://{host}:{port}" if of_web and port else f"{split.scheme if of_web else 'https'}://{host}"
    return Forge(f"{server}/{quote(name, safe='/~')}", name, kind)
