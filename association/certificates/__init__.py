"""Public certificates: read from any form that people have, refused when bad, judged."""

from association.certificates.certificate import B64UrlStr, Certificate, HexStr, KeyType, SelfSignature, parse_der
from association.certificates.deny_list import DENIED_CERTIFICATES, DeniedCertificate
from association.certificates.files import read_certificate_directory, read_certificate_file
from association.certificates.judgement import (
    Judgement,
    JudgementCode,
    Severity,
    judge_certificates,
    judge_lifetime,
)
from association.certificates.reader import MAXIMUM_SIZE, read_certificate

__all__ = [
    "DENIED_CERTIFICATES",
    "MAXIMUM_SIZE",
    "B64UrlStr",
    "Certificate",
    "DeniedCertificate",
    "HexStr",
    "Judgement",
    "JudgementCode",
    "KeyType",
    "SelfSignature",
    "Severity",
    "judge_certificates",
    "judge_lifetime",
    "parse_der",
    "read_certificate",
    "read_certificate_directory",
    "read_certificate_file",
]
