"""The limits of the gate: work is counted in bytes, records and steps, so that every machine gives the same verdict."""

RECORD_BYTES = 1024 * 1024
"""Bytes of a record that are read at most; a longer one is reported, not read to its end."""

POLICY_BYTES = 64 * 1024
"""Bytes of a policy. No longer one is read at all."""

RECORDS = 5_000
"""Records that a change may touch."""

CHANGE_BYTES = 16 * 1024 * 1024
"""Bytes of the records that a change brings, in all; of each so many count as are read of it."""

CHANGED = 100_000
"""Files and folders that differ between the two sides of a change: one folder many times over is few objects."""

REVERTED = 20
"""Commits that a PHR of a revert may name."""

TARGETS = 100
"""Targets, of those with different tips, that a change is compared with: those that hold what it is made on first."""

PUSHES = 20
"""Pushes that are judged anew to tell whether what a revert brings back was ever seen."""

BACKPORTS = 200
"""Questions to git on which landings brought the records of a change to other targets, and what they did there."""

MERGES = 500
"""Three-way merges, each a process, that show whether files undo a commit or are what a merge gives; one of long files
counts as several."""

BRANCHES = 50
"""Merged branches of a change whose files are looked for where the target moved them, the newest first."""

FORMER = 200
"""Paths that a target no longer has, named by records of a change, that are looked up in its history."""

PATTERN_LETTERS, PATTERN_WILDCARDS = 200, 8
"""Characters and wildcards of a path pattern."""

NAME_BYTES, PATH_BYTES = 255, 4096
"""Bytes of a file's name and of its whole path: no file system keeps longer ones."""

INPUT_BYTES = 16 * 1024 * 1024
"""Bytes of what git tells a hook, of a text or a document that a caller hands over."""

STEPS = 3_000_000
"""Comparisons of a path with a pattern or a record that one verdict may take."""

SECONDS = 120
"""CPU time of a verdict where the policy's `[gate.limits] seconds` sets no other: the last stop."""
