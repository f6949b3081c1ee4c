"""SOAP as Exchange Web Services speaks it: the request's parts, answers and faults.

Namespaces, elements and codes:
https://learn.microsoft.com/exchange/client-developer/web-service-reference/ews-operations-in-exchange (checked 2026-11-24).
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

import defusedxml.ElementTree  # type: ignore[import-untyped]
from defusedxml import DefusedXmlException

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
MESSAGES = "{http://schemas.microsoft.com/exchange/services/2006/messages}"
TYPES = "{http://schemas.microsoft.com/exchange/services/2006/types}"
ERRORS = "{http://schemas.microsoft.com/exchange/services/2006/errors}"

for _prefix, _namespace in {"s": SOAP, "m": MESSAGES, "t": TYPES, "e": ERRORS}.items():
    register_namespace(_prefix, _namespace[1:-1])

_SERVER_VERSION = {"MajorVersion": "15", "MinorVersion": "20", "MajorBuildNumber": "9412", "MinorBuildNumber": "9"}


@dataclass(eq=False)
class SoapFault(Exception):  # noqa: N818 - SOAP's own word for it
    """The whole request is refused; sent with status 500, as Exchange does."""

    code: str
    """A response code of EWS, such as `ErrorSchemaValidation`."""
    message: str


@dataclass(frozen=True)
class OperationError:
    """One entry of an operation fails; sent with status 200 as a response message of class `Error`."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class EwsRequest:
    """One operation, and the mailbox it is for."""

    operation: Element
    """The only child of the SOAP body."""
    mailbox_address: str
    """Who is impersonated: SMTP address or user principal name; empty when nobody is."""

    @property
    def name(self) -> str:
        """The operation's name, such as `GetFolder`."""
        return self.operation.tag.removeprefix(MESSAGES)


def read_request(body: bytes) -> EwsRequest:
    """Take a SOAP request apart; SoapFault for what is not one operation in one SOAP envelope."""
    try:
        envelope = defusedxml.ElementTree.fromstring(body)
    except (ParseError, DefusedXmlException) as error:
        raise SoapFault("ErrorSchemaValidation", f"The request failed schema validation: {error}") from error
    operations = envelope.findall(f"{SOAP}Body/*")
    if envelope.tag != f"{SOAP}Envelope" or len(operations) != 1:
        raise SoapFault("ErrorSchemaValidation", "The request failed schema validation: no single operation in a body.")
    identity = f"{SOAP}Header/{TYPES}ExchangeImpersonation/{TYPES}ConnectingSID/{TYPES}"
    names = (envelope.findtext(identity + kind) for kind in ("PrimarySmtpAddress", "SmtpAddress", "PrincipalName"))
    return EwsRequest(operation=operations[0], mailbox_address=next(filter(None, names), ""))


def write_response(operation: str, entries: list[Element | OperationError]) -> bytes:
    """A SOAP answer with one response message per entry: an element of the messages namespace, or why there is none."""
    envelope = Element(f"{SOAP}Envelope")
    # The version text is one that Exchange Online itself reports and that no client may send back.
    SubElement(
        SubElement(envelope, f"{SOAP}Header"), f"{TYPES}ServerVersionInfo", _SERVER_VERSION | {"Version": "V2018_01_08"}
    )
    response = SubElement(SubElement(envelope, f"{SOAP}Body"), f"{MESSAGES}{operation}Response")
    messages = SubElement(response, f"{MESSAGES}ResponseMessages")
    for entry in entries:
        message = SubElement(messages, f"{MESSAGES}{operation}ResponseMessage")
        if isinstance(entry, OperationError):
            message.set("ResponseClass", "Error")
            SubElement(message, f"{MESSAGES}MessageText").text = entry.message
            SubElement(message, f"{MESSAGES}ResponseCode").text = entry.code
        else:
            message.set("ResponseClass", "Success")
            SubElement(message, f"{MESSAGES}ResponseCode").text = "NoError"
            message.append(entry)
    text: bytes = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return text


def write_fault(fault: SoapFault) -> bytes:
    """The SOAP fault; without a header, as Exchange sends it."""
    envelope = Element(f"{SOAP}Envelope")
    element = SubElement(SubElement(envelope, f"{SOAP}Body"), f"{SOAP}Fault")
    SubElement(element, "faultcode", {"xmlns:a": TYPES[1:-1]}).text = f"a:{fault.code}"
    SubElement(element, "faultstring", {"xml:lang": "en-US"}).text = fault.message
    detail = SubElement(element, "detail")
    SubElement(detail, f"{ERRORS}ResponseCode").text = fault.code
    SubElement(detail, f"{ERRORS}Message").text = fault.message
    text: bytes = tostring(envelope, encoding="utf-8", xml_declaration=True)
    return text
