"""The first start of a till by touch and by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from pos_app.ui.screens.set_up import SetUpScreen, Step
from tests.screens import sample_till
from tests.screens.hand import field, heard, key, named, press, settle, strike, type_text
from tests.screens.show import Show


def _shown(show: Show, screen: SetUpScreen) -> SetUpScreen:
    show(screen)
    return screen


def test_the_demo_shop_is_one_key_away(show: Show) -> None:
    screen = _shown(show, SetUpScreen())
    demo = heard(screen.site.demo_pressed)
    press(key(screen, "Try it with a demo shop"))
    assert demo == [()]


def test_a_site_is_joined_by_keyboard_alone(show: Show, qtbot: QtBot) -> None:
    screen = _shown(show, SetUpScreen())
    joined = heard(screen.site.join_pressed)
    screen.show_step(Step.SITE)
    address, code = screen.site.address.entry, screen.site.code.entry
    qtbot.waitUntil(address.hasFocus)
    type_text(address, "https://handover.example.org")
    strike(address, Qt.Key.Key_Return)
    qtbot.waitUntil(code.hasFocus)
    type_text(code, "K7QM-2FXA")
    strike(code, Qt.Key.Key_Return)
    strike(screen, Qt.Key.Key_F12)
    assert joined == [("https://handover.example.org", "K7QM-2FXA")] * 2


def test_what_is_missing_is_said_beside_its_field(show: Show) -> None:
    screen = _shown(show, SetUpScreen())
    joined = heard(screen.site.join_pressed)
    press(key(screen, "Join"))
    assert field(screen, "Address of the site").accessibleDescription() == "Type the address of your site."
    type_text(screen.site.address.entry, "https://handover.example.org")
    press(key(screen, "Join"))
    assert screen.site.code.error() == "Type the code that Site Manager shows."
    assert joined == []


def test_a_scanned_invitation_fills_the_fields_and_takes_the_error_away(show: Show) -> None:
    screen = _shown(show, sample_till.set_up())
    screen.site.fill("", "NEW4-CODE")
    assert screen.site.address.text() == "https://handover.example.org"
    assert screen.site.code.text() == "NEW4-CODE"
    assert not screen.site.error.isVisible()


def test_progress_and_failure_take_each_others_place(show: Show) -> None:
    screen = _shown(show, sample_till.set_up_joining())
    assert named(screen, "Loading items, customers and orders…").isVisible()
    assert not screen.site.join.isVisible()
    screen.site.show_form("The site cannot be reached. Check the address and the network.")
    assert named(screen, "The site cannot be reached. Check the address and the network.").isVisible()


def test_a_printer_is_tried_where_it_stands(show: Show) -> None:
    screen = _shown(show, sample_till.set_up_printer())
    tested = heard(screen.printer.test_pressed)
    press(named(screen, "58 mm"))
    press(key(screen, "Test page"))
    press(named(screen, "On this computer"))
    type_text(screen.printer.place.entry, "/dev/usb/lp0")
    strike(screen, Qt.Key.Key_F9)
    press(named(screen, "On the network"))
    assert screen.printer.address() == "tcp://192.168.1.50"
    press(named(screen, "As pictures"))
    strike(screen, Qt.Key.Key_F9)
    assert tested == [
        ("tcp://192.168.1.50", "58"),
        ("file:///dev/usb/lp0", "58"),
        ("preview:///srv/papers", "58"),
    ]


def test_without_an_address_no_page_is_printed(show: Show) -> None:
    screen = _shown(show, sample_till.set_up_printer())
    tested = heard(screen.printer.test_pressed)
    screen.printer.place.set_text("")
    strike(screen.printer.place.entry, Qt.Key.Key_Return)
    assert tested == []
    assert screen.printer.place.error() == "Say where the printer is."


def test_steps_are_left_by_their_keys_and_gone_back_to_by_escape(show: Show) -> None:
    screen = _shown(show, sample_till.set_up_printer())
    forward, skipped, steps = heard(screen.forward), heard(screen.skipped), heard(screen.step_changed)
    strike(screen, Qt.Key.Key_F12)
    press(key(screen, "Without a printer"))
    screen.show_step(Step.CAMERA)
    press(key(screen, "Without a camera"))
    screen.show_step(Step.SCANNER)
    press(key(screen, "Start selling"))
    strike(screen, Qt.Key.Key_Escape)
    assert forward == [("printer",), ("scanner",)]
    assert skipped == [("printer",), ("camera",)]
    assert steps == [("camera",), ("scanner",), ("card",)]
    assert screen.step is Step.CARD


def test_a_camera_is_chosen_and_shows_its_picture(show: Show) -> None:
    screen = _shown(show, sample_till.set_up_camera())
    chosen = heard(screen.camera.chosen)
    press(named(screen, "Camera 2"))
    press(named(screen, "A recorded video"))
    assert chosen == [("1",)]
    type_text(screen.camera.file.entry, "/srv/counter.avi")
    strike(screen.camera.file.entry, Qt.Key.Key_Return)
    press(named(screen, "No camera"))
    assert chosen == [("1",), ("/srv/counter.avi",), ("",)]
    picture = QImage(64, 48, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    screen.camera.show_frame(picture)
    settle()
    seen = screen.camera.view.grab().toImage()
    assert seen.pixelColor(seen.width() // 2, seen.height() // 2) == QColor("#ff00ff")


def test_the_newest_five_scans_are_shown(show: Show) -> None:
    screen = _shown(show, sample_till.set_up_scanner())
    for number in range(5):
        screen.scanner.show_scan("Item", f"item {number}", known=True)
    settle()
    assert named(screen, "item 4").isVisible()
    assert named(screen, "The scanner works").isVisible()
    assert not [w for w in screen.findChildren(type(screen.scanner.state)) if w.text() == "HELLO-42"]
