#!/usr/bin/env bash
# Stands in for the script of this name that agents of spec-kit and spec-kit-plus call: the same options, the same
# JSON; sdd does the work, in the root whose .specify/ holds this file.
#
# Usage: check-prerequisites.sh [--json] [--paths-only] [--require-tasks] [--include-tasks]
command -v sdd >/dev/null || { echo "check-prerequisites.sh: sdd is not on PATH: install sdd-gate" >&2; exit 1; }
exec sdd -C "$(dirname "${BASH_SOURCE[0]}")/../../.." script check-prerequisites "$@"
