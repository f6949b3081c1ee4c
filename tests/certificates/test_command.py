"""`python -m association certificate`, as people and machines call it."""

import json
import os
import pty
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from association.cli import cli, run
from tests.certificates.factories import der_of, issue, pem_of, rsa_key

COMMAND = [sys.executable, "-m", "association", "certificate"]
ROOT = Path(__file__).parents[2]
GUIDE_2019 = Path(__file__).parent / "fixtures" / "guide-2019.txt"
ESCAPE = "\x1b"


def _issue_now(subject: str = "Vendor", key: str = "vendor", days: int = 90) -> x509.Certificate:
    """The command reads the real clock."""
    now = datetime.now(UTC).replace(microsecond=0)
    return issue(subject=subject, key=rsa_key(key), begins=now - timedelta(days=1), ends=now + timedelta(days=days))


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    file = tmp_path / "vendor.pem"
    file.write_text(pem_of(_issue_now()))
    return file


def _run(*arguments: str | Path, data: bytes = b"") -> Result:
    return CliRunner().invoke(cli, ["certificate", *map(str, arguments)], input=data)


def test_a_usable_certificate_exits_with_0(vendor: Path) -> None:
    result = _run(vendor)

    assert (result.exit_code, result.stderr) == (0, "")
    assert re.search(r"^  Verdict +usable$", result.stdout, re.MULTILINE)


def test_shows_what_a_person_checks() -> None:
    result = _run(GUIDE_2019)

    assert (
        _without_counts(result.stdout)
        == f"""\
{GUIDE_2019}
  Subject       CN=Mimecast Services Limited,OU=Unknown,O=Mimecast Services Limited,L=London,ST=England,C=GB
  Issuer        the same
  Serial        6EF773B4
  Thumbprint    D4DF4464B05EA92F4990DC0BAF82505FD561ADD2  (SHA-1, as the Entra portal shows it)
    x5t         1N9EZLBeqS9JkNwLr4JQX9VhrdI
    SHA-256     31396EC940945F2C9DA30D78A8D99F385267DA9BDA3A3D4434DFB5CFECA6298A
    x5t#S256    MTluyUCUXyydow14qNmfOFJn2pvaOj1ENN-1z-ymKYo
  Valid         2015-08-07 15:07:00 to 2025-08-04 15:07:00 UTC
                3650 days in all, expired N days ago
  Key           RSA 2048 bits
    SHA-256     81431BE3A10781CAA3D8D9DA31FE32AB5D49C95458EB1E6A64A40008CA8E2562
  Signature     RSA with SHA256, made by its own key, verified
  Verdict       refused
  error         expired N days ago, on 2025-08-04.
                Ask the vendor for the current certificate.
  error         is on the deny list. Mimecast's guide of 2019 printed this one certificate for everybody, it expired
                on 2025-08-04, and in January 2021 a Mimecast certificate for exactly this kind of connection was
                stolen; which one was never published.
                Ask Mimecast for the certificate of your region.
"""
    )
    assert result.exit_code == 1


def _without_counts(text: str) -> str:
    """Days since a fixed date grow."""
    return re.sub(r"expired \d+ days", "expired N days", text)


def test_a_refused_file_exits_with_1_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()

    result = _run(tmp_path / "empty.pem")

    assert result.exit_code == 1
    assert result.stdout == (
        f"{tmp_path / 'empty.pem'}\n"
        "  Verdict       refused\n"
        "  error         the file is empty.\n"
        "                Get the certificate again.\n"
    )


def test_a_warning_alone_exits_with_0(tmp_path: Path) -> None:
    (tmp_path / "vendor.pem").write_text(pem_of(_issue_now(days=10)))

    result = _run(tmp_path / "vendor.pem")

    assert result.exit_code == 0
    assert re.search(r"^  warning +expires in 9 days, on ", result.stdout, re.MULTILINE)


def test_the_warning_days_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "vendor.pem").write_text(pem_of(_issue_now(days=10)))

    assert "expires in" not in _run("--expiry-warning-days", "5", tmp_path / "vendor.pem").stdout


def test_a_purpose_other_than_signing_in_is_shown(tmp_path: Path) -> None:
    extensions = [
        x509.BasicConstraints(ca=True, path_length=None),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]),
    ]
    (tmp_path / "ca.pem").write_text(pem_of(issue(extensions=extensions)))

    output = _run(tmp_path / "ca.pem").stdout

    assert "  CA            yes, it may issue certificates\n  Usage         server auth\n" in output


def test_several_files_are_shown_in_the_order_given_and_judged_together(tmp_path: Path) -> None:
    for name in ("b.pem", "a.pem"):
        (tmp_path / name).write_text(pem_of(_issue_now(name)))

    result = _run(tmp_path / "b.pem", tmp_path / "a.pem")

    assert result.exit_code == 1
    assert result.stdout.index("b.pem\n") < result.stdout.index("a.pem\n")
    assert f"has the same key as {tmp_path / 'a.pem'}." in " ".join(result.stdout.split())


def test_a_file_named_twice_is_shown_once(vendor: Path) -> None:
    result = _run(vendor, vendor)

    assert (result.exit_code, result.stdout.count("Verdict")) == (0, 1)


