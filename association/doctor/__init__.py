"""The doctor: what can make `pulumi up` fail half-way, said before it runs. It changes nothing and reads no state."""

from association.doctor.configuration import read_stack
from association.doctor.examination import examine
from association.doctor.model import Check, Diagnosis, Line, Verdict

__all__ = ["Check", "Diagnosis", "Line", "Verdict", "examine", "read_stack"]
