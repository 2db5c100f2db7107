"""Generated clips of codes held before a counter's camera: seeded, so every run sees the same hands."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import qrcode
import zxingcpp

Picture = npt.NDArray[np.uint8]
WIDTH, HEIGHT, FPS = 1280, 720, 30


class Showing(StrEnum):
    """How a code comes before the camera."""

    PAPER = "paper"
    PHONE = "phone"
    DARK_MODE = "dark_mode"
    DIM = "dim"
    GLARE = "glare"
    BLURRED = "blurred"
    BRIGHT = "bright"
    FAINT = "faint"
    MOIRE = "moire"
    FAST_HAND = "fast_hand"
    TILTED = "tilted"
    FAR = "far"
    LABEL = "label"


@dataclass(frozen=True)
class Scene:
    """One clip: which code, shown how; sizes in pixels, times in seconds, angles in degrees.

    With a `picture` file, such as the code out of an e-mail, that is shown instead of drawing the text.
    """

    text: str
    showing: Showing = Showing.PAPER
    seed: int = 0
    seconds: float = 1.5
    size: float = 190.0
    speed: float = 40.0
    tilt: float = 12.0
    blur: float = 0.8
    light: float = 0.9
    noise: float = 5.0
    picture: Path | None = None

    @property
    def length(self) -> int:
        """How many frames the clip has at 30 per second."""
        return round(self.seconds * FPS)


HARDER: dict[Showing, dict[str, Any]] = {
    Showing.PAPER: {},
    Showing.PHONE: {"size": 170.0, "blur": 1.0},
    Showing.DARK_MODE: {"size": 170.0, "blur": 1.0},
    Showing.DIM: {"light": 0.16, "noise": 9.0, "blur": 1.0},
    Showing.GLARE: {"size": 200.0},
    Showing.BLURRED: {"size": 200.0, "blur": 1.9},
    Showing.BRIGHT: {"size": 180.0, "light": 1.5, "blur": 1.2},
    Showing.FAINT: {"size": 170.0, "blur": 1.0, "noise": 7.0},
    Showing.MOIRE: {"size": 180.0, "blur": 0.9},
    Showing.FAST_HAND: {"speed": 420.0, "size": 200.0},
    Showing.TILTED: {"tilt": 46.0, "size": 210.0},
    Showing.FAR: {"size": 104.0, "blur": 0.8},
    Showing.LABEL: {"size": 330.0, "blur": 0.7},
}


def scene(text: str, showing: Showing, seed: int) -> Scene:
    """Return the scene of one way of showing, varied a little by its seed."""
    rng = np.random.default_rng(seed)
    made = replace(Scene(text, showing, seed), **HARDER[showing])
    return replace(
        made,
        size=made.size * rng.uniform(0.85, 1.15),
        blur=made.blur * rng.uniform(0.7, 1.5),
        tilt=made.tilt * rng.uniform(0.6, 1.1),
        speed=made.speed * rng.uniform(0.6, 1.4),
    )


def frames(made: Scene) -> Iterator[Picture]:
    """Yield the clip's gray frames, HEIGHT x WIDTH."""
    rng = np.random.default_rng(made.seed)
    card = _card(made)
    ground = _ground(rng)
    grain = [rng.normal(0, made.noise, (HEIGHT, WIDTH)).astype(np.float32) for _ in range(3)]
    phase = rng.uniform(0, 2 * math.pi, 6)
    for index in range(made.length):
        corners = _corners(made, index / FPS, phase)
        picture = _held(made, card, ground, corners)
        smear = _smear(_corners(made, (index + 0.5) / FPS, phase) - corners)
        if smear is not None:
            picture = np.asarray(cv2.filter2D(picture, -1, smear), dtype=np.float32)
        if made.showing is Showing.BRIGHT:
            picture = picture + _bloom(picture)
        picture = picture * made.light + np.roll(grain[index % 3], 37 * index, axis=1)
        yield np.clip(picture, 0, 255).astype(np.uint8)


def _held(
    made: Scene,
    card: Picture,
    ground: npt.NDArray[np.float32],
    corners: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Put the card into the picture, a little out of focus."""
    rows, columns = card.shape
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], dtype=np.float32)
    place = cv2.getPerspectiveTransform(flat, corners)
    picture = ground.copy()
    sharp = cv2.GaussianBlur(card, (0, 0), max(0.3, columns / (made.size * 1.5) * 0.5)).astype(np.float32)
    cv2.warpPerspective(
        sharp,
        place,
        (WIDTH, HEIGHT),
        dst=picture,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_TRANSPARENT,
    )
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), made.blur), dtype=np.float32)
    lamp = _light(made, corners)
    return picture if lamp is None else picture + lamp


def write_video(made: Scene, path: Path) -> None:
    """Record the clip as motion JPEG, as a counter's camera would."""
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    if not video.isOpened():
        raise OSError(f"cannot write {path}")
    for gray in frames(made):
        video.write(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR))
    video.release()


