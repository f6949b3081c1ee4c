"""What recorded runs of Pulumi about a vendor's own application are reported as."""

from association.report.as_html import render_html
from association.report.as_markdown import render_markdown
from association.report.as_text import render_text
from association.report.model import Deviation
from tests.report.made import association_of, recorded


def test_what_is_added_to_a_vendors_application_is_told_by_both_commands_alike() -> None:
    told = []
    for names in (("vendor.refresh",), ("vendor.preview",), ("vendor.refresh", "vendor.preview")):
        report = recorded(*names)
        assert report.exit_code == 7
        association = association_of(report)
        assert (association.name, association.vendors) == ("vendor", True)
        told.append([(finding.rule, finding.deviation) for finding in association.findings])
    assert told[0] == told[1] == told[2] == [
        ("servicePrincipalSecrets", Deviation.UNEXPECTED),
        ("appRoles", Deviation.UNEXPECTED),
    ]  # fmt: skip


def test_its_command_removes_from_the_principal_as_the_application_is_not_here() -> None:
    report = recorded("vendor.refresh", "vendor.preview")
    for shown in (render_text(report), render_markdown(report), render_html(report)):
        assert "az ad sp credential delete" in shown
        assert "az ad app" not in shown


def test_the_picture_says_whose_application_it_is() -> None:
    assert "Vendor&#x27;s application," in render_html(recorded("vendor.refresh"))
    assert "Vendor&#x27;s application," not in render_html(recorded("findings.refresh"))
