"""Writing a receipt that a customer wants by e-mail: the paper as text and as HTML, in its own language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage

from site_sync.domain.documents.blocks import (
    Align,
    Code,
    CodeKind,
    Columns,
    Document,
    Rule,
    Space,
    Table,
    Text,
    blocks_on_paper,
)
from site_sync.domain.documents.codec import from_data
from site_sync.domain.receipt_mail import is_address
from site_sync.service.code_pictures import png
from site_sync.service.notify.letter import (
    Envelope,
    NoAddress,
    Sender,
    attach_picture,
    letter_head,
    one_line,
    templates,
)

WIDTH = 42
CODE_PART = "receipt-code"


@dataclass(frozen=True, slots=True)
class Paper:
    """What a waiting row keeps of a receipt: whose store, its number, the paper."""

    store: str
    number: str
    document: Document


def paper_of(body: str) -> Paper:
    """The paper in a row's body."""
    kept = json.loads(body)
    return Paper(kept["store"], kept["number"], from_data(json.loads(kept["paper"])))


def write_receipt(envelope: Envelope, paper: Paper, sender: Sender) -> EmailMessage:
    """The message as it is sent; NoAddress when it cannot be addressed."""
    if not is_address(envelope.recipient):
        raise NoAddress("the address cannot be written to")
    document = paper.document
    message = EmailMessage()
    message["Subject"] = one_line(f"{document.title} · {sender.shop}" if sender.shop else document.title)
    letter_head(message, envelope, sender, Address(addr_spec=envelope.recipient))
    message.set_content("\n".join(_text(document)) + "\n", cte="quoted-printable")
    qr = next((one for one in document.blocks if isinstance(one, Code) and one.kind is CodeKind.QR), None)
    facts = {
        "document": document,
        "blocks": [_block(block) for block in blocks_on_paper(document)],
        "shop": sender.shop,
        "picture": CODE_PART if qr is not None else "",
    }
    html = templates().get_template("receipt.html.j2").render(facts)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    if qr is not None:
        attach_picture(message, png(qr.data), CODE_PART)
    message["Content-Language"] = document.language
    return message


def _block(block: object) -> dict[str, object]:
    """A block with its name, for the template."""
    return {"name": type(block).__name__.lower(), "is": block}


def _text(document: Document) -> Iterator[str]:
    """The paper in plain lines."""
    for block in blocks_on_paper(document):
        if isinstance(block, Text):
            for line in block.text.splitlines():
                yield line.center(WIDTH).rstrip() if block.align is Align.CENTRE else line
        elif isinstance(block, Columns):
            for pair in block.rows:
                yield _pair(pair.left, pair.right)
        elif isinstance(block, Table):
            yield from _table(block)
        elif isinstance(block, Code) and block.caption:
            yield block.caption
        elif isinstance(block, Rule):
            yield ("=" if block.heavy else "-") * WIDTH
        elif isinstance(block, Space):
            yield ""


def _pair(left: str, right: str) -> str:
    return f"{left.ljust(WIDTH - len(right) - 1)} {right}" if right else left


def _table(table: Table) -> Iterator[str]:
    rows = (tuple(column.title for column in table.columns), *table.rows)
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    for row in rows:
        cells = (
            cell.rjust(width) if column.align is Align.RIGHT else cell.ljust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        )
        yield "  ".join(cells).rstrip()
