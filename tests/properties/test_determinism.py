"""A run is its spec: the same bytes again, on another day, on a processor with fewer features, after other runs."""

import json
import os
import runpy
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from isonomia.lab.run import run

SCRIPT = Path(__file__).parents[1] / "golden" / "write_roots.py"
GOLDEN = runpy.run_path(str(SCRIPT))
SPEC_OF = GOLDEN["spec_of"]
ATTACKED = ("commons", "flawed", "sybil-majority")
SPARE = [feature for feature in __cpu_dispatch__ if __cpu_features__.get(feature)]


@pytest.fixture(scope="module")
def roots():
    return GOLDEN["roots"]()


def test_roots_are_the_recorded_ones(roots):
    recorded = json.loads(SCRIPT.with_name("roots.json").read_text(encoding="utf-8"))
    change = {case for case in roots.keys() | recorded.keys() if roots.get(case) != recorded.get(case)}
    assert not change, f"runs do otherwise than before; if that is meant: python tests/golden/write_roots.py {change}"


def test_every_case_is_a_run_of_its_own(roots):
    assert len(set(roots.values())) == len(roots)


def test_a_spec_twice_is_one_run_and_other_runs_between_change_nothing(roots):
    first = run(SPEC_OF(*ATTACKED))
    run(SPEC_OF(*ATTACKED, seed=2))
    second = run(SPEC_OF(*ATTACKED))
    assert first.root == second.root == roots["commons flawed sybil-majority"]
    assert first.lines == second.lines
    for name in first.truth:
        assert (first.truth[name] == second.truth[name]).all()


@pytest.mark.parametrize("change", [{"seed": 2}, {"members": 59}, {"days": 7}, {"governor": "idle"}, {"held": 100}])
def test_everything_a_spec_says_counts(change):
    spec = SPEC_OF(*ATTACKED)
    assert run(replace(spec, **change)).root != run(spec).root


@pytest.mark.parametrize(
    "settings",
    [
        {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Prescott", "PYTHONHASHSEED": "1"},
        {"NPY_DISABLE_CPU_FEATURES": " ".join(SPARE), "PYTHONHASHSEED": "2"},
    ],
    ids=["one thread", "a plainer processor"],
)
def test_roots_do_not_depend_on_the_machine(roots, settings):
    if "NPY_DISABLE_CPU_FEATURES" in settings and not SPARE:
        pytest.skip("this processor has no feature that NumPy could do without")
    told = subprocess.run(
        [sys.executable, str(SCRIPT), "--print"],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    assert json.loads(told.stdout) == roots


@pytest.mark.skipif(not SPARE, reason="this processor has no feature that NumPy could do without")
def test_the_setting_above_does_take_features_away():
    code = "from numpy._core._multiarray_umath import __cpu_features__ as f; print(sum(f.values()))"
    env = {**os.environ, "NPY_DISABLE_CPU_FEATURES": " ".join(SPARE)}
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=60)
    assert int(told.stdout) < sum(__cpu_features__.values())


def test_the_control_would_notice_floats():
    """Why integers: summing floats in another order, which is what a wider processor does, gives other bits."""
    values = np.random.default_rng(0).random(1000)
    assert values.sum() != sum(values.tolist())
    whole = np.random.default_rng(0).integers(0, 65_536, 1000)
    assert int(whole.sum()) == sum(whole.tolist())