def qr_picture(text: str, module: int = 8) -> Picture:
    """Draw an ordinary QR code at level Q with its quiet zone, black on white."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=4)
    code.add_data(text)
    dark = np.array(code.get_matrix(), dtype=bool)
    return np.kron(np.where(dark, 20, 245), np.ones((module, module))).astype(np.uint8)


def label_picture(digits: str) -> Picture:
    """Draw an EAN-13 label, black on white."""
    drawn = zxingcpp.create_barcode(digits, zxingcpp.BarcodeFormat.EAN13).to_image(scale=4)
    bars = np.array(drawn, dtype=np.uint8)
    row = bars[bars.shape[0] // 2]
    return np.pad(np.tile(row, (200, 1)), ((30, 30), (40, 40)), constant_values=245)


def _card(made: Scene) -> Picture:
    """Draw what the hand holds: a slip of paper, a label, or a phone with its dark frame."""
    if made.showing is Showing.LABEL:
        return label_picture(made.text)
    code = qr_picture(made.text) if made.picture is None else _loaded(made.picture)
    if made.showing is Showing.DARK_MODE:
        code = (255 - code).astype(np.uint8)
    edge = round(code.shape[0] * 0.25)
    paper = made.showing in (Showing.PAPER, Showing.DIM, Showing.TILTED, Showing.FAR, Showing.FAST_HAND)
    around = 235 if paper else int(code[0, 0])
    card = np.pad(code, edge, constant_values=around)
    if not paper:
        card = np.pad(card, edge // 3, constant_values=15)
    if made.showing is Showing.MOIRE:
        card = _with_grating(card)
    if made.showing is Showing.FAINT:
        card = (70 + card * 0.14).astype(np.uint8)
    return card


def _loaded(path: Path) -> Picture:
    """Read a picture of a code at about the size that one is drawn in."""
    gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if gray is None:
        raise OSError(f"cannot read {path}")
    factor = 300 / max(gray.shape)
    return np.asarray(
        cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )


def _with_grating(card: Picture) -> Picture:
    rows, columns = np.mgrid[: card.shape[0], : card.shape[1]]
    wave = 1 + 0.28 * np.sin(rows * 0.19 + columns * 0.055) * np.sin(columns * 0.23)
    return np.asarray(np.clip(card * wave * 0.85, 0, 255), dtype=np.uint8)


def _ground(rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Draw an untidy counter: soft blotches and a few hard edges."""
    blotches = cv2.resize(rng.uniform(40, 170, (9, 16)).astype(np.float32), (WIDTH, HEIGHT))
    for _ in range(14):
        x, y = int(rng.uniform(0, WIDTH)), int(rng.uniform(0, HEIGHT))
        size = (int(rng.uniform(20, 260)), int(rng.uniform(4, 120)))
        cv2.rectangle(blotches, (x, y), (x + size[0], y + size[1]), float(rng.uniform(20, 200)), -1)
    return np.asarray(blotches, dtype=np.float32)


def _corners(made: Scene, at: float, phase: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return where the card's four corners are: an approach, then a hand that is never still."""
    settle = min(1.0, at / 0.4)
    half = made.size * (1.5 if made.showing is not Showing.LABEL else 1.0) / 2 * (0.75 + 0.25 * settle)
    sway = made.speed / (2 * math.pi * 1.1)
    x = WIDTH / 2 + sway * math.sin(2 * math.pi * 1.1 * at + phase[0]) + (1 - settle) * 260
    y = HEIGHT / 2 + 0.6 * sway * math.sin(2 * math.pi * 1.3 * at + phase[1]) + (1 - settle) * 150
    turn = phase[2] + 0.12 * math.sin(2 * math.pi * 0.6 * at + phase[3])
    lean = math.radians(made.tilt) * (1 + 0.15 * math.sin(2 * math.pi * 0.5 * at + phase[4]))
    flat = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=np.float64) * half
    if made.showing is Showing.LABEL:
        flat[:, 1] *= 0.5
        turn = 0.25 * math.sin(phase[2]) + 0.05 * math.sin(3 * at)
    depth = 1 / (1 + flat[:, 1] * math.sin(lean) / 900)
    seen = np.stack([flat[:, 0] * depth, flat[:, 1] * math.cos(lean) * depth], axis=1)
    spin = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return np.asarray(seen @ spin.T + [x, y], dtype=np.float32)


def _light(made: Scene, corners: npt.NDArray[np.float32]) -> npt.NDArray[np.float32] | None:
    """Return the lamp's reflection on a glossy surface, drifting over the code, or None."""
    if made.showing is not Showing.GLARE:
        return None
    middle = corners.mean(axis=0) * 0.8 + np.array([WIDTH, HEIGHT]) * 0.1 + made.size * 0.22
    lamp = np.zeros((HEIGHT // 4, WIDTH // 4), dtype=np.float32)
    centre = (int(middle[0] / 4), int(middle[1] / 4))
    cv2.ellipse(lamp, centre, (int(made.size / 13), int(made.size / 30)), 30, 0, 360, 230.0, -1)
    return np.asarray(cv2.resize(cv2.GaussianBlur(lamp, (0, 0), 4), (WIDTH, HEIGHT)), dtype=np.float32)


def _bloom(picture: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the light that a screen at full brightness spills over its surroundings in the lens."""
    small = cv2.resize(np.clip(picture - 200, 0, 55) * 2, (WIDTH // 4, HEIGHT // 4))
    return np.asarray(cv2.resize(cv2.GaussianBlur(small, (0, 0), 5), (WIDTH, HEIGHT)), dtype=np.float32)


def _smear(moved: npt.NDArray[np.float32]) -> npt.NDArray[np.float32] | None:
    """Return the kernel of the hand's way while the shutter is open, or None if it is under a pixel."""
    way = moved.mean(axis=0)
    length = math.ceil(float(np.hypot(*way)))
    if length < 2:
        return None
    kernel = np.zeros((2 * length + 1, 2 * length + 1), dtype=np.float32)
    dx, dy = int(way[0] / 2), int(way[1] / 2)
    cv2.line(kernel, (length - dx, length - dy), (length + dx, length + dy), 1.0)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)
