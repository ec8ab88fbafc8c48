"""Text to the secrets in it, and to itself without them."""

from sdd.secrets.redaction import fingerprint, redact
from sdd.secrets.scan import PERSONAL, Secret, scan

__all__ = ["PERSONAL", "Secret", "fingerprint", "redact", "scan"]
