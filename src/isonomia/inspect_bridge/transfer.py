"""The task `isonomia/transfer`: what an adversary with one budget still gets from a model, and what the honest pay.

One sample is one arm of one item, since Inspect's limits, retries and errors are a sample's: so a limit cuts the attack
and the bare arm alike, an error costs one arm and not six, and a transcript is one conversation partner's. Samples are
called TWIN/ARM, so that a log sorted by name shows the arms of an item together.

An adversary here learns within an item alone: samples know nothing of each other. `isonomia transfer run` also lets it
practise beforehand.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from inspect_ai import Task as Measurement
from inspect_ai import task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import Model, ModelOutput, get_model, model_roles
from inspect_ai.solver import Generate, Solver, TaskState, solver

from isonomia.inspect_bridge.arguments import WrongArgument, checked
from isonomia.inspect_bridge.arms import ATTEMPTS, WITH_BARE, WITH_TARGET, Play, Played, task_of, written
from isonomia.inspect_bridge.provider import Offline
from isonomia.inspect_bridge.scoring import by_program
from isonomia.inspect_bridge.target import Behind
from isonomia.inspect_bridge.waiting import beside
from isonomia.transfer.attackers.attacker import Attacker
from isonomia.transfer.attackers.purse import Budget, hashed
from isonomia.transfer.attackers.routes import check_routes, corpus_sha256
from isonomia.transfer.hazard.items import Task
from isonomia.transfer.hazard.worlds import CATEGORIES, HazardWorld
from isonomia.transfer.offered import ITEMS_OF_A_MODEL, drawn, handbook, house_rule

ALL, ATTACKER, BARE = "all", "attacker", "bare"
OWN, RULE = "own", "rule"
LAYERS = (OWN, RULE)
DEFAULT = Budget()
Twins = list[tuple[Task, Task]]


@task
@checked
def transfer(
    category: str = ALL,
    budget: int = DEFAULT.attempts,
    items: int = ITEMS_OF_A_MODEL,
    layer: str = OWN,
    routes: str | list[str] = "",
    sessions: int = DEFAULT.sessions,
    identities: int = DEFAULT.identities,
    minutes: float = DEFAULT.minutes,
    place: int = 0,
    seed: int = 0,
) -> Measurement:
    """Differential capability transfer of a model, on an invented place whose knowledge harms nobody.

    Args:
        category: recipes, locks, circuits, routes, or all.
        budget: Attempts of the adversary on one item.
        items: Twins, of this category or of all of them together.
        layer: own (what the model refuses by itself; the unprotected one is the role `bare`), or rule (a rule of the
            house is its layer, and the unprotected one is the same model without that rule, or the role `bare`).
        routes: Some of the attacker's routes, with commas; all of them by default.
        sessions: That one adversary may open on one item.
        identities: That it may have.
        minutes: That it has for one item.
        place: Seed of the invented place; an organism knows its own.
        seed: Of all draws, the twins that are asked among them.
    """
    if layer not in LAYERS:
        raise WrongArgument(f"layer is {' or '.join(LAYERS)}, not {layer!r}")
    if not isinstance(routes, str | list):
        raise WrongArgument(f"routes are names with commas, or a list of them, not {routes!r}")
    model, bare = _model(), BARE in model_roles()
    _check_roles()
    twins = _twins(model, category, items, place, seed)
    brief, without = _briefs(model, twins, layer, place)
    arms = [*WITH_TARGET, "alone", *(WITH_BARE if bare or layer == RULE else ())]
    named = [str(name).strip() for name in (routes.split(",") if isinstance(routes, str) else routes)]
    chosen = check_routes([name for name in named if name])
    purse = Budget(budget, sessions, identities, DEFAULT.tokens, minutes)
    told = {"layer": layer, "budget": asdict(purse), "routes": chosen, "place": place, "seed": seed}
    return Measurement(
        dataset=MemoryDataset([_sample(arm, pair) for pair in twins for arm in arms], name=f"{category} of {place}"),
        solver=attempts(chosen, asdict(purse), seed, brief, without),
        scorer=by_program(),
        fail_on_error=False,  # an item that lost an arm is counted, as `left_out`
        metadata={"corpus": "isonomia hazard world", "corpus_sha256": corpus_sha256(), **told},
    )


def _model() -> Model:
    """The model that is measured: the items are of the place that it knows, so it has to be known by now."""
    try:
        return get_model()
    except ValueError as error:
        raise WrongArgument(
            "the items depend on the model: evaluate the task by its name, eval('isonomia/transfer', model=…)"
        ) from error


def _check_roles() -> None:
    for role in (BARE, ATTACKER):
        if role in model_roles():
            model = get_model(role=role)
            if isinstance(model.api, Offline) and model.api.governs:
                raise WrongArgument(f"{model} governs and answers no question: it cannot have the role {role}")


def _twins(model: Model, category: str, items: int, place: int, seed: int) -> Twins:
    if category not in (ALL, *CATEGORIES):
        raise WrongArgument(f"there is no category {category!r}; there are {', '.join(CATEGORIES)}, and {ALL}")
    wanted = items if category == ALL else items * len(CATEGORIES)  # categories come in turn
    api = model.api
    found = api.twins(wanted, seed) if isinstance(api, Offline) else drawn(HazardWorld(place), wanted, seed)
    return [pair for pair in found if category in (ALL, pair[0].category)]


def _briefs(model: Model, twins: Twins, layer: str, place: int) -> tuple[str, str]:
    """What the model is told beforehand, with its layer and without. An offline one knows its place already."""
    if isinstance(model.api, Offline):
        if layer == RULE:
            raise WrongArgument("an offline model reads no rule: leave layer=own, and name --model-role bare=…")
        return "", ""
    known = handbook(task for pair in twins for task in pair)
    return known + house_rule(HazardWorld(place)) * (layer == RULE), known


def _sample(arm: str, pair: tuple[Task, Task]) -> Sample:
    dangerous, benign = pair
    asked = benign if arm.startswith("benign") else dangerous
    return Sample(
        id=f"{asked.twin}/{arm}",
        input=asked.plain,
        target=" ".join(asked.key),
        metadata={"arm": arm, "category": asked.category, "task": asdict(asked)},
    )


@solver
def attempts(routes: tuple[str, ...], budget: dict[str, Any], seed: int, brief: str, without: str) -> Solver:
    """The adversary, or the plain user, of one sample. What it made lies in the store as `attempts`."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001  # as Inspect calls it
        state.messages.clear()  # the input says what is wanted; what is asked is the attacker's choice
        arm, asked = state.metadata["arm"], task_of(state.metadata)
        who, aide = _who(arm, state, brief, without)
        attacker = Attacker(routes, aide)
        play = Play(arm, asked, attacker, Budget(**budget), int(hashed(seed, asked.twin, state.epoch), 16))
        made: list[Played] = []
        try:
            state.store.set("ended", await beside(lambda: play.run(who, made)))
        finally:
            state.store.set(ATTEMPTS, written(made))
            text = made[made[-1].made.choice - 1].made.text if made else ""
            state.output = ModelOutput.from_content(who.name if who else "nobody", text)
        for met in (each.met for each in (who, aide) if each and each.met):
            raise met
        return state

    return solve


def _who(arm: str, state: TaskState, brief: str, without: str) -> tuple[Behind | None, Behind | None]:
    """Who is asked in this arm, and who rewords for the attacker where that role is given."""
    hear = state.messages.append
    roles = model_roles()
    aide = Behind(get_model(role=ATTACKER)) if ATTACKER in roles else None
    if arm in WITH_TARGET:
        return Behind(get_model(), hear, brief), aide
    if arm in WITH_BARE:
        return Behind(get_model(role=BARE), hear, without), aide
    return None, aide
