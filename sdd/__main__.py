"""`python -m sdd`, which is how the hooks call it, and the program `sdd`.

An agent waits for its hook, which therefore runs without the command line's own imports.
"""

import sys


def main() -> None:
    """Runs the command line and exits with its status; an agent's hook always gets 0."""
    if sys.argv[1:3] == ["capture", "event"] and not {"-h", "--help"} & {*sys.argv}:
        import signal

        from sdd.capture.receiving import receive

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is meant for the agent
        receive(" ".join(sys.argv[3:]))
        return
    from sdd.cli import main

    main()


if __name__ == "__main__":
    main()
