"""Sounds come from a program of this computer, never hold anybody up, and can be softer or off."""

from __future__ import annotations

import wave
from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.hardware.sounds import AT_ONCE, Sound, SoundPlayer
from pos_app.ui.resources import resource
from tests.hardware.fake_player import Player


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Player]:
    with Player.on_path(tmp_path / "bin", monkeypatch) as found:
        yield found


def _sounds(tmp_path: Path, volume: int = 100) -> SoundPlayer:
    return SoundPlayer(resource("sounds"), tmp_path / "quieter", volume)


def test_each_sound_is_played_once_by_the_program_that_is_there(
    player: Player, tmp_path: Path, qtbot: QtBot
) -> None:
    sounds = _sounds(tmp_path)
    assert sounds.player == "aplay"
    for sound in Sound:
        assert sounds.play(sound)
        qtbot.waitUntil(partial(_last_is, player, sound))
    assert player.heard() == [sound.value for sound in Sound]
    sounds.close()


def _last_is(player: Player, sound: Sound) -> bool:
    return player.heard()[-1:] == [sound.value]


def test_softer_is_a_softer_copy_of_the_same_length(player: Player, tmp_path: Path, qtbot: QtBot) -> None:
    sounds = _sounds(tmp_path, 30)
    sounds.play(Sound.DONE)
    qtbot.waitUntil(lambda: player.heard() == ["done-30"])
    loud, soft = (_peak(path) for path in (resource("sounds", "done.wav"), tmp_path / "quieter/done-30.wav"))
    assert soft[0] == loud[0]
    assert abs(soft[1] - loud[1] * 30 // 100) <= 1
    sounds.close()


def _peak(path: Path) -> tuple[int, int]:
    with wave.open(str(path)) as file:
        samples = array("h", file.readframes(file.getnframes()))
        return len(samples), max(abs(sample) for sample in samples)


def test_off_is_silent_and_without_a_program_somebody_else_must_beep(
    player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _sounds(tmp_path, 0).play(Sound.REFUSED)
    assert player.heard() == []
    monkeypatch.setenv("PATH", str(tmp_path))
    nothing = _sounds(tmp_path)
    assert (nothing.player, nothing.play(Sound.REFUSED)) == ("", False)


def test_a_player_that_hangs_holds_nobody_up(player: Player, tmp_path: Path, qtbot: QtBot) -> None:
    player.hang()
    sounds = _sounds(tmp_path)
    for _ in range(AT_ONCE + 3):
        assert sounds.play(Sound.ACCEPTED)
    qtbot.waitUntil(lambda: len(player.heard()) == AT_ONCE)
    sounds.close()
    assert len(player.heard()) == AT_ONCE
