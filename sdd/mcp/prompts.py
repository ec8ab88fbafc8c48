"""The prompts: work that a person starts by name, by the tools that make records or by sdd's commands."""

from typing import NamedTuple


class Prompt(NamedTuple):
    """A prompt: its text, with its argument in braces; `read_only` is that of a server without writing."""

    name: str
    about: str
    text: str
    read_only: str = ""
    argument: str = ""
    argument_about: str = ""


PROMPTS = (
    Prompt(
        "feature", "Build a feature: its spec, its contract, the work, its PHR.",
        """Build this feature: {request}

1. Call `status`. Where no feature of this name exists, start one with `feature_new` and fill in its spec: user stories,
   requirements that can be checked, success criteria. Ask me what you cannot know; mark what stays open with
   [NEEDS CLARIFICATION: question].
2. Before you write code, call `contract_new` with the requirements, the scope, what will be true when it is done,
   the limits and the checks. Show it to me, and wait for my word.
3. Work within its scope. Run its checks.
4. Run `sdd contract done --run`. Call `phr_new` with my request word for word, and commit all of it.
5. Call `status`: where its `push` is not "pass", do what its `next` says.""",
        """Build this feature: {request}

1. Call `status`. Where no feature of this name exists, run `sdd feature new "TITLE" --branch` and fill in its spec:
   user stories, requirements that can be checked, success criteria. Ask me what you cannot know; mark what stays open
   with [NEEDS CLARIFICATION: question].
2. Before you write code, run `sdd contract new` (`--help` has its options) with the requirements, the scope, what will
   be true when it is done, the limits and the checks. Show it to me, and wait for my word.
3. Work within its scope, and commit.
4. Call `status` and do the steps of its `next` in order, my request word for word as the prompt, until its `push` is
   "pass".""",
        "request", "what is to be built",
    ),
    Prompt(
        "fix", "Fix a fault: the work and one PHR that holds its contract.",
        """Fix this: {request}

1. Call `why` with the place that is at fault: the records say what was meant there.
2. Write a test that fails, then the smallest fix that makes it pass.
3. Call `phr_new` with kind "fix", my request word for word, what is true now (success) and the check that shows it.
   Run the check before you say so.
4. Commit all of it, and call `status`: where its `push` is not "pass", do what its `next` says.""",
        """Fix this: {request}

1. Call `why` with the place that is at fault: the records say what was meant there.
2. Write a test that fails, then the smallest fix that makes it pass, and commit.
3. Call `status` and do the steps of its `next` whose `for` is "fix", my request word for word as the prompt, until its
   `push` is "pass".""",
        "request", "what is wrong",
    ),
    Prompt(
        "refusal", "Get a refused push accepted.",
        """My push was refused. Call `gate`, and `explain` with a finding's rule where its message is not enough.

The verdict's `next` holds alternatives: take the first that is true of this change, and do its steps in order. Never
make a record say what did not happen. Policy, constitution and waivers are mine to change: tell me if one is needed.
Call `gate` again until it passes.""",
    ),
)  # fmt: skip
