"""What scales print: settings as typed, and the units a weight or a price stands for."""

from __future__ import annotations

import pytest

from site_sync.domain.codes import (
    EmbeddedMeasure,
    EmbeddedValue,
    MeasuredBarcode,
    ScanSettings,
    barcode_check_digit,
    classify,
)
from site_sync.domain.quantities import PIECE
from site_sync.domain.scales import scales_text, scales_typed, units_of
from tests.builders import KILO, euro

FORMS = (MeasuredBarcode("21", EmbeddedMeasure.WEIGHT, 3), MeasuredBarcode("22", EmbeddedMeasure.PRICE, 2))


def test_the_forms_are_typed_a_line_each_and_come_back_the_same() -> None:
    assert scales_typed("21 weight 3\n\n 22 PRICE 2 ") == FORMS
    assert scales_typed(scales_text(FORMS)) == FORMS
    assert scales_typed("") == ()


@pytest.mark.parametrize(
    "typed", ["21", "21 weight", "21 volume 3", "21 weight 9", "21 weight 12", "33 weight 3", "21 weight 3 5"]
)
def test_what_is_no_form_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        scales_typed(typed)


def test_a_printed_weight_or_price_is_units_of_the_item() -> None:
    weight = EmbeddedValue(EmbeddedMeasure.WEIGHT, 985, 3)
    assert units_of(weight, KILO, euro(1_250)) == 985
    assert units_of(EmbeddedValue(EmbeddedMeasure.WEIGHT, 98, 2), KILO, euro(1_250)) == 980
    assert units_of(weight, PIECE, euro(1_250)) == 1
    price = EmbeddedValue(EmbeddedMeasure.PRICE, 1_231, 2)
    assert units_of(price, KILO, euro(1_250)) == 985
    assert units_of(price, KILO, euro(0)) == 1


def test_a_scanned_label_gives_its_weight() -> None:
    body = "210012300985"
    scan = classify(body + barcode_check_digit(body), ScanSettings(measured=FORMS))
    assert scan.embedded is not None
    assert units_of(scan.embedded, KILO, euro(1_250)) == 985
    plain = "210012300000"
    assert scan.barcode == plain + barcode_check_digit(plain)
