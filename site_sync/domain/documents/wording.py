"""The words of the papers in English, German and Danish."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT = "en"

WORDS: Mapping[str, tuple[str, str, str]] = {
    "order_confirmation": ("Order confirmation", "Auftragsbestätigung", "Ordrebekræftelse"),
    "quote": ("Quote", "Angebot", "Tilbud"),
    "deposit_receipt": ("Deposit receipt", "Anzahlungsbeleg", "Depositumkvittering"),
    "payment_receipt": ("Payment receipt", "Zahlungsbeleg", "Betalingskvittering"),
    "sales_receipt": ("Receipt", "Kassenbon", "Kvittering"),
    "collect_receipt": ("Collection receipt", "Abholbeleg", "Afhentningskvittering"),
    "basket_receipt": ("Receipt", "Beleg", "Kvittering"),
    "taken_along": ("Taken along now", "Gleich mitgenommen", "Taget med nu"),
    "all_orders": ("All orders", "Alle Aufträge", "Alle ordrer"),
    "refund_receipt": ("Refund receipt", "Erstattungsbeleg", "Refusionskvittering"),
    "cancellation": ("Cancellation", "Stornierung", "Annullering"),
    "part_cancellation": ("Part cancellation", "Teilstornierung", "Delvis annullering"),
    "shipping_note": ("Shipping note", "Lieferschein", "Følgeseddel"),
    "tracking": ("Tracking number", "Sendungsnummer", "Sporingsnummer"),
    "paid_in_all": ("Paid in all", "Insgesamt bezahlt", "Betalt i alt"),
    "kept_as_credit": ("Kept as your credit", "Als Guthaben behalten", "Står som tilgodehavende"),
    "kept_deposit": ("Forfeited deposit", "Einbehaltene Anzahlung", "Beholdt depositum"),
    "kept_as_fee": ("Kept as a fee", "Als Gebühr einbehalten", "Beholdt som gebyr"),
    "still_held": ("Still held for you", "Noch für Sie verwahrt", "Opbevares stadig til dig"),
    "return_receipt": ("Return receipt", "Retourenbeleg", "Returkvittering"),
    "picking_slip": ("Picking slip", "Kommissionierliste", "Plukliste"),
    "put_back_list": ("Put-back list", "Rückräumliste", "Læg-tilbage-liste"),
    "x_report": ("X report", "X-Bericht", "X-rapport"),
    "z_report": ("Z report", "Z-Bericht", "Z-rapport"),
    "order": ("Order", "Auftrag", "Ordre"),
    "orders": ("Orders", "Aufträge", "Ordrer"),
    "date": ("Date", "Datum", "Dato"),
    "served_by": ("Served by", "Es bediente Sie", "Betjent af"),
    "staff": ("Staff", "Mitarbeiter", "Medarbejder"),
    "till": ("Till", "Kasse", "Kasse"),
    "customer": ("Customer", "Kunde", "Kunde"),
    "phone": ("Phone", "Telefon", "Telefon"),
    "collector": ("Collected by", "Abholung durch", "Afhentes af"),
    "collect_at": ("Collect at", "Abholung bei", "Afhentes hos"),
    "ship_to": ("Ship to", "Versand an", "Sendes til"),
    "ready_by": ("Ready by", "Bereit bis", "Klar senest"),
    "ready_since": ("Ready since", "Bereit seit", "Klar siden"),
    "wanted_for": ("Wanted for", "Gewünscht für", "Ønsket til"),
    "collect_by": ("Collect by", "Abholen bis", "Afhentes senest"),
    "to_confirm": ("Still to be confirmed", "Noch zu bestätigen", "Skal stadig bekræftes"),
    "to_confirm_note": (
        "We tell you as soon as these goods are reserved for you.",
        "Wir melden uns, sobald diese Ware für Sie reserviert ist.",
        "Vi giver besked, så snart varerne er reserveret til dig.",
    ),
    "valid_until": ("Valid until", "Gültig bis", "Gyldigt til"),
    "discount": ("Discount", "Rabatt", "Rabat"),
    "subtotal": ("Subtotal", "Zwischensumme", "Subtotal"),
    "tax": ("VAT", "MwSt.", "Moms"),
    "net": ("Net", "Netto", "Netto"),
    "gross": ("Gross", "Brutto", "Brutto"),
    "total": ("Total", "Summe", "I alt"),
    "paid": ("Paid so far", "Bisher bezahlt", "Betalt indtil nu"),
    "paid_now": ("Paid now", "Jetzt bezahlt", "Betalt nu"),
    "deposit_used": ("Deposit used", "Anzahlung verrechnet", "Depositum modregnet"),
    "left_to_pay": ("Left to pay", "Noch zu zahlen", "Mangler at betale"),
    "nothing_to_pay": ("Paid in full", "Vollständig bezahlt", "Fuldt betalt"),
    "to_pay": ("To pay", "Zu zahlen", "At betale"),
    "given": ("Given", "Gegeben", "Givet"),
    "change": ("Change", "Rückgeld", "Byttepenge"),
    "rounding": ("Rounding", "Rundung", "Afrunding"),
    "refunded": ("Refunded", "Erstattet", "Refunderet"),
    "reference": ("Reference", "Referenz", "Reference"),
    "reason": ("Reason", "Grund", "Årsag"),
    "signature": ("Signature", "Unterschrift", "Underskrift"),
    "short": ("not available", "nicht lieferbar", "ikke på lager"),
    "cancelled": ("cancelled", "storniert", "annulleret"),
    "still_open": ("Still to collect", "Noch abzuholen", "Mangler at blive afhentet"),
    "show_code": (
        "Show this code when you collect.",
        "Bitte zeigen Sie diesen Code bei der Abholung.",
        "Vis denne kode ved afhentning.",
    ),
    "quote_note": (
        "Prices hold until the date above. Nothing is reserved.",
        "Die Preise gelten bis zum genannten Datum. Es ist nichts reserviert.",
        "Priserne gælder til datoen ovenfor. Intet er reserveret.",
    ),
    "quote_note_softly": (
        "Prices hold until the date above. Until then the goods are kept for you without obligation.",
        "Die Preise gelten bis zum genannten Datum. Bis dahin ist die Ware unverbindlich für Sie vorgemerkt.",
        "Priserne gælder til datoen ovenfor. Indtil da er varerne uforpligtende lagt til side til dig.",
    ),
    "keep_receipt": (
        "Please keep this receipt.",
        "Bitte bewahren Sie diesen Beleg auf.",
        "Gem venligst denne kvittering.",
    ),
    "bag_of": ("Bag {number} of {count}", "Tasche {number} von {count}", "Pose {number} af {count}"),
    "shelf": ("Shelf", "Regal", "Hylde"),
    "item": ("Item", "Artikel", "Vare"),
    "quantity": ("Qty", "Menge", "Antal"),
    "pieces": ("Units", "Stück", "Enheder"),
    "picked_at": ("Picked at", "Kommissioniert am", "Plukket den"),
    "picked_by": ("Picked by", "Kommissioniert von", "Plukket af"),
    "note": ("Note", "Hinweis", "Bemærk"),
    "shift": ("Shift", "Schicht", "Vagt"),
    "opened": ("Opened", "Geöffnet", "Åbnet"),
    "closed": ("Closed", "Geschlossen", "Lukket"),
    "sales": ("Sales", "Verkäufe", "Salg"),
    "returns": ("Returns", "Retouren", "Returneringer"),
    "collections": ("Orders handed over", "Übergebene Aufträge", "Udleverede ordrer"),
    "deposits_taken": ("Deposits taken", "Anzahlungen erhalten", "Depositum modtaget"),
    "deposits_refunded": ("Deposits refunded", "Anzahlungen erstattet", "Depositum refunderet"),
    "deposits_used": ("Deposits used", "Anzahlungen verrechnet", "Depositum modregnet"),
    "gift_cards_sold": ("Gift cards sold", "Gutscheine verkauft", "Gavekort solgt"),
    "credits_kept": ("Kept as credit", "Als Guthaben behalten", "Beholdt som tilgodehavende"),
    "change_given": ("Change given", "Rückgeld gegeben", "Byttepenge givet"),
    "credit_note": ("Credit note", "Gutschrift", "Tilgodebevis"),
    "credit_of": ("Credit", "Guthaben", "Tilgodehavende"),
    "credit_note_hint": (
        "Pay with this credit in any of our stores.",
        "Mit diesem Guthaben können Sie in jeder unserer Filialen bezahlen.",
        "Betal med dette tilgodehavende i alle vores butikker.",
    ),
    "credit_by_name": (
        "It is kept under your name; no paper is needed.",
        "Es ist unter Ihrem Namen gespeichert; dieser Beleg ist nicht nötig.",
        "Det er gemt under dit navn; dette bevis er ikke nødvendigt.",
    ),
    "card_balance": ("Left on it", "Restguthaben", "Tilbage på det"),
    "gift_card_number": ("Card", "Karte", "Kort"),
    "damaged": ("damaged", "beschädigt", "beskadiget"),
    "deposits_kept": ("Deposits kept", "Anzahlungen einbehalten", "Depositum beholdt"),
    "tenders": ("Tenders", "Zahlungsarten", "Betalingsmidler"),
    "drawer": ("Cash drawer", "Kassenlade", "Kasseskuffe"),
    "opening_float": ("Opening float", "Anfangsbestand", "Startbeholdning"),
    "cash_taken": ("Cash taken", "Bareinnahmen", "Kontant modtaget"),
    "cash_refunded": ("Cash paid back", "Barauszahlungen", "Kontant udbetalt"),
    "cash_in": ("Cash in", "Einlage", "Indsat"),
    "cash_out": ("Cash out", "Entnahme", "Udtaget"),
    "expected": ("Expected", "Soll", "Forventet"),
    "counted": ("Counted", "Gezählt", "Optalt"),
    "difference": ("Difference", "Differenz", "Difference"),
    "not_closed": ("Shift still open", "Schicht noch offen", "Vagten er åben"),
    "audit": ("Audit head", "Prüfsumme", "Kontrolsum"),
    "time_of_day": ("{date}, {time}", "{date}, {time}", "{date} kl. {time}"),
    "test_page": ("Test page", "Testseite", "Testside"),
}
"""Each word in English, German and Danish."""

_LANGUAGES = ("en", "de", "da")
_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    "da": ("man", "tir", "ons", "tor", "fre", "lør", "søn"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def language_of(language: str) -> str:
    """The language papers are written in: the one asked for, or English where we have no words."""
    short = language.lower()[:2]
    return short if short in _LANGUAGES else DEFAULT


def word(language: str, key: str) -> str:
    """The word or sentence of that key."""
    return WORDS[key][_LANGUAGES.index(language_of(language))]


def weekday(language: str, day: int) -> str:
    """The short name of a day of the week, 0 is Monday."""
    return _WEEKDAYS[language_of(language)][day]


def month(number: int) -> str:
    """The short English name of a month, 1 is January."""
    return _MONTHS[number - 1]
