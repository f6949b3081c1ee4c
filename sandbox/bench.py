"""Measures whole commands of the real engine against the sandbox tenant: seconds and requests to login and Graph.

The same associations are made by the component and by the azuread provider alone, and compared.
"""

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

import click
import yaml

from sandbox.engine import Engine
from sandbox.tenant import Tenant
from sandbox.vendor import make_vendor
from sandbox.workspace import ROOT, Workspace

COMMANDS: Final[dict[str, tuple[str, ...]]] = {
    "up": ("up", "--yes", "--skip-preview"),
    "preview": ("preview", "--expect-no-changes"),
    "refresh": ("refresh", "--preview-only", "--expect-no-changes"),
    "destroy": ("destroy", "--yes", "--skip-preview"),
}

OURS: Final = "many"
PLAIN: Final = "plain"
PROGRAMS: Final = (OURS, PLAIN)
"""Folders in `examples/`: the component, and the same parts with the azuread provider alone."""

STACK: Final = "bench"


class MeasureError(click.ClickException):
    """A command that should have been quiet was not; the message is what it printed."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One command of one program, measured several times."""

    program: str
    associations: int
    latency_ms: int
    command: str
    seconds: tuple[float, ...]
    requests: tuple[int, ...]

    @property
    def median_seconds(self) -> float:
        return median(self.seconds)

    @property
    def median_requests(self) -> int:
        return round(median(self.requests))


def measure(engine: Engine, *, associations: int, latency_ms: int, runs: int) -> Iterator[Figure]:
    """Deploy, preview, refresh and destroy so many times, each run in a tenant of its own.

    The programs take turns, so that whatever else this machine does meets all of them alike.
    """
    taken: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for _ in range(runs):
        for program in PROGRAMS:
            with tempfile.TemporaryDirectory() as folder:
                for command, figures in _measure_once(engine, Path(folder), program, associations, latency_ms):
                    taken[program, command].append(figures)
    for (program, command), measured in taken.items():
        yield Figure(
            program=program,
            associations=associations,
            latency_ms=latency_ms,
            command=command,
            seconds=tuple(seconds for seconds, _ in measured),
            requests=tuple(requests for _, requests in measured),
        )


def _measure_once(
    engine: Engine, folder: Path, program: str, associations: int, latency_ms: int
) -> Iterator[tuple[str, tuple[float, int]]]:
    (folder / "state").mkdir()
    vendor = make_vendor(folder / "vendor")
    with Tenant(folder / "tenant") as tenant:
        workspace = Workspace(folder=folder, tenant=tenant, vendor=vendor, engine=engine, stack=STACK)
        configuration = folder / "Pulumi.bench.yaml"
        settings = {
            "count": associations,
            "certificate": str(vendor.certificate_path),
            "owners": [tenant.identity("deployer").object_id],
        }
        project = yaml.safe_load((ROOT / "examples" / program / "Pulumi.yaml").read_text())["name"]
        configuration.write_text(
            yaml.safe_dump({"config": {f"{project}:{key}": value for key, value in settings.items()}})
        )
        _pulumi(workspace, program, ("stack", "init", STACK))
        tenant.faults.latency_ms = latency_ms
        for command, arguments in COMMANDS.items():
            tenant.requests.clear()
            started = time.perf_counter()
            _pulumi(workspace, program, (*arguments, "--config-file", str(configuration)))
            yield command, (time.perf_counter() - started, len(tenant.requests))


def _pulumi(workspace: Workspace, program: str, arguments: Sequence[str]) -> None:
    finished = workspace.pulumi(*arguments, folder=ROOT / "examples" / program)
    if finished.returncode:
        printed = finished.stdout + finished.stderr
        raise MeasureError(f"pulumi {arguments[0]} exited with {finished.returncode}:\n{printed}")


def render(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table: median seconds, requests in brackets, and ours divided by plain."""
    lines = [
        "| associations | latency | runs | program | " + " | ".join(COMMANDS) + " |",
        "|---:|---:|---:|---|" + "---:|" * len(COMMANDS),
    ]
    cases: dict[tuple[int, int, int], dict[tuple[str, str], Figure]] = defaultdict(dict)
    for figure in figures:
        case = (figure.associations, figure.latency_ms, len(figure.seconds))
        cases[case][figure.program, figure.command] = figure
    for (associations, latency_ms, runs), found in cases.items():
        start = f"| {associations} | {latency_ms} ms | {runs} |"
        for program in PROGRAMS:
            measured = [found[program, command] for command in COMMANDS]
            cells = [f"{one.median_seconds:.2f} s ({one.median_requests})" for one in measured]
            lines.append(f"{start} `examples/{program}` | {' | '.join(cells)} |")
        ratios = [found[OURS, command].median_seconds / found[PLAIN, command].median_seconds for command in COMMANDS]
        lines.append(f"{start} ratio | {' | '.join(f'{ratio:.2f}' for ratio in ratios)} |")
    return "\n".join(lines)