def test_reads_standard_input() -> None:
    result = _run("-", data=der_of(_issue_now()))

    assert result.exit_code == 0
    assert result.stdout.startswith("<stdin>\n")


@pytest.mark.parametrize(
    "arguments", [[], ["--json", "--pem", "a"], ["--unknown", "a"], ["--expiry-warning-days", "-1", "a"]], ids=str
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert _run(*arguments).exit_code == 2


def test_json_holds_everything_for_machines(vendor: Path) -> None:
    (file,) = json.loads(_run("--json", vendor).stdout)["files"]

    assert (file["source"], file["verdict"], file["error"], file["judgements"]) == (str(vendor), "usable", None, [])
    assert set(file["certificate"]) == {
        *("subject", "issuer", "serialNumber", "thumbprint", "thumbprintSha256", "x5t", "x5t#S256"),
        *("notBefore", "notAfter", "keyType", "keyBits", "keyDescription", "publicKeySha256", "signatureAlgorithm"),
        *("selfSignature", "isCa", "extendedKeyUsages", "pem"),
    }


def test_json_tells_refusals_and_judgements_apart(tmp_path: Path) -> None:
    result = _run("--json", GUIDE_2019, tmp_path)

    document = json.loads(result.stdout)
    guide, folder = document["files"]
    assert (result.exit_code, document["schemaVersion"]) == (1, 1)
    assert [one["code"] for one in guide["judgements"]] == ["expired", "denied"]
    assert (folder["certificate"], folder["error"]["message"]) == (None, f"{tmp_path}: a directory.")


def test_pem_writes_the_normalized_form_alone() -> None:
    issued = _issue_now()

    result = _run("--pem", "-", data=pem_of(issued).replace("\n", " ").encode("utf-16"))

    assert (result.exit_code, result.stdout, result.stderr) == (0, pem_of(issued), "")


def test_pem_keeps_problems_out_of_standard_output(vendor: Path, tmp_path: Path) -> None:
    result = _run("--pem", vendor, tmp_path)

    assert (result.exit_code, result.stdout) == (1, vendor.read_text())
    assert result.stderr == f"{tmp_path}: error: a directory. Name the certificate file itself.\n"


def test_hostile_names_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    hostile = f"Mimecast{ESCAPE}[2K{ESCAPE}[31m\r\nVerdict usable\N{RIGHT-TO-LEFT OVERRIDE}\a"
    file = tmp_path / f"a{ESCAPE}[2J.pem"
    file.write_text(pem_of(_issue_now(hostile)))

    output = _run(file).stdout

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", output)
    assert r"CN=Mimecast\x1b[2K\x1b[31m\r\nVerdict usable\u202e\x07" in output


def _start(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=60,
    )


def test_the_module_runs_as_a_program(vendor: Path) -> None:
    result = _start([str(vendor)])

    assert (result.returncode, result.stderr) == (0, b"")
    assert ESCAPE.encode() not in result.stdout


def test_the_group_lists_its_commands() -> None:
    assert (
        "  certificate  Show what to check in certificate files, and judge them."
        in CliRunner().invoke(cli, ["--help"]).stdout
    )


@pytest.mark.parametrize("arguments", [[], ["certificates"]], ids=str)
def test_the_group_exits_with_2_without_a_command_that_it_knows(arguments: list[str]) -> None:
    assert CliRunner().invoke(cli, arguments).exit_code == 2


def test_the_program_names_itself_as_it_is_called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["__main__.py", "--help"])

    with pytest.raises(SystemExit):
        run()

    assert capsys.readouterr().out.startswith("Usage: python -m association [OPTIONS]")


def _run_on_terminal(arguments: list[str], **environment: str) -> str:
    """Give the command a terminal of its own, and return what it wrote there."""
    main, secondary = pty.openpty()
    with os.fdopen(main, "rb", buffering=0) as screen:
        env = {
            "TERM": "xterm",
            **{name: value for name, value in os.environ.items() if name != "NO_COLOR"},
            **environment,
        }
        subprocess.run([*COMMAND, *arguments], check=False, cwd=ROOT, env=env, stdout=secondary, timeout=60)
        written = os.read(screen.fileno(), 65536)
        os.close(secondary)
    return written.decode()


def test_colour_is_used_on_a_terminal(vendor: Path) -> None:
    assert f"{ESCAPE}[32m" in _run_on_terminal([str(vendor)], TERM="xterm")


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_no_colour_is_used_where_it_is_not_wanted(vendor: Path, environment: dict[str, str]) -> None:
    assert ESCAPE not in _run_on_terminal([str(vendor)], **environment)


def test_loads_neither_pulumi_nor_a_graph_client(vendor: Path) -> None:
    program = (
        "import sys; from click.testing import CliRunner; from association.cli import cli;"
        f"assert CliRunner().invoke(cli, ['certificate', {str(vendor)!r}]).exit_code == 0;"
        "print(*{name.split('.')[0] for name in sys.modules} & {'pulumi', 'grpc', 'azure', 'requests', 'rich'})"
    )

    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT, text=True, timeout=60
    )

    assert result.stdout == "\n"
