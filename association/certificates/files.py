"""Certificate files and the folder of them, as they are on disk."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from association.certificates.certificate import Certificate
from association.certificates.reader import MAXIMUM_SIZE, read_certificate
from association.errors import CertificateError


def read_certificate_file(path: Path, *, source: str | None = None) -> Certificate:
    """Read one file; messages call it `source`, by default the path as given.

    Raises:
        CertificateError: It cannot be read, or does not hold exactly one public certificate.
    """
    source = source if source is not None else str(path)
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for its writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise CertificateError(f"{source}: not a regular file.", hint="Name the certificate file itself.")
            data = file.read(MAXIMUM_SIZE + 1)
    except IsADirectoryError:
        raise CertificateError(f"{source}: a directory.", hint="Name the certificate file itself.") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise CertificateError(f"{source}: cannot be read: {reason}.") from None
    return read_certificate(data, source=source)


def read_certificate_directory(path: Path) -> Sequence[Certificate]:
    """Read every file of a folder such as `certs/`, sorted by name; README.md and names that start with a dot are left out.

    Returns:
        One certificate for each file; none when the folder has no such file.

    Raises:
        CertificateError: Some files are not exactly one public certificate. One error tells of all, sorted by file.
    """
    try:
        files = sorted(file for file in path.iterdir() if file.name != "README.md" and not file.name.startswith("."))
    except OSError as error:
        raise CertificateError(f"{path}: cannot be read: {error.strerror}.") from None
    certificates: list[Certificate] = []
    problems: list[CertificateError] = []
    for file in files:
        try:
            certificates.append(read_certificate_file(file))
        except CertificateError as error:
            problems.append(error)
    if problems:
        raise _join(problems)
    return certificates


def _join(problems: list[CertificateError]) -> CertificateError:
    if len(problems) == 1:
        return problems[0]
    lines = [line for problem in problems for line in str(problem).splitlines()]
    return CertificateError(
        f"{len(problems)} certificate files are refused:\n" + "\n".join(f"  {line}" for line in lines)
    )
