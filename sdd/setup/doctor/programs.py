"""git and sdd themselves: which ones are at work here."""

import platform
import shutil
import sys

from sdd import __version__
from sdd.repo.git import MINIMUM_GIT, git_version
from sdd.setup.doctor.context import DoctorContext
from sdd.setup.doctor.diagnosis import Diagnoses, fault, ok


def git(context: DoctorContext) -> Diagnoses:
    """Whether git is new enough."""
    version, numbers = git_version()
    minimum = ".".join(map(str, MINIMUM_GIT))
    path = shutil.which("git") or "git"
    if numbers < MINIMUM_GIT:
        yield fault(f"{version} ({path}) is older than {minimum}, which sdd needs: update git")
    else:
        yield ok(f"{version} ({path}); {minimum} or newer is needed")


def sdd(context: DoctorContext) -> Diagnoses:
    """Which sdd this is. It runs, so its Python is new enough."""
    yield ok(f"sdd {__version__}, run by Python {platform.python_version()} ({sys.executable})")
