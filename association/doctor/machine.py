"""This machine: the engine, the plugins and the packages, and what day it is for EWS."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from association.certificates.judgement import describe_days
from association.doctor.configuration import Declared
from association.doctor.model import Line, bad, good, unknown, warn
from association.graph.cloud import GLOBAL, Cloud
from association.stack import Stack
from microsoft.ews import ENDS, Phase, phase_at

_PACKAGES: Final = ("pulumi", "pulumi-azuread", "azure-identity", "azure-core", "cryptography")
"""Whose versions decide how a deployment behaves."""
_PATIENCE: Final = 10.0
"""Seconds for the engine to tell its version."""
_TOLERATED: Final = timedelta(minutes=1)
_REFUSED: Final = timedelta(minutes=5)
"""Entra refuses tokens and assertions beyond this difference.

Source: https://learn.microsoft.com/entra/identity-platform/access-tokens and reports of AADSTS700024 (checked 2026-11-29)."""


def read_engine_version(environment: Mapping[str, str]) -> str:
    """What `pulumi version` prints, such as `v3.274.1`; empty where there is no `pulumi` on PATH or it does not answer."""
    program = shutil.which("pulumi", path=environment.get("PATH", os.defpath))
    if program is None:
        return ""
    quiet = {**environment, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        finished = subprocess.run(
            [program, "version"], env=quiet, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return finished.stdout.strip()


def check_versions(stack: Stack, engine: str, environment: Mapping[str, str]) -> Iterator[Line]:
    """Engine (as `read_engine_version` found it), packages and the azuread plugin, against what the project asks for."""
    yield _check_engine(engine, stack.required_engine)
    pins = _read_pins(stack.folder / "requirements.txt")
    other = [
        f"{name} {installed}, expected {pins[name]}"
        for name in _PACKAGES
        if name in pins and (installed := _installed(name)) != pins[name]
    ]
    if other:
        yield warn(f"Python packages differ from requirements.txt: {'; '.join(other)}", "pulumi install")
    azuread = _installed("pulumi-azuread")
    home = Path(environment.get("PULUMI_HOME") or Path.home() / ".pulumi")
    if (home / "plugins" / f"resource-azuread-v{azuread}").exists():
        yield good(f"azuread plugin {azuread}: installed; pulumi {_installed('pulumi')} for Python")
    else:
        yield good(
            f"azuread plugin {azuread}: the next `pulumi` command downloads it; pulumi {_installed('pulumi')} for Python"
        )


def _check_engine(engine: str, required: str) -> Line:
    found, asked = _numbers(engine), _numbers(required)
    if not found:
        return bad(
            "there is no `pulumi` on PATH that tells its version", "Install it: https://www.pulumi.com/docs/install/"
        )
    if asked and required.startswith(">=") and found < asked:
        return bad(f"engine {engine}, expected {required}", "Update it: https://www.pulumi.com/docs/install/")
    return good(f"engine {engine}" + (f", expected {required}" if required else ""))


def _numbers(text: str) -> tuple[int, ...]:
    match = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    return tuple(map(int, match.groups())) if match else ()


def _read_pins(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError):
        return {}
    found = (re.match(r"([\w.-]+)(?:\[\w+\])?==([\w.]+)", line) for line in lines)
    return {match[1].lower(): match[2] for match in found if match}


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


def check_clock(skew: timedelta | None, problem: str) -> Iterator[Line]:
    """How far this machine's clock is ahead of the login service's; where that is not known (None), the problem says why."""
    if skew is None:
        yield unknown(f"the login service's clock is not known: {problem}")
        return
    seconds = abs(int(skew.total_seconds()))
    said = f"this machine's clock is {seconds} s {'ahead of' if skew > timedelta(0) else 'behind'} the login service's"
    fix = "Set the clock, or let NTP set it."
    if abs(skew) > _REFUSED:
        yield bad(f"{said}: Entra refuses tokens and assertions", fix)
    elif abs(skew) > _TOLERATED:
        yield warn(said, fix)
    else:
        yield good("this machine's clock and the login service's agree to the minute")


def check_ews(declared: Declared, cloud: Cloud, now: datetime) -> Iterator[Line]:
    """What the EWS calendar means for this tenant today."""
    if not declared.uses_ews:
        yield good("full_access_as_app is not declared, so the end of EWS does not matter")
        return
    fix = "Give the output `exchangeOnline` to an Exchange administrator; ask the vendor when it uses Microsoft Graph."
    if cloud.name != GLOBAL.name:
        yield unknown(f"the cloud {cloud.name} ends EWS by a calendar of its own; worldwide it ends on {ENDS}", fix)
        return
    left = describe_days(datetime(ENDS.year, ENDS.month, ENDS.day, tzinfo=now.tzinfo) - now)
    match phase_at(now):
        case Phase.BEFORE:
            yield good(f"EWS ends on {ENDS}, in {left}")
        case Phase.DURING:
            yield warn(
                f"EWS ends on {ENDS}, in {left}; until then only applications on the list EwsAllowedAppIDs may use it, and no API shows the list",
                fix,
            )
        case Phase.AFTER:
            yield bad(f"Exchange Online ended EWS on {ENDS}: full_access_as_app opens no mailbox any more", fix)
