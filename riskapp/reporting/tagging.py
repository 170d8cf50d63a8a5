"""What WeasyPrint leaves open in a tagged PDF, put right before the file is written.

Header cells get their scope, the attachment is listed once, and the metadata claim PDF/UA beside PDF/A.
"""

from typing import Any

_UA = (
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
    b'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
    b'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>'
    b'<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
    b"<pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>"
    b"</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def finish(document: object, pdf: Any) -> None:  # noqa: ANN401 - pydyf has no types
    """Complete the PDF in place; the signature is that of WeasyPrint's finisher."""
    del document
    _list_attachments_once(pdf)
    _scope_headers(pdf)
    _claim_accessibility(pdf)


def _list_attachments_once(pdf: Any) -> None:  # noqa: ANN401 - pydyf has no types
    files = pdf.catalog["AF"]
    files[:] = list(dict.fromkeys(files))


def _scope_headers(pdf: Any) -> None:  # noqa: ANN401 - pydyf has no types
    """Column for header cells in a table's head, row for all others."""
    for cell in _elements(pdf, "/TH"):
        group = _parent(pdf, _parent(pdf, cell))
        cell["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


def _elements(pdf: Any, kind: str) -> list[Any]:  # noqa: ANN401 - pydyf has no types
    return [each for each in pdf.objects if isinstance(each, dict) and each.get("S") == kind and "A" in each]


def _parent(pdf: Any, element: Any) -> Any:  # noqa: ANN401 - pydyf has no types
    return pdf.objects[int(element["P"].split()[0])]


def _claim_accessibility(pdf: Any) -> None:  # noqa: ANN401 - pydyf has no types
    """Put the PDF/UA identifier, with the schema that PDF/A asks for, into the one RDF of the metadata."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    end = b"</rdf:RDF>"
    metadata.stream = [part.replace(end, _UA + end) for part in metadata.stream]
    metadata.compress = False
