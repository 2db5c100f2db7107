"""The guided demo from its first to its last line: what is started, played and told."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtWidgets import QApplication

from pos_app.arguments import Options
from pos_app.assembly import TillProgram
from pos_app.ui.window import Window
from pos_app.walk_through import gallery, story_counter, story_evening, story_morning, story_problem
from pos_app.walk_through.account import Account, StoryBroken
from pos_app.walk_through.hand import Hand
from pos_app.walk_through.post_office import HOST, PostOffice
from pos_app.walk_through.stage import Folders, Stage
from pos_app.walk_through.web_shop import WebShop

CHAPTERS: tuple[Callable[[Stage], None], ...] = (
    story_morning.open_till,
    story_morning.order_with_deposit,
    story_morning.web_order,
    story_counter.pick,
    story_counter.message,
    story_counter.collect,
    story_counter.numbers,
    story_counter.head_office,
    story_evening.nobody_comes,
    story_evening.network_down,
    story_evening.network_back,
    story_problem.refused_and_mended,
    story_evening.put_back,
)
START_S = 60.0


def walk_through(app: QApplication, options: Options, window: Window, folder: Path) -> int:
    """Play the story of a day into the folder; 0 when everything it promises came true."""
    folders = Folders(folder.resolve() / "screens", folder.resolve())
    for old in (folders.screens, folders.papers, folders.mail, folders.till):
        shutil.rmtree(old, ignore_errors=True)
    account = _account(folders)
    account.step(f"The story of one day, played by the real till; pictures go to {folder}")
    return _play(
        TillProgram(app, _options(options, folders), window), account, folders, (*CHAPTERS, _tell_all)
    )


def screenshots(app: QApplication, options: Options, window: Window, folder: Path) -> int:
    """Write a picture of every screen into the folder; 0 when all could be reached."""
    with TemporaryDirectory(prefix="handover-") as work:
        folders = Folders(folder.resolve(), Path(work))
        first = _set_up_pictured(app, _options(options, folders), window, folders)
        program = TillProgram(app, _options(options, folders), window)
        chapters = (*gallery.CHAPTERS, _tell_pictures)
        return _play(program, _account(folders), folders, chapters, first)


def _set_up_pictured(
    app: QApplication, options: Options, window: Window, folders: Folders
) -> tuple[Path, ...]:
    """What a till shows at its very first start, pictured on a till of its own."""
    data = folders.work / "new"
    program = TillProgram(app, replace(options, data=data, demo=False, site="", enrol=""), window)
    try:
        hand = Hand(window, folders.screens, lambda: program.tasks.call(lambda _desk: None))
        window.show()
        program.start()
        hand.until_on("set_up")
        hand.picture("set-up")
        return tuple(hand.taken)
    finally:
        program.close()


def _account(folders: Folders) -> Account:
    begun = time.monotonic()
    return Account(folders.work, lambda: time.monotonic() - begun, lambda line: print(line, flush=True))


def _play(
    program: TillProgram,
    account: Account,
    folders: Folders,
    chapters: Sequence[Callable[[Stage], None]],
    pictures: tuple[Path, ...] = (),
) -> int:
    for folder in (folders.screens, folders.papers, folders.mail, folders.till):
        folder.mkdir(parents=True, exist_ok=True)
    post = PostOffice(folders.mail, _free_port())
    post.open()
    _settings_of_the_site(post)
    try:
        stage = _stage(program, account, post, folders)
        stage.hand.taken.extend(pictures)
        for chapter in chapters:
            chapter(stage)
    except StoryBroken as broken:
        account.close(f"FAILED: {broken}", f"{folders.screens} shows what was to be seen until then.")
        return 1
    finally:
        program.close()
        post.close()
    return 0


def _options(options: Options, folders: Folders) -> Options:
    """A fresh demo till whatever else was said: simulated terminal, pictures of papers, a video as camera."""
    return replace(
        options,
        data=folders.till,
        store="S01",
        till="02",
        card="simulator:ok",
        printer=f"preview://{folders.papers}",
        camera=str(folders.video),
    )


def _settings_of_the_site(post: PostOffice) -> None:
    """The embedded site, a child process, is told by its environment where messages are handed in."""
    os.environ["HANDOVER_SMTP_HOST"] = HOST
    os.environ["HANDOVER_SMTP_PORT"] = str(post.port)
    os.environ["HANDOVER_MAIL_FROM"] = "Fjord & Fell <orders@fjordandfell.example>"


def _stage(program: TillProgram, account: Account, post: PostOffice, folders: Folders) -> Stage:
    window = program.window
    hand = Hand(window, folders.screens, lambda: program.tasks.call(lambda _desk: None))
    failures: list[str] = []
    program.failed.connect(failures.append)
    window.show()
    program.start()
    hand.until(lambda: program.floor is not None or bool(failures), "the till is ready", START_S)
    if failures or program.site is None:
        raise StoryBroken(f"the site did not start: {failures}")
    site_url = program.tasks.call(lambda desk: desk.identity.site_url)
    key = program.site.do("api-key", "create", "web-shop").strip()
    return Stage(program, hand, account, post, WebShop(site_url, key), folders)


def _tell_all(stage: Stage) -> None:
    folders, account = stage.folders, stage.account
    account.close(
        f"{account.checks} things were checked and all of them held, in {account.seconds():.0f} s.",
        _pictures(stage),
        f"Papers:   {folders.papers}  ({len(stage.papers())} slips and receipts)",
        f"Messages: {folders.mail}  ({len(stage.post.messages)} e-mails, as .eml and .html)",
    )


def _tell_pictures(stage: Stage) -> None:
    stage.account.close(_pictures(stage))


def _pictures(stage: Stage) -> str:
    return f"Screens:  {stage.folders.screens}  ({len(stage.hand.taken)} pictures)"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
