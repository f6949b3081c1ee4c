"""The command line: the group, and its commands, each loaded when it is called."""

import importlib

import click

COMMANDS = {
    "adopt": "association.cli.adopt:adopt",
    "certificate": "association.cli.certificate:show_certificates",
    "doctor": "association.cli.doctor:doctor",
    "evidence": "association.cli.evidence:evidence",
    "orphans": "association.cli.orphans:orphans",
    "report": "association.cli.report:report",
    "restore": "association.cli.restore:restore_application",
}
"""Name of each command, and `module:attribute` of its `click.Command`."""


class _LazyGroup(click.Group):
    """A group that imports a command when it is called: looking at a certificate waits for no Graph client."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - same
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Look after the association of a mail security vendor with Exchange Online.

    Exit codes: 0 done, 1 error or refused, 2 wrong usage, 3 failed sign-in or missing permission, 7 found what it looks for.
    """


def run() -> None:
    """Run the command line and exit with its code."""
    cli(prog_name="python -m association")
