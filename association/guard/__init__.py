"""The guard over an association: every way in, compared with what is declared. It leaves Pulumi out.

`inspect` looks, `find_deviations` judges, `plan_repair` and `carry_out` take away what was not declared.
"""

from association.guard.comparison import Before, Deviation, Exemption, Finding, find_deviations
from association.guard.families import BASELINE, DECLARED, FAMILIES, Family, Kind
from association.guard.inspection import Inspection, Order, inspect
from association.guard.reads import Subject
from association.guard.repair import carry_out, plan_repair
from association.guard.text import property_path, read_path

__all__ = [
    "BASELINE",
    "DECLARED",
    "FAMILIES",
    "Before",
    "Deviation",
    "Exemption",
    "Family",
    "Finding",
    "Inspection",
    "Kind",
    "Order",
    "Subject",
    "carry_out",
    "find_deviations",
    "inspect",
    "plan_repair",
    "property_path",
    "read_path",
]
