"""Gets the official CLI and the official azuread plugin with Pulumi's own tools, in bounded time, and says why where that fails.

The CLI's installer checks TLS, the length and gzip's CRC-32; the engine checks TLS, the length and a SHA-256 that it is given.
"""

import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

SOURCE: Final = "https://get.pulumi.com/install.sh"
"""What Pulumi's installer reads first. Source: `PulumiCommand.install` in the pulumi package (checked 2026-11-29)."""

ANSWER_SECONDS: Final = 10
"""How long get.pulumi.com may take to answer at all; most closed networks drop packets instead of refusing them."""

CLI_SECONDS: Final = 120
PLUGIN_SECONDS: Final = 60
"""How long a whole download may take, retries included, before what comes next is used."""

INSTALL: Final = """
import subprocess, sys
from pulumi.automation import PulumiCommand
try:
    PulumiCommand.install(root=sys.argv[1])
except subprocess.CalledProcessError as error:
    sys.exit(error.output.decode(errors="replace"))
"""

CHECKSUMS: Final = (
    "https://github.com/pulumi/pulumi-azuread/releases/download/v{number}/pulumi-azuread_{number}_checksums.txt"
)
"""Lines of SHA-256 and archive name. Source: GoReleaser's default, which
https://github.com/pulumi/pulumi-azuread/blob/master/.goreleaser.yml keeps (checked 2026-11-29)."""

MACHINES: Final = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
"""What Python calls a machine → what Pulumi's archives call it."""

BROKEN: Final = re.compile(
    r"unexpected eof|unexpected end of file|invalid checksum|crc error|not in gzip format|gzip: invalid header|truncated|"
    r"curl: \(18\)|does not look like a tar archive|decompression failed|expected \d+ bytes|InvalidVersionError",
    re.IGNORECASE,
)
"""What curl, tar, gzip and the engine say of an archive that arrived and is not whole."""

CAUSE: Final = re.compile(r'(?:Error downloading plugin: (?:Get "\S+": )?|(?=curl: \())(.+)')
"""The cause of a failed try in what the tools print; their last line may only say that they gave up."""


class DownloadError(Exception):
    """Nothing was downloaded; the message is a clause that says why, such as "get.pulumi.com cannot be reached (…)"."""


def download_cli(folder: Path) -> None:
    """Put the CLI of the SDK's version, with its language hosts, into `folder`/bin; after a DownloadError that is as before."""
    _expect_answer()
    arriving = folder / f"arriving.{os.getpid()}"
    try:
        _run([sys.executable, "-c", INSTALL, str(arriving)], CLI_SECONDS, "get.pulumi.com")
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        for file in (arriving / "bin").iterdir():
            file.replace(folder / "bin" / file.name)
    finally:
        shutil.rmtree(arriving, ignore_errors=True)


def download_azuread(pulumi: Path, home: Path) -> None:
    """Put the azuread plugin of the SDK's version into the engine's plugin cache below `home`; a DownloadError leaves it not whole."""
    number = version("pulumi-azuread")
    command = [str(pulumi), "plugin", "install", "resource", "azuread", number, "--non-interactive"]
    if checksum := _published_checksum(number):
        command += ["--checksum", checksum]
    environment = {"PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true", "NO_COLOR": "1"}
    _run(command, PLUGIN_SECONDS, "github.com and get.pulumi.com", environment)


def _published_checksum(number: str) -> str | None:
    """The SHA-256 of this machine's archive, in hex; None where GitHub does not tell it: then a mirror may still have the archive."""
    wanted = f"{sys.platform}-{MACHINES.get(platform.machine(), platform.machine())}.tar.gz"
    try:
        with urllib.request.build_opener().open(CHECKSUMS.format(number=number), timeout=ANSWER_SECONDS) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return None
    return next((line.split()[0] for line in lines if line.endswith(wanted)), None)


def _expect_answer() -> None:
    """Fail soon where the host does not answer; the installer itself would wait for minutes."""
    try:
        with urllib.request.build_opener().open(SOURCE, timeout=ANSWER_SECONDS):
            pass
    except urllib.error.HTTPError as error:
        raise DownloadError(f"get.pulumi.com cannot be reached ({error})") from None
    except TimeoutError:
        raise DownloadError(f"get.pulumi.com cannot be reached (no answer within {ANSWER_SECONDS} s)") from None
    except OSError as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise DownloadError(f"get.pulumi.com cannot be reached ({reason})") from None


def _run(command: Sequence[str], seconds: float, host: str, environment: dict[str, str] | None = None) -> None:
    """Run a download to its end; where it takes too long, end it with everything that it started."""
    with subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as download:
        try:
            printed, _ = download.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise DownloadError(f"the download from {host} was not complete after {seconds:g} s") from None
        finally:
            if download.returncode is None:
                os.killpg(download.pid, signal.SIGKILL)
    if download.returncode:
        _explain(printed, host)


def _explain(printed: str, host: str) -> None:
    lines = [line.strip() for line in printed.splitlines() if line.strip()] or ["it gave no reason"]
    if broken := [line for line in lines if BROKEN.search(line)]:
        raise DownloadError(f"what {host} sent arrived broken ({broken[-1][:200]})")
    causes = CAUSE.findall(printed) or lines
    raise DownloadError(f"{host} cannot be reached ({causes[-1][:200]})")
