"""Random streams: keyed by seed, purpose and day; persons by position; no day like another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics import streams
from isonomia.basics.streams import draw_below, draw_order, draw_shorts, draw_words

SAMPLE = 4000


@pytest.fixture
def plain_pcg(monkeypatch):
    """The mutant: the same streams on plain PCG64, whose leaps of 2**64 leave the low bits alike."""
    monkeypatch.setattr(np.random, "PCG64DXSM", np.random.PCG64)
    streams._stream.cache_clear()
    yield
    streams._stream.cache_clear()


def largest_correlation(lag):
    """The largest |z| of any pair of bit planes or of whole words between a day and the day `lag` later.

    Under independence each agreement count is binomial(SAMPLE, 1/2); z is in its standard deviations.
    """
    worst = 0.0
    for purpose in ("a", "b", "c"):
        one, two = (draw_words(11, purpose, day, SAMPLE) for day in (5, 5 + lag))
        alike = ~(one ^ two)
        for bit in range(64):
            agree = int(((alike >> np.uint64(bit)) & np.uint64(1)).sum())
            worst = max(worst, abs(agree - SAMPLE / 2) / (SAMPLE / 4) ** 0.5)
        correlation = np.corrcoef(one.astype(float), two.astype(float))[0, 1]
        worst = max(worst, abs(correlation) * SAMPLE**0.5)
    return worst


@pytest.mark.parametrize("lag", [1, 64, 1024])
def test_days_are_not_correlated(lag):
    assert largest_correlation(lag) < 5  # 195 statistics: the chance of a false alarm is about one in 10,000


@pytest.mark.parametrize("lag", [64, 1024])
def test_plain_pcg64_would_have_been_found_out(plain_pcg, lag):
    assert largest_correlation(lag) > 20


def test_other_seeds_purposes_and_days_give_other_numbers():
    drawn = [
        draw_words(seed, purpose, day, 8).tobytes()
        for seed in (0, 1, 10)
        for purpose in ("", "a", "0", "members/voting")
        for day in (0, 1, 10)
    ]
    assert len(set(drawn)) == len(drawn)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(0, 40)), max_size=12))
def test_what_was_drawn_before_shifts_nothing(history):
    """Any order of days, any amounts between, from a stream just made or long in use: the same numbers."""
    streams._stream.cache_clear()
    expected = {(p, d): draw_words(3, p, d, 40).tolist() for p in "ab" for d in range(10)}
    streams._stream.cache_clear()
    for purpose, day, n in history:
        assert draw_words(3, purpose, day, n).tolist() == expected[purpose, day][:n]


def test_a_fresh_generator_agrees():
    """A reference that jumps once from the key instead of walking from where the last draw stopped."""
    from hashlib import sha256

    for day in (0, 1, 77, 10**6):
        bits = np.random.PCG64DXSM(int.from_bytes(sha256(b"9\nwhat").digest()[:16], "little"))
        bits.advance(day * 2**64)
        assert draw_words(9, "what", day, 50).tolist() == bits.random_raw(50).tolist()


@pytest.mark.parametrize("n", [1, 3, 4, 5, 1000])
def test_a_late_joiner_shifts_nobody(n):
    assert (draw_shorts(5, "x", 2, n + 1)[:n] == draw_shorts(5, "x", 2, n)).all()
    assert (draw_below(5, "x", 2, n + 1, 100)[:n] == draw_below(5, "x", 2, n, 100)).all()


def test_shorts_are_the_words_cut_in_four():
    words = draw_words(5, "x", 2, 3).tolist()
    shorts = [(word >> shift) & 0xFFFF for word in words for shift in (0, 16, 32, 48)]
    assert draw_shorts(5, "x", 2, 11).tolist() == shorts[:11]
    assert draw_shorts(5, "x", 2, 11).dtype.str == "<u2"


@given(st.integers(1, 2**32), st.integers(0, 5))
def test_below_is_the_high_half_scaled(top, day):
    words = draw_words(5, "y", day, 20).tolist()
    assert draw_below(5, "y", day, 20, top).tolist() == [(word >> 32) * top >> 32 for word in words]


@pytest.mark.parametrize("top", [0, -1, 2**32 + 1])
def test_below_wants_a_top_it_can_be_fair_about(top):
    with pytest.raises(AssertionError):
        draw_below(5, "y", 0, 3, top)


def test_below_is_even():
    counts = np.bincount(draw_below(1, "dice", 0, 60_000, 6), minlength=6)
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 25.7  # chi-square, five degrees of freedom, one in 10,000


@pytest.mark.parametrize("n", [0, 1, 2, 50])
def test_an_order_is_a_permutation_sorted_by_draw(n):
    order = draw_order(5, "z", 1, n).tolist()
    words = draw_words(5, "z", 1, n).tolist()
    assert order == sorted(range(n), key=lambda i: (words[i], i))


def test_ties_in_an_order_go_by_position(monkeypatch):
    monkeypatch.setattr(streams, "draw_words", lambda *_: np.array([5, 1, 5, 1, 5], "<u8"))
    assert draw_order(0, "", 0, 5).tolist() == [1, 3, 0, 2, 4]


def test_no_draw_at_all():
    assert draw_words(0, "", 0, 0).tolist() == draw_shorts(0, "", 0, 0).tolist() == []
