"""`python -m sdd`, which is how the hooks call it, and the program `sdd`.

An agent waits for its hook, which therefore runs without the command line's own imports.
"""

import gc
import sys

# How many objects are made before Python looks for garbage among them. What sdd reads lives as long as it runs, and its
# classes alone exceed the default of 700 many times. Measured gain: a gate costs 1.05 to 1.1 times as much without.
GARBAGE_AFTER = 100_000


def main() -> None:
    """Runs the command line and exits with its status; an agent's hook always gets 0."""
    gc.set_threshold(GARBAGE_AFTER)
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
