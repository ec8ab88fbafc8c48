"""Text to the secrets in it, and to itself without them."""

from sdd.secrets.engine import ENGINES
from sdd.secrets.redaction import fingerprint, hidden, hidden_bytes, redact
from sdd.secrets.scan import PERSONAL, Secret, scan

__all__ = ["ENGINES", "PERSONAL", "Secret", "fingerprint", "hidden", "hidden_bytes", "redact", "scan"]
