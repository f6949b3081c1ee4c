"""The report: what other people read out of Pulumi's own JSON. It signs in nowhere, reads no tenant and writes nothing."""

from association.report.assemble import assemble_report
from association.report.documents import DocumentError, read_documents

__all__ = ["DocumentError", "assemble_report", "read_documents"]
