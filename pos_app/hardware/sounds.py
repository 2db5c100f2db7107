"""The till's sounds, played by whatever player this computer has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import wave
from array import array
from enum import StrEnum
from pathlib import Path

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"))
"""Programs that play a WAV file and end, best first."""

AT_ONCE = 3
"""More sounds than these at the same time tell nobody anything."""

LOUDEST = 100


class Sound(StrEnum):
    """What the till can say without words."""

    ARRIVED = "arrived"
    ACCEPTED = "scanned"
    REFUSED = "refused"
    DONE = "done"


class SoundPlayer:
    """Plays short sounds and never waits for one.

    Not every player knows a volume, so quieter copies of the sounds are kept in `folder`.
    """

    def __init__(self, sounds: Path, folder: Path, volume: int = LOUDEST) -> None:
        self._sounds = sounds
        self._folder = folder
        self._command = next(
            ([path, *words[1:]] for words in PLAYERS if (path := shutil.which(words[0])) is not None), None
        )
        self._running: list[subprocess.Popen[bytes]] = []
        self.volume = volume

    @property
    def player(self) -> str:
        """The name of the program that plays, empty where there is none."""
        return Path(self._command[0]).name if self._command else ""

    def play(self, sound: Sound) -> bool:
        """Begin a sound; False when this computer has no player and something else should be heard."""
        if self.volume <= 0:
            return True
        if self._command is None:
            return False
        self._running = [process for process in self._running if process.poll() is None]
        if len(self._running) < AT_ONCE:
            silent = subprocess.DEVNULL
            command = [*self._command, os.fspath(self._file(sound))]
            self._running.append(subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent))
        return True

    def close(self) -> None:
        """End what still sounds."""
        for process in self._running:
            process.terminate()
            process.wait()
        self._running = []

    def _file(self, sound: Sound) -> Path:
        original = self._sounds / f"{sound.value}.wav"
        if self.volume >= LOUDEST:
            return original
        quieter = self._folder / f"{sound.value}-{self.volume}.wav"
        if not quieter.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_quieter(original, quieter, self.volume)
        return quieter


def _write_quieter(original: Path, quieter: Path, volume: int) -> None:
    """A copy with every 16-bit sample at so many percent."""
    with wave.open(os.fspath(original), "rb") as source:
        form, frames = source.getparams(), source.readframes(source.getnframes())
    samples = array("h", frames)
    if sys.byteorder == "big":
        samples.byteswap()
    samples = array("h", (sample * volume // LOUDEST for sample in samples))
    if sys.byteorder == "big":
        samples.byteswap()
    written = quieter.with_suffix(".new")
    with wave.open(os.fspath(written), "wb") as target:
        target.setparams(form)
        target.writeframes(samples.tobytes())
    written.replace(quieter)
