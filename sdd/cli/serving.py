"""A site served to a browser on this machine: by loopback alone, below a token that nobody can guess, read only."""

import mimetypes
import secrets
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from sdd.base.errors import SddError

Pages = Mapping[str, bytes]
"""Address below the site -> what is there."""

_LOOPBACK = "127.0.0.1"
# A link to a forge must not carry the token there, and no page may be kept once the server has ended.
_HEADERS = {"Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class SiteServer(HTTPServer):
    """Serves what `pages` gives at each request, on a port that the system chooses. Raises SddError for none."""

    def __init__(self, pages: Callable[[], Pages]) -> None:
        self.pages = pages
        self.token = secrets.token_urlsafe(24)
        try:
            super().__init__((_LOOPBACK, 0), _Handler)
        except OSError as error:
            raise SddError(
                f"no port of {_LOOPBACK} can be listened on: {error.strerror}", "write it: sdd report"
            ) from None

    @property
    def address(self) -> str:
        """Where a browser finds the first page."""
        return f"http://{_LOOPBACK}:{self.server_port}/{self.token}/index.html"


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for the pages below the token, and nothing else."""

    server: SiteServer
    server_version, sys_version = "sdd", ""

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        # A page of somebody else whose name was made to lead here asks by that name.
        hosts = (f"{_LOOPBACK}:{self.server.server_port}", f"localhost:{self.server.server_port}")
        if self.headers.get("Host") not in hosts:
            self.send_error(403, "not for this host")
            return
        token, _, address = unquote(urlsplit(self.path).path).removeprefix("/").partition("/")
        is_ours = secrets.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode())
        body = self.server.pages().get(address or "index.html") if is_ours else None
        if body is None:
            self.send_error(404)
            return
        kind = mimetypes.guess_type(address or "index.html")[0] or "application/octet-stream"
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: a line for each file of a page would hide what sdd says."""
