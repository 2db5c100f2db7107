"""At noon: picking with one item short, the customer's e-mail, and the code of it shown at the counter."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from pos_app.hardware.recording import codes_in, record
from pos_app.ui.screens.pick import PickScreen
from pos_app.ui.wording import money as written
from pos_app.ui.wording import say
from pos_app.walk_through import acts
from pos_app.walk_through.back_office import BackOffice
from pos_app.walk_through.post_office import html_of, pictures_of, text_of
from pos_app.walk_through.stage import ANNA, JON, RUTH, Stage
from pos_app.walk_through.story_morning import DEVS_LINES
from pos_app.walk_through.web_shop import OK
from site_sync.domain.orders import ClosedAs, Order
from site_sync.domain.orders import Stage as OrderStage
from site_sync.domain.totals import totals

SHORT = "PEG-10"
SECOND_BAG = ("GAS-230", "WAX-125")
NOT_ORDERED = "BTL-STEEL-075"


def pick(stage: Stage) -> None:
    """Jon takes over the till, walks the shelves, finds one item missing, and packs two bags."""
    stage.account.chapter("Picking, with one item short")
    stage.sign_out()
    jon = stage.sign_in(JON)
    stage.hand.until_on("sale")
    stage.account.step(f"{jon.name} signed in with his own PIN at the same till")
    order_id = stage.orders["dev"]
    screen = acts.claim(stage, order_id, picture="pick-queue")
    stage.hand.scan(acts.barcode(stage, NOT_ORDERED))
    stage.hand.until(lambda: bool(screen.refusal.text()), "the wrong item is refused")
    stage.hand.picture("pick-wrong-item")
    stage.account.check(f"A wrong item is refused: “{screen.refusal.text()}”", holds=True)
    for sku, units in DEVS_LINES:
        if sku == SHORT:
            _report_short(stage)
            continue
        if sku == SECOND_BAG[0]:
            stage.hand.press(screen.current.bag)
        acts.scan_units(stage, order_id, sku, units)
        if sku == SECOND_BAG[0]:
            stage.hand.picture("pick-walk")
    _ready(stage, screen)


def _report_short(stage: Stage) -> None:
    screen = acts.pick_screen(stage)
    stage.hand.press(screen.current.short)
    stage.hand.picture("pick-short")
    stage.hand.press_key(say("pick.drop"))
    stage.account.step(f"{SHORT} is not on its shelf: it is left out of the order, the rest goes on")


def _ready(stage: Stage, screen: PickScreen) -> None:
    account, order_id = stage.account, stage.orders["dev"]
    stage.hand.until(screen.ready.isVisible, "the bags ask for their shelf")
    stage.hand.press_key(say("pick.put_on", bag=2, shelf="A2"))
    stage.hand.picture("pick-bags")
    before = stage.papers()
    order = acts.confirm_picking(stage, order_id, screen)
    slips = stage.printed(before, 2)
    bags = {bag.number: bag.shelf for bag in order.bags}
    account.equal("Two bags stand on their shelves", sorted(bags), [1, 2])
    account.equal("The order is", order.stage, OrderStage.TO_COLLECT)
    account.equal("Units short", sum(line.quantities.short for line in order.lines), 1)
    labels = {code for slip in slips for code in codes_in(slip)}
    stage.codes["dev-bags"] = "\n".join(sorted(labels))
    account.equal("Collect slips printed, each with a code of its own", len(labels), 2)


def message(stage: Stage) -> None:
    """The mail server has what the customer reads on the phone."""
    stage.account.chapter("What the customer is told")
    order = stage.order(stage.orders["dev"])
    letter = _ready_letter(stage, order)
    account, text = stage.account, text_of(letter)
    account.step(f"E-mail to {letter['To']}: “{letter['Subject']}”")
    account.check("It says what is ready", holds="Gas 230 g" in text and "Laces 120 cm" in text, seen=text)
    account.check("It says what is short", holds="Tent pegs" in text, seen=text)
    until = f"{order.collect_by:%-d %B}" if order.collect_by else "no day"
    account.check(f"It says until when: {until}", holds=until in text, seen=text)
    account.check("It says where and when the shop is open", holds=_place_and_hours(text), seen=text)
    page = stage.shop.page(_link_in(text))
    account.equal("The customer's page answers", page.status, OK)
    account.check("The page names the order", holds=order.number in page.body, seen=page.body[:400])
    picture = next(iter(pictures_of(letter).values()))
    account.check("The code is a picture inside the message", holds="cid:" in html_of(letter))
    record(picture, stage.folders.video)
    code = Path(stage.folders.mail / "code.png")
    code.write_bytes(picture)
    stage.codes["dev"] = codes_in(code)[0]
    account.step("The picture of the code is held before the camera, as a phone would be")


def _ready_letter(stage: Stage, order: Order) -> EmailMessage:
    def found() -> EmailMessage | None:
        return stage.post.about(f"{order.number} is ready to collect", "Tent pegs", "Harbour Street")

    stage.hand.until(lambda: found() is not None, "the e-mail that the order is ready")
    letter = found()
    if letter is None:
        raise LookupError(order.number)
    return letter


def _place_and_hours(text: str) -> bool:
    return "Harbour Street 14" in text and "09:30" in text


def _link_in(text: str) -> str:
    return next(word for word in text.split() if "/o/" in word)


def collect(stage: Stage) -> None:
    """Anna hands the goods over to whoever shows the code."""
    stage.account.chapter("At the counter: code, bags, balance, receipt")
    account, order_id = stage.account, stage.orders["dev"]
    stage.sign_out()
    stage.sign_in(ANNA)
    stage.hand.until_on("sale")
    stage.hand.press_tile("collect")
    screen = acts.collect_screen(stage)
    stage.hand.until(lambda: bool(screen.bags), "the camera reads the code")
    account.step(f"The camera reads the phone: “{screen.reader.state.text()}”")
    stage.hand.picture("collect-code-read")
    acts.scan_bags(stage, stage.codes["dev-bags"].split())
    stage.hand.picture("collect-bags-scanned")
    balance = totals(stage.order(order_id)).balance
    before = stage.papers()
    stage.hand.press(screen.hand_over)
    stage.hand.until_on("payment")
    acts.pay_card(stage, picture="balance")
    stage.printed(before, 1)
    order = stage.order(order_id)
    account.step(f"{written(balance)} paid by card; the receipt is printed")
    account.equal(
        "The order is closed as", (order.stage, order.closed_as), (OrderStage.DONE, ClosedAs.COLLECTED)
    )
    account.equal("Left to pay", totals(order).balance.amount, 0)
    _shown_again(stage, order)


def _shown_again(stage: Stage, order: Order) -> None:
    """The same phone is held before the camera once more."""
    stage.hand.until_on("collect")
    stage.hand.until(lambda: order.number in stage.hand.notices(), "the second showing is refused")
    stage.hand.picture("collect-second-showing")
    stage.account.check(
        f"The same code again: “{stage.hand.notices()}”", holds="Anna K." in stage.hand.notices()
    )
    acts.go_home(stage)


def numbers(stage: Stage) -> None:
    """Till, centre, journal, stock and the customer's page say the same."""
    stage.account.chapter("The numbers, at the till and at the centre")
    stage.met()
    account = stage.account
    order = stage.order(stage.orders["dev"])
    answer = stage.shop.look_up(order.number).body
    sums = totals(order)
    account.equal("Stage at the centre", (answer["stage"], answer["closed_as"]), ("done", "collected"))
    account.equal("Version", answer["version"], order.version)
    account.equal("Total", answer["totals"]["total"]["amount"], sums.total.amount)
    account.equal("Paid", answer["totals"]["paid"]["amount"], sums.paid.amount)
    centre = stage.at_centre(order.number)
    account.step("Its stock reservation journal (- reserved, + released), on hand, why, by whom:")
    for entry in centre["journal"]:
        moved = f"{entry['quantity']:+4d} {entry['on_hand']:+4d}".replace("+0", " 0")
        who = stage.name_of(entry["staff"])
        account.step(f"{entry['sku']:<18}{moved}  {entry['reason']}, {who}")
    held = [entry for entry in centre["journal"] if entry["posted_at"] is None]
    account.equal("Open entries left in its stock reservation journal", len(held), 0)
    for level in centre["stock"]:
        here = stage.level(level["sku"], level["store"])
        account.equal(
            f"{level['sku']}: on hand, reserved",
            (here.on_hand, here.reserved),
            (level["on_hand"], level["reserved"]),
        )


def head_office(stage: Stage) -> None:
    """Site Manager, in a browser, shows the same orders and explains a reservation."""
    stage.account.chapter("Head office looks at Site Manager")
    site, account = stage.program.site, stage.account
    if site is None:
        raise LookupError("the till has no site of its own")
    office = BackOffice(stage.shop.url)
    office.sign_in(RUTH, site.do("staff", "password", RUTH).strip())
    account.step("The administrator signed in with a password that the site's operator had made")
    dev, maria = stage.order(stage.orders["dev"]), stage.order(stage.orders["maria"])
    page = office.text_of("orders", dev.number)
    for words in (dev.number, "Dev Nair", "Anna K.", "Jon P."):
        account.check(f"The order's page names {words}", holds=words in page, seen=page[:400])
    page = office.text_of("items", maria.lines[0].sku, "explain", "S02")
    account.check(
        f"“Explain this reservation” names {maria.number}", holds=maria.number in page, seen=page[:400]
    )
    page = office.text_of("journals", dev.id)
    account.check(
        "The stock reservation journal tells of the short item", holds=SHORT in page, seen=page[:400]
    )
