"""What a page cites exists: links, files, make targets, commands and their options, settings, outputs."""

import functools
import importlib
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from association.cli import cli
from association.outputs import OUTPUTS
from sandbox.__main__ import main
from sandbox.engine import Engine
from sandbox.workspace import ROOT
from tests.docs.markdown import list_pages, list_snippets, read_page, without_snippets

PAGES = list_pages()
TOP = sorted(path.name for path in ROOT.iterdir() if not path.name.startswith("."))
GROUPS = {"association": cli, "sandbox": main}
FOREIGN_FILES = {"docs/adr/0003-folders.md": {"src/"}}
"""Paths that are named although they are not there: alternatives that a decision weighs."""


def code_of(page: str) -> list[str]:
    """Every inline code and every command line of a page."""
    inline = re.findall(r"`([^`\n]+)`", without_snippets(page))
    return inline + [command for snippet in list_snippets(page) for command in snippet.commands]


def project_of(page: str) -> Path:
    """The folder of the Pulumi project that a page is about."""
    folder = (ROOT / page).parent
    return folder if (folder / "Pulumi.yaml").exists() else ROOT


def anchors_of(page: str) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", read_page(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)]+)\)", read_page(page)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        broken += [] if target.exists() else [link]
        if anchor and target.exists() and anchor not in anchors_of(str(target.resolve().relative_to(ROOT))):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_every_file_it_names_exists(page: str) -> None:
    pattern = re.compile(rf"(?:{'|'.join(map(re.escape, TOP))})(?:/[\w.*/-]*)?")
    named = {code.split("::")[0] for code in code_of(page) if pattern.fullmatch(code.split("::")[0])}
    named |= {code for code in code_of(page) if re.fullmatch(r"[\w-]+/", code)} - FOREIGN_FILES.get(page, set())
    roots = (ROOT, (ROOT / page).parent)
    assert [name for name in sorted(named) if not any(list(root.glob(name)) for root in roots)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_it_names_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        word
        for code in code_of(page)
        if code.startswith("make ")
        for word in code.split()[1:]
        if re.match(r"[a-z]", word)
    }
    assert named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_ours_that_it_names_exists(page: str) -> None:
    cited = [found for code in code_of(page) for found in re.findall(r"python -m (\w[\w.]*)([^|>;]*)", code)]
    for module, rest in cited:
        if module in GROUPS:
            check_command(GROUPS[module], shlex.split(rest.replace("…", "")))
        elif module.startswith(("tests.", "association", "sandbox", "provider")):
            assert importlib.util.find_spec(module), module


def check_command(group: click.Group, words: list[str]) -> None:
    """Every word before `--` that names a command or an option of ours is one."""
    if not words or words[0].startswith("-"):
        return
    command = group.get_command(click.Context(group), words[0])
    assert command is not None, words
    known = {name for parameter in command.params for name in parameter.opts}
    before = words[1 : words.index("--")] if "--" in words else words[1:]
    assert [word for word in before if word.startswith("--") and word not in known] == [], words


def test_every_command_has_its_exit_codes_in_its_help() -> None:
    context = click.Context(cli)
    commands = [cli.get_command(context, name) for name in cli.list_commands(context)]
    assert [command.name for command in commands if command and "Exit codes: 0 " not in (command.help or "")] == []


@pytest.mark.parametrize("page", [page for page in PAGES if not page.startswith("policy/")])
def test_every_setting_it_names_exists(page: str) -> None:
    text = read_page(page)
    named = set(re.findall(r"pulumi config set (?:--path )?'?(\w+)\b(?!:)", text)) | set(
        re.findall(r"\bsetting `(\w+)`", text)
    )
    assert named <= set(yaml.safe_load((project_of(page) / "Pulumi.yaml").read_text())["config"])


@pytest.mark.parametrize("page", [page for page in PAGES if project_of(page) == ROOT])
def test_every_output_it_names_exists(page: str) -> None:
    text = read_page(page)
    patterns = (r"stack output (\w+)", r"\boutput `(\w+)`", r"require_output\(\"(\w+)\"\)")
    assert {name for pattern in patterns for name in re.findall(pattern, text)} <= set(OUTPUTS)


@pytest.mark.engine
def test_every_pulumi_command_and_option_it_names_exists(engine: Engine) -> None:
    cited = {code for page in PAGES for code in code_of(page) if code.startswith("pulumi ")}
    assert len(cited) > 10
    assert [problem for code in sorted(cited) for problem in find_unknown(engine, code)] == []


def find_unknown(engine: Engine, code: str) -> list[str]:
    """The words of a command line that its help does not know; what stands where a command takes arguments is one."""
    words = re.split(r"[|>;&]", code)[0].split()
    text = read_help(engine.pulumi)
    for count in range(1, len(words)):
        if words[count].startswith("-") or "Commands:" not in text:
            break
        below = read_help(engine.pulumi, *words[1 : count + 1])
        if below == text:  # no command of this name
            return [f"{code}: {words[count]}"]
        text = below
    options = {word.split("=")[0] for word in words if re.match(r"--[a-z]", word)}
    return [f"{code}: {option}" for option in sorted(options) if not re.search(rf"{option}\b", text)]


@functools.cache
def read_help(pulumi: Path, *command: str) -> str:
    """What `--help` prints."""
    return subprocess.run([str(pulumi), *command, "--help"], check=True, capture_output=True, text=True).stdout
