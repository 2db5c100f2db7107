"""A scanner's burst becomes a code and a hand's keys always arrive, in order."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_app.hardware.scanner import BurstRecogniser, DoubleScanGate, WedgeSettings
from site_sync.domain.codes import MAX_SCAN_BYTES


class Desk:
    """A text field behind the recogniser, as the Qt filter would feed it."""

    def __init__(self, settings: WedgeSettings) -> None:
        self.recogniser = BurstRecogniser(settings)
        self.held: list[str] = []
        self.arrived: list[str] = []
        self.codes: list[str] = []
        self.used: list[str] = []
        self.now = 1000

    def press(self, keys: Iterable[str], gap_ms: int) -> None:
        for key in keys:
            self.now += gap_ms
            self.press_at(key)

    def press_at(self, key: str) -> None:
        deadline = self.recogniser.deadline_ms
        if deadline is not None and deadline <= self.now:
            self.settle(deadline)
        verdict = self.recogniser.feed(key, self.now)
        self.apply(verdict.release, None)
        (self.held if verdict.hold else self.arrived).append(key)
        self.apply(0, verdict.code)

    def apply(self, release: int, code: str | None) -> None:
        self.arrived += self.held[:release]
        del self.held[:release]
        if code is not None:
            self.codes.append(code)
            self.used += self.held
            self.held.clear()

    def wait(self) -> None:
        deadline = self.recogniser.deadline_ms
        if deadline is not None:
            self.settle(deadline)
            self.now = deadline

    def settle(self, at_ms: int) -> None:
        verdict = self.recogniser.expire(at_ms)
        self.apply(verdict.release, verdict.code)


def test_a_burst_with_its_suffix_is_a_code_and_no_key_arrives() -> None:
    desk = Desk(WedgeSettings())
    desk.press("4006381333931\r", gap_ms=8)
    assert (desk.codes, desk.arrived, desk.held) == (["4006381333931"], [], [])


@pytest.mark.parametrize("gap_ms", [41, 90, 250])
def test_typing_by_hand_arrives_key_by_key_with_its_enter(gap_ms: int) -> None:
    desk = Desk(WedgeSettings())
    desk.press("4006381333931\r", gap_ms)
    assert (desk.codes, desk.arrived) == ([], list("4006381333931\r"))


def test_a_fast_roll_over_two_keys_is_given_back() -> None:
    desk = Desk(WedgeSettings())
    desk.press("th", gap_ms=12)
    assert desk.arrived == []
    desk.wait()
    assert desk.arrived == ["t", "h"]


def test_a_burst_without_the_suffix_it_should_have_is_given_back() -> None:
    desk = Desk(WedgeSettings())
    desk.press("4006381333931", gap_ms=5)
    desk.wait()
    assert (desk.codes, "".join(desk.arrived)) == ([], "4006381333931")


def test_too_short_a_burst_is_given_back_before_its_enter() -> None:
    desk = Desk(WedgeSettings(min_length=4))
    desk.press("123\r", gap_ms=5)
    assert (desk.codes, desk.arrived) == ([], ["1", "2", "3", "\r"])


def test_tab_as_suffix_and_enter_as_plain_key() -> None:
    desk = Desk(WedgeSettings(suffix="\t"))
    desk.press("12345\t", gap_ms=5)
    desk.press("67\r", gap_ms=5)
    assert (desk.codes, desk.arrived) == (["12345"], ["6", "7", "\r"])


def test_without_suffix_the_pause_ends_the_code() -> None:
    desk = Desk(WedgeSettings(suffix=""))
    desk.press("12345678", gap_ms=5)
    desk.wait()
    desk.press("ab", gap_ms=300)
    desk.wait()
    assert (desk.codes, desk.arrived) == (["12345678"], ["a", "b"])


def test_a_key_that_comes_late_is_not_mixed_into_the_burst_before_it() -> None:
    recogniser = BurstRecogniser(WedgeSettings(suffix=""))
    for at_ms, key in enumerate("12345"):
        recogniser.feed(key, at_ms)
    with pytest.raises(ValueError, match="overdue"):
        recogniser.feed("x", 500)
    assert recogniser.expire(500).code == "12345"
    assert recogniser.feed("x", 500).hold


def test_with_a_prefix_hand_keys_are_never_held() -> None:
    desk = Desk(WedgeSettings(prefix="~"))
    desk.press("fast", gap_ms=1)
    assert "".join(desk.arrived) == "fast"
    desk.press("~12345\r", gap_ms=5)
    assert (desk.codes, "".join(desk.arrived)) == (["12345"], "fast")


def test_a_control_key_as_prefix() -> None:
    desk = Desk(WedgeSettings(prefix="\x02"))
    desk.press("\x0212345\r", gap_ms=5)
    assert (desk.codes, desk.arrived) == (["12345"], [])


def test_a_group_separator_stays_inside_a_burst_and_is_no_start() -> None:
    desk = Desk(WedgeSettings())
    desk.press("\x1d", gap_ms=300)
    desk.press("0104006381333931\x1d10A\r", gap_ms=5)
    assert (desk.codes, desk.arrived) == (["0104006381333931\x1d10A"], ["\x1d"])


def test_an_arrow_key_in_between_gives_back_what_was_held() -> None:
    desk = Desk(WedgeSettings())
    desk.press(["a", "", "b"], gap_ms=5)
    desk.wait()
    assert desk.arrived == ["a", "", "b"]


def test_an_endless_burst_does_not_grow() -> None:
    desk = Desk(WedgeSettings())
    desk.press("7" * 2000, gap_ms=1)
    assert len(desk.held) <= MAX_SCAN_BYTES
    desk.wait()
    assert "".join(desk.arrived) == "7" * 2000


settings = st.builds(
    WedgeSettings,
    prefix=st.sampled_from(["", "~"]),
    suffix=st.sampled_from(["", "\r", "\t"]),
    min_length=st.integers(2, 6),
    max_gap_ms=st.sampled_from([20, 40]),
)
strokes = st.lists(st.tuples(st.sampled_from([*"ab1~", "\r", "\t", ""]), st.integers(0, 80)), max_size=60)


@given(settings, strokes)
def test_no_key_is_lost_made_up_or_taken_by_a_burst_that_was_none(
    how: WedgeSettings, keys: list[tuple[str, int]]
) -> None:
    desk = Desk(how)
    for key, gap_ms in keys:
        desk.press([key], gap_ms)
    desk.wait()
    assert sorted(desk.arrived + desk.used) == sorted(key for key, _ in keys)
    assert desk.held == []
    assert all(len(code) >= how.min_length for code in desk.codes)
    ends = len(how.prefix + how.suffix) * len(desk.codes)
    assert len(desk.used) == sum(len(code) for code in desk.codes) + ends


@given(settings, st.lists(st.sampled_from([*"abc123", "\r", ""]), max_size=40))
def test_a_hands_keys_arrive_in_order_whatever_the_settings(how: WedgeSettings, keys: list[str]) -> None:
    desk = Desk(how)
    desk.press(keys, gap_ms=how.max_gap_ms + 1)
    desk.wait()
    assert (desk.arrived, desk.codes) == (keys, [])


@pytest.mark.parametrize(
    "wrong", [{"min_length": 1}, {"max_gap_ms": 0}, {"prefix": "ab"}, {"suffix": "\r\n"}]
)
def test_impossible_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"burst|one key"):
        WedgeSettings(**wrong)  # type: ignore[arg-type]


def test_a_doubled_scan_counts_once_and_a_later_one_again() -> None:
    gate = DoubleScanGate()
    admitted = [gate.admits("A", at) for at in (0, 100, 399, 400, 801)]
    assert admitted == [True, False, False, True, True]
    assert gate.admits("B", 802)


def test_a_code_held_before_the_camera_counts_once_until_it_was_away() -> None:
    gate = DoubleScanGate(1200, sliding=True)
    assert [gate.admits("A", at) for at in range(0, 6000, 600)] == [True] + [False] * 9
    assert gate.admits("A", 5400 + 1200)
