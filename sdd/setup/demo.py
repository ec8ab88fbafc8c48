"""The story that `sdd demo` plays, as data: what each step says, writes and runs, and how it ends."""

from collections.abc import Mapping
from typing import NamedTuple

REMOTE, CLONE = "shop.git", "shop"


class StoryStep(NamedTuple):
    """A command for a shell that must print `shows` and end with `status`.

    `say` is printed and the files of `writes` (from the clone's top) are written before it.
    """

    command: str
    shows: str = ""
    say: str = ""
    writes: Mapping[str, str] = {}
    status: int = 0


_PRICES = "def net(gross):\n    return gross / 1.2\n"
_ROUNDED = '''\
def net(gross):
    """
    >>> net(10)
    8.33
    """
    return round(gross / 1.2, 2)
'''
_EXPORT = '''\
from prices import net


def as_csv(gross_prices):
    """
    >>> as_csv([12])
    '10.0\\\\n'
    """
    return "".join(f"{net(gross)}\\n" for gross in gross_prices)
'''
_CONSTITUTION = """\
# Shop Constitution

## Core Principles

### I. Whole cents

Every price that leaves the shop has at most two decimal places, so that sums can be checked by hand.

## Governance

A principle is changed by those who look after the shop, in a commit of its own.

**Version**: 1.0.0 | **Ratified**: 2026-01-05 | **Last Amended**: 2026-01-05
"""
_FEATURE = "001-prices-as-csv"
_SPEC = """\
# Feature Specification: Prices as CSV

**Status**: Draft

## User Scenarios & Testing

### User Story 1 - Take the prices along (Priority: P1)

A shopkeeper opens the prices in a spreadsheet.

1. **Given** two prices, **When** they are exported, **Then** the file has two lines

## Requirements

- **FR-001**: The system MUST write one line of CSV for each net price.

## Success Criteria

- **SC-001**: A thousand prices are exported in less than a second.
"""
STORY: Mapping[str, tuple[StoryStep, ...]] = {
    "A project with code, and the remote that it is pushed to": (
        StoryStep(f"git init -q --bare -b main {REMOTE} && git init -q -b main {CLONE} && cd {CLONE}"),
        StoryStep(f"git remote add origin ../{REMOTE}"),
        StoryStep('git add prices.py && git commit -q -m "Net prices"', writes={"prices.py": _PRICES}),
        StoryStep("git push -q -u origin main"),
    ),
    "Adopt sdd: a policy, a constitution, templates, and a hook that looks at every push": (
        StoryStep("sdd init", "pre-push"),
        StoryStep(
            'git add .specify history && git commit -q -m "Adopt sdd" && git push -q',
            "sdd: pass",
            "the constitution is filled in; code that is older than sdd needs no records",
            {".specify/memory/constitution.md": _CONSTITUTION},
        ),
    ),
    "A change without records is refused": (
        StoryStep(
            "git switch -q -c fix/whole-cents && git add prices.py",
            say="net(10) was 8.333333333333334; now it is 8.33, and a doctest says so",
            writes={"prices.py": _ROUNDED},
        ),
        StoryStep('git commit -q -m "Round net prices"'),
        StoryStep("git push -q -u origin fix/whole-cents", "sdd: push refused", status=1),
    ),
    "One command fixes it: the record of what was asked, with the contract of a small fix in it": (
        StoryStep(
            'sdd phr new "Round net prices to cents" --kind fix --run --check "python3 -B -m doctest prices.py" \\\n'
            '    --success "A net price has at most two decimal places." --commit',
            "committed history/prompts/general/0001",
        ),
        StoryStep("git push -q -u origin fix/whole-cents", "sdd: pass"),
        StoryStep(
            "git switch -q main && git merge -q --ff-only fix/whole-cents && git push -q",
            "sdd: pass",
            "it lands; the push to main is judged as well",
        ),
    ),
    "A feature says more: what people get (spec), what will be done (contract), what was asked (PHR)": (
        StoryStep('sdd feature new "Prices as CSV" --branch', f"made specs/{_FEATURE}/spec.md"),
        StoryStep(
            'git add specs && git commit -q -m "Specify prices as CSV"',
            say="the spec is filled in: one story, one requirement (FR-001), one criterion",
            writes={f"specs/{_FEATURE}/spec.md": _SPEC},
        ),
        StoryStep(
            'sdd contract new "Write prices as CSV" --requirement FR-001 --scope /export.py \\\n'
            '    --success "Every net price becomes one line of CSV." --constraint "No new dependency." \\\n'
            '    --non-goal "Other formats." --check "python3 -m doctest export.py" --commit',
            f"committed history/contracts/{_FEATURE}/0001",
        ),
        StoryStep(
            'git add export.py && git commit -q -m "Export prices as CSV"',
            say="the code is written within that scope",
            writes={"export.py": _EXPORT},
        ),
        StoryStep('sdd phr new "Export the net prices as CSV" --commit', f"committed history/prompts/{_FEATURE}/0001"),
        StoryStep(f"git push -q -u origin {_FEATURE}", "sdd: pass"),
    ),
    "Where do things stand?": (
        StoryStep("sdd status", "push     would pass"),
        StoryStep("sdd check", "every record is clean"),
        StoryStep("sdd why export.py:9", "requirement", "why is this line there?"),
    ),
}
"""The chapters by their titles; the first begins in the demo's own folder."""
