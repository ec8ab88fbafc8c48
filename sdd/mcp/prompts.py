"""The prompts: work that a person starts by name."""

from typing import NamedTuple


class Prompt(NamedTuple):
    """A prompt: its text, with the name of what it is about in braces where it takes one."""

    name: str
    about: str
    text: str
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
4. Call `phr_new` with my request word for word. Then call `status` until its `next` is empty, and commit.""",
        "request", "what is to be built",
    ),
    Prompt(
        "fix", "Fix a fault: the work and one PHR that holds its contract.",
        """Fix this: {request}

1. Call `why` with the place that is at fault: the records say what was meant there.
2. Write a test that fails, then the smallest fix that makes it pass.
3. Call `phr_new` with kind "fix", my request word for word, what is true now (success) and the check that shows it.
4. Call `status` until its `next` is empty, and commit.""",
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
