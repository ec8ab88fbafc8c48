"""How a change that is refused gets what it lacks: a plan of one or more ways, each of a few steps."""

from sdd.gate.plan.ways import LOOK_AGAIN, TO_FILL_IN, Plan, Step, Way

__all__ = ["LOOK_AGAIN", "TO_FILL_IN", "Plan", "Step", "Way"]
