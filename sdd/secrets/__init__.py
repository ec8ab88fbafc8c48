"""Text to the secrets in it, and to itself without them."""

from sdd.secrets.redaction import fingerprint, hidden, hidden_bytes, hidden_lines, marks, recognized, redact
from sdd.secrets.scan import PERSONAL, Secret, scan

ENGINES = ("betterleaks", "gitleaks", "kingfisher")
"""The programs that can look for secrets beside sdd, as `sdd.secrets.engine` asks them."""

__all__ = [
    "ENGINES", "PERSONAL", "Secret", "fingerprint", "hidden", "hidden_bytes", "hidden_lines", "marks", "recognized",
    "redact", "scan",
]  # fmt: skip
