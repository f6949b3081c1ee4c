"""What each finding means: what it is called, what it allows, its ATT&CK technique, and what removes it (`rules.json`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from association.report.model import Severity, Technique

_TABLE: Final[dict[str, Any]] = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


def _technique(technique_id: str) -> Technique:
    return Technique(id=technique_id, name=_TABLE["techniques"][technique_id])


REMOVAL: Final = _technique("T1531")
"""The technique of everything that was declared and is gone."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One kind of finding."""

    noun: str
    """What one such thing is called, without an article."""
    severity: Severity
    allows: str
    """What an undeclared one lets somebody do."""
    technique: Technique | None = None
    missing: str = "What the program declares is not there."
    """What no longer works when a declared one is gone."""
    command: str = ""
    """The command that removes exactly one, with `{client_id}`, `{principal}` and `{key}`; empty where there is none."""
    advice: str = ""
    """What a person does, where no command is enough."""
    title: str = ""
    """What such a finding is called, where "Undeclared" and the noun do not say it."""


def _rule(words: Mapping[str, str]) -> Rule:
    known: dict[str, Any] = {**words, "severity": Severity(words["severity"])}
    if "technique" in words:
        known["technique"] = _technique(words["technique"])
    return Rule(**known)


FAMILY_RULES: Final[Mapping[str, Rule]] = {name: _rule(words) for name, words in _TABLE["access_paths"].items()}
"""By family of the guard."""

_RESOURCES: Final = {name: _rule(words) for name, words in _TABLE["resources"].items() if not isinstance(words, str)}

RESOURCE_RULES: Final[Mapping[str, Rule]] = {
    name: {**FAMILY_RULES, **_RESOURCES}[words if isinstance(words, str) else name]
    for name, words in _TABLE["resources"].items()
}
"""By kind of resource, and by kind and property where that says more; a name in the table is that of the rule that it shares."""

RULES: Final[Mapping[str, Rule]] = {**FAMILY_RULES, **RESOURCE_RULES}
"""Every rule by its stable id."""
