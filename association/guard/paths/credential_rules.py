"""What the tenant's default app management policy says about credentials, as sentences."""

from collections.abc import Iterator
from typing import Any

from association.guard.access_path import Entry, Json, View
from association.guard.text import plain


def observe_credential_rules(body: Json, _: View) -> Iterator[Entry]:
    """One entry for each restriction."""
    yield Entry(key="isEnabled", sentence="enabled" if body.get("isEnabled") else "disabled")
    for whom in ("applicationRestrictions", "servicePrincipalRestrictions"):
        for kind, rules in (body.get(whom) or {}).items():
            for rule in rules if isinstance(rules, list) else [{"restrictionType": kind, "settings": rules}]:
                key = f"{whom.removesuffix('Restrictions')}/{plain(rule.get('restrictionType') or kind)}"
                yield Entry(key=key, sentence=_describe_rule(rule))


def _describe_rule(rule: Json) -> str:
    parts: list[str] = [plain(rule.get("state") or "enabled")]
    for name, value in sorted(rule.items()):
        if value not in (None, [], {}) and name not in ("restrictionType", "state") and "@odata" not in name:
            parts.append(f"{plain(name)} {plain(_flat(value))}")
    return ", ".join(parts)


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{name} {_flat(part)}" for name, part in sorted(value.items()) if part not in (None, [], {}))
    if isinstance(value, list):
        return " ".join(_flat(part) for part in value)
    return str(value)
