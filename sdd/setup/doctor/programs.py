"""git and sdd themselves: which ones are at work here."""

import platform
import shutil
import sys

from sdd import __version__
from sdd.repo.objects import MINIMUM_GIT, git_version
from sdd.setup.doctor.checked import Rows, fault, ok
from sdd.setup.doctor.place import Place


def git(place: Place) -> Rows:
    """Whether git is new enough."""
    said, numbers = git_version()
    wanted = ".".join(map(str, MINIMUM_GIT))
    where = shutil.which("git") or "git"
    if numbers < MINIMUM_GIT:
        yield fault(f"{said} ({where}) is older than {wanted}, which sdd needs: update git")
    else:
        yield ok(f"{said} ({where}); {wanted} or newer is needed")


def sdd(place: Place) -> Rows:
    """Which sdd this is. It runs, so its Python is new enough."""
    yield ok(f"sdd {__version__}, run by Python {platform.python_version()} ({sys.executable})")
