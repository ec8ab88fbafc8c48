"""The exit codes, and the one exception that means sdd itself cannot go on."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status says. 1 and 3 both stop a push; only 1 blames its author."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    CANNOT_JUDGE = 3


class SddError(Exception):
    """sdd cannot do what was asked. Content of a repository never raises it: that becomes a finding.

    `message` says what and where in one line, `fix` what to do next (it may hold several lines).
    """

    def __init__(self, message: str, fix: str = "", exit_code: ExitCode = ExitCode.CANNOT_JUDGE) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.exit_code = exit_code


class UsageError(SddError):
    """The command's words do not fit: an unknown feature, a title that makes no name, a missing value."""

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message, fix, ExitCode.USAGE)
