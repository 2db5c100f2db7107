"""QR and bar codes as modules, dark or light, before anything is drawn."""

from __future__ import annotations

from functools import lru_cache

import barcode  # type: ignore[import-untyped]
import qrcode

from site_sync.domain.documents.blocks import CodeKind


@lru_cache(maxsize=64)
def qr_modules(data: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of a QR code at level Q without its quiet zone; True is dark."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)
    code.add_data(data)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


@lru_cache(maxsize=64)
def bar_modules(kind: CodeKind, data: str) -> tuple[bool, ...]:
    """The modules of a bar code from left to right without its quiet zones; True is dark.

    Raises ValueError for a text that the symbology cannot hold.
    """
    try:
        code = barcode.get_barcode_class(kind.value)(data)
        built: list[str] = code.build()
    except barcode.errors.BarcodeError as error:
        raise ValueError(f"{data!r} cannot be printed as {kind}") from error
    if kind is CodeKind.EAN13 and code.get_fullcode() != data:
        raise ValueError(f"{data!r} has a wrong check digit")
    return tuple(module == "1" for module in built[0])
