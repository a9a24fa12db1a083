"""A recipe regenerates an array; what it gives is defined person by person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isonomia.basics.acts import Recipe
from isonomia.basics.schema import MOST_CELLS
from isonomia.basics.streams import draw_words

recipes = st.builds(
    Recipe,
    st.sampled_from(["claims", "x", ""]),
    st.integers(0, 400),
    st.integers(0, 300),
    st.integers(1, 200),
    st.integers(0, 30_000),
    st.integers(0, 35_536),
    st.sampled_from(["", "appetite"]),
)


def short(seed, purpose, day, i):
    """Person i's 16 bits: one word holds four persons."""
    return int(draw_words(seed, purpose, day, i // 4 + 1)[-1]) >> 16 * (i % 4) & 0xFFFF


def plainly(recipe, seed):
    cells = []
    for i in range(recipe.start, recipe.start + recipe.n):
        top = recipe.top
        if recipe.trait:
            top = short(seed, "recipe/" + recipe.trait, 0, i) * recipe.top >> 16
        cells.append(recipe.base + (short(seed, "recipe/" + recipe.purpose, recipe.day, i) * top >> 16))
    return cells


@given(recipes, st.integers(0, 5))
def test_a_recipe_against_the_plain_one(recipe, seed):
    assert recipe.fault() is None
    cells = recipe.cells(seed)
    assert cells.dtype.str == "<u2"
    assert cells.tolist() == plainly(recipe, seed)


@given(recipes, st.integers(0, 150), st.integers(1, 100))
def test_any_slice_of_persons_is_the_same_persons(recipe, start, n):
    whole = recipe._replace(start=0, n=300).cells(1)
    part = recipe._replace(start=start, n=n).cells(1)
    assert (part == whole[start : start + n]).all()


def test_traits_last_and_days_differ():
    recipe = Recipe("claims", 0, 0, 400, 0, 60_000, "appetite")
    days = np.stack([recipe._replace(day=day).cells(2) for day in range(200)]).astype(int)
    assert not (days[0] == days[1]).all()
    trait = [short(2, "recipe/appetite", 0, i) for i in range(400)]
    assert np.corrcoef(days.mean(axis=0), trait)[0, 1] > 0.95, "who is greedy one day is greedy the next"


def test_recipes_draw_from_streams_of_their_own():
    """Nobody can spell a recipe that shows what a world or a lot will draw."""
    recipe = Recipe("turn order", 3, 0, 8, 0, 65_536)
    assert (recipe.cells(7) != draw_words(7, "turn order", 3, 2).view("<u2")).any()
    assert recipe.cells(7).tolist() == draw_words(7, "recipe/turn order", 3, 2).view("<u2").tolist()


@pytest.mark.parametrize(("base", "top"), [(0, 65_536), (65_536, 0), (65_535, 0), (0, 0), (1, 65_535)])
def test_the_edges_of_base_and_top(base, top):
    recipe = Recipe("x", 0, 0, 4000, base, top)
    if recipe.fault() is None:
        assert recipe.cells(0).tolist() == plainly(recipe, 0)
    else:
        assert base + top > 65_535


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "é"},
        {"purpose": "x" * 81},
        {"purpose": b"x"},
        {"trait": None},
        {"day": -1},
        {"day": True},
        {"start": -1},
        {"start": MOST_CELLS},
        {"n": 0},
        {"n": MOST_CELLS + 1},
        {"n": 2.0},
        {"base": -1},
        {"top": -1},
        {"base": 65_536, "top": 1},
        {"n": np.int64(5)},
    ],
)
def test_what_is_no_recipe(wrong):
    assert Recipe("x", 0, 0, 5, 0, 9)._replace(**wrong).fault()
