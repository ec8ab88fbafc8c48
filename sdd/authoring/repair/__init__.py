"""Records repaired without losing a word: their form, their place, and numbers that two branches both took."""

from sdd.authoring.repair.numbers import Numbers
from sdd.authoring.repair.plan import Refusal, Repair, RepairPlan, write
from sdd.authoring.repair.records import Planner, plan_baselines

__all__ = ["Numbers", "Planner", "Refusal", "Repair", "RepairPlan", "plan_baselines", "write"]
