"""`isonomia break --governor language`: a sweep under a model, what stops it, and that it goes on where it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from isonomia.cli.main import main
from isonomia.lab.run import run
from isonomia.lab.spec import Spec
from isonomia.record.verify import check_folder
from model_minds import echoing, service, sober
from model_server import Model, Step, calls, raw, shown, thinking
from small_polity import charter_of

SMALL = ("--members", "20", "--days", "24", "--seeds", "2", "--workers", "1", "--search", "0")
BILL = {"prompt_tokens": 900, "completion_tokens": 100}
STORM = 45  # the day on which the model goes away


@pytest.fixture(autouse=True)
def _somewhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISONOMIA_KEY", str(tmp_path / "log.key"))
    monkeypatch.setattr("isonomia.models.client.BACKOFF_SECONDS", 0.001)
    monkeypatch.setattr("isonomia.models.client.MOST_WAIT_SECONDS", 0.01)
    monkeypatch.chdir(tmp_path)


def call(model: Model, *args: str, attack: str = "petition-persuasion") -> Result:
    named = ("--governor", "language", "--model", model.url + "#m", "--attack", attack)
    return CliRunner().invoke(main, ["break", "flawed", *SMALL, *named, "--json", "--out", "out", *args])


def harm_of(result: Result) -> float:
    assert result.exit_code == 0, result.output
    (cell,) = json.loads(result.stdout)["cells"]
    assert check_folder(Path("out") / cell["run"]).ok
    return float(cell["harm"])


def answered(model: Model) -> list[str]:
    return [json.dumps(asked, sort_keys=True) for asked in model.asked]


def test_a_storm_of_429_on_day_45_loses_nothing(model: Model) -> None:
    """Stopped in the third run, the control of the second seed: the first pair stands, what the model said is not asked
    for again, and the result is that of a sweep without the storm."""
    paid: list[str] = []
    begun = 0
    storm = True

    def stormy(request: dict[str, Any]) -> Step:
        nonlocal begun
        day = shown(request)["day"]
        begun += day == 0
        if storm and begun == 3 and day >= STORM:
            return raw(429, b"", {"Retry-After": "1"})
        paid.append(json.dumps(request, sort_keys=True))
        return sober(request)

    model.says(thinking(stormy))
    stopped = call(model)
    assert stopped.exit_code == 75, stopped.output
    assert (
        "gave no reply after 6 tries: HTTP 429; nothing is lost: the same command goes on from here" in stopped.stderr
    )
    before, pairs = len(paid), Path("out/pairs.jsonl").read_bytes()
    assert before > 48 + STORM
    assert len(pairs.splitlines()) == 1
    assert call(model).exit_code == 75
    assert len(paid) == before, "while the storm lasts, trying again costs nothing"
    storm = False
    after = call(model)
    assert harm_of(after) == 0.0
    assert Path("out/pairs.jsonl").read_bytes().startswith(pairs)
    assert len(paid) == len(set(paid)), "nothing was asked for twice"

    model.says(thinking(sober))
    model.asked.clear()
    calm = call(model, "--out", "calm")
    assert sorted(answered(model)) == sorted(paid), "a sweep without a storm asks for the same"
    assert json.loads(after.stdout)["cells"] == json.loads(calm.stdout)["cells"]


def test_a_sweep_whose_replies_are_there_needs_no_model(model: Model) -> None:
    model.says(thinking(sober))
    first = call(model, "--days", "3")
    assert first.exit_code == 0, first.output
    model.close()
    shared = [*Path("out").glob("*.html"), *Path("out/cells").iterdir(), Path("out/result.json")]
    assert len(shared) == 3
    assert not [path for path in shared if str(model.server.server_port) in path.read_text()], "where the model is"
    assert {each["governor"] for each in json.loads(first.stdout)["attacks"]} == {"m"}
    again = call(model, "--days", "3", "--out", "again", "--model-cache", "out/replies")
    assert json.loads(again.stdout)["cells"] == json.loads(first.stdout)["cells"]
    assert call(model, "--days", "3", "--out", "third").exit_code == 75


def test_a_budget_stops_a_sweep_and_a_larger_one_goes_on(model: Model) -> None:
    model.says(thinking(lambda request: calls(*service(shown(request)), ("end_turn", {}), usage=BILL)))
    limit = ("--model-budget", "cost=1,in=10,out=10")  # a hundredth a reply
    first = call(model, *limit)
    assert first.exit_code == 75, first.output
    assert "budget of 1 is spent; give more; nothing is lost" in first.stderr
    assert len(model.asked) == 100
    assert call(model, *limit).exit_code == 75
    assert len(model.asked) == 100
    assert call(model, "--model-budget", "cost=3,in=10,out=10").exit_code == 0
    assert len(answered(model)) == len(set(answered(model)))


def test_numbers_in_a_petition_are_refused_where_they_are_no_lawful_act(model: Model) -> None:
    """Tone 4 quotes "ten tonnes", "−5" and 1000000 to a model that repeats all it reads: no word of it is an act."""
    model.says(thinking(echoing))
    spec = Spec("commons", charter_of("flawed"), members=20, days=5, after=5, governor=model.url)
    trace = run(replace(spec, attack="petition-persuasion", point={"tone": 4}))
    control = run(spec)
    entries = [json.loads(line) for line in trace.lines]
    tried = [e for e in entries if e.get("by") == "governor" and e["kind"] == "set_quota" and e["body"] is None]
    assert len(tried) > 5 * 4
    assert {tuple(e["denied"]) for e in tried} == {("malformed: quota: wants a whole number, got str",)}
    for name, cells in control.truth.items():
        assert (trace.truth[name] == cells).all(), name


# -- called wrong ------------------------------------------------------------------------------------------------------
WRONG = {
    "no model": (["--governor", "language"], "--model URL#NAME"),
    "a model and another governor": (["--governor", "steward", "--model", "http://h/v1#m"], "--governor language"),
    "a model and no governor": (["--model", "http://h/v1#m"], "--governor language"),
    "a model's name alone": (["--governor", "language", "--model", "small"], "URL#NAME"),
    "a budget for nobody": (["--model-budget", "tokens=5"], "--governor language"),
    "a budget that is none": (["--governor", "http://127.0.0.1:1/v1", "--model-budget", "lots"], "minutes=90"),
    "an address that is none": (["--governor", "http://", "--model-cache", "c"], "host"),
}


@pytest.mark.parametrize("command", ["break", "safeguards"])
@pytest.mark.parametrize("what", WRONG)
def test_called_wrong_it_says_what_is_missing(what: str, command: str) -> None:
    args, named = WRONG[what]
    result = CliRunner().invoke(main, [command, "flawed", "--out", "out", *args])
    assert result.exit_code == 2, result.output
    assert named in result.stderr
    assert not list(Path("out").glob("runs"))


def test_a_url_alone_is_the_short_form(model: Model) -> None:
    model.says(thinking(sober))
    long = call(model, "--days", "3")
    args = ("--governor", model.url + "#m", "--attack", "petition-persuasion", "--json", "--out", "out")
    short = CliRunner().invoke(main, ["break", "flawed", *SMALL, "--days", "3", *args])
    assert json.loads(short.stdout) == json.loads(long.stdout)
