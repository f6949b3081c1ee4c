"""Owns public certificates: any form that people have is read, bad ones are refused. It leaves tenants and Pulumi out."""

from association.certificates.certificate import B64UrlStr, Certificate, HexStr, KeyType, SelfSignature
from association.certificates.files import read_certificate_directory, read_certificate_file
from association.certificates.reader import MAXIMUM_SIZE, read_certificate

__all__ = [
    "MAXIMUM_SIZE",
    "B64UrlStr",
    "Certificate",
    "HexStr",
    "KeyType",
    "SelfSignature",
    "read_certificate",
    "read_certificate_directory",
    "read_certificate_file",
]
