"""The end of the page: how to check it, the lab's own controls, what the page does not show, and its words."""

from __future__ import annotations

import re
import shlex

from isonomia.report.figures import DASH, count, fact, number
from isonomia.report.markup import clean, esc, name
from isonomia.report.reading import HELD, NO_HEADROOM, NOT_RUN, UNDETERMINED, Break

WORDS = (
    ("attack", "What an adversary does within a stated purse: identities, messages, money, days."),
    ("charter", "The whole law of a polity. A safeguard is one thing a charter can have or lack."),
    ("person-day", "One person on one day. A person is counted once, however many accounts they hold."),
    (
        "harm",
        "Person-days of service lost because of the attack, as a share of all; the same run without it is the measure.",
    ),
    ("harm by right", "The same loss seen by each right alone; the parts need not add up to the whole."),
    ("weakest tenth", "The tenth of the people worst placed on day 0: who need most, or in a budget are owed least."),
    (
        "tail share",
        "The share of the harm that came after the attack had ended: what the institution went on doing by itself.",
    ),
    ("step", "A charter that extends another by what is named beside it; each is measured against the one it extends."),
    ("capture", "What the attackers gained, as a share of all that honest people would have had."),
    ("decoupling", "How far what was done lies from the mandate on record."),
    ("input capture", "How far the mandate on record lies from the one that sincere ballots would have given."),
    ("truth gap", "How far what was reported lies from what was measured."),
    ("friction", "The share of honest people’s service that a charter costs when nobody attacks."),
    ("containment", "The share of an attack’s harm that a charter prevents."),
    ("structural right", "A right that no average excuses: one failure breaks the charter."),
    (
        "paired run",
        "The same seed twice, with the attack and without it; intervals are over pairs, at 95%, and describe one cell.",
    ),
    (
        "entry, root",
        "Every act is a numbered entry in a public log; the root is one short value that commits the whole log.",
    ),
    (
        "broken",
        "Harm is shown to lie above a threshold, at an error of 5% over the whole table, or a structural right failed.",
    ),
    (
        "held",
        "Harm is shown to lie below both thresholds, at an error of 5% over the attacks on one charter, within this "
        "attacker’s budget.",
    ),
    (UNDETERMINED, "Harm is shown neither above a threshold nor below, at the last number of runs."),
    (NO_HEADROOM, "People already went short without an attack, so the cell can say nothing."),
)
ONLY_IF_USED = (  # what charters and attacks of some worlds speak of
    ("steward", "A governor that does what was mandated by the law and reports what it measured."),
    ("credulous", "A governor that may take the text of a petition for an order."),
    ("petition", "A message to the governor from anybody, with an account or without."),
    ("contract", "Promises of the governor, checked each day on measured facts, and what follows if one breaks."),
    ("docket", "The office that takes proposals, shows them, counts the votes on them and does what was decided."),
    ("proposal", "A title and a payload: the acts that the office of decisions does once it has passed."),
    ("payload", "The acts that a proposal would do; a title says what it likes."),
    ("ordinance", "A decision that gives some persons another share than the others."),
    ("quorum", "How many must vote for a decision to count."),
    ("register", "Readings of people’s plates by an instrument that is not the governor."),
    ("operator", "Whoever runs the machine: it can act by hand, and reach for what no rule of the polity guards."),
    ("witness", "An independent reader, who judges each day’s record again by the law that was ratified."),
    ("issuer", "Whoever keeps the roll and admits accounts."),
    ("vouch", "To stand for a newcomer, so that they get an account."),
    ("obligation", "A promise about the state of things, judged on measured facts after each day."),
    ("duty", "What the office itself does when nobody who should has done it."),
    ("article", "A yes-or-no rule over one act, asked before the act is done."),
)


def render_notes(found: Break, said: str) -> str:
    """The notes to a page that has said what is in `said`."""
    return f"{_verify(found)}{_controls(found)}{_settings(found)}{_limits(found)}{_words(said)}"


def _verify(found: Break) -> str:
    runs = [cell.run for cell in found.cells.values() if cell.run]
    if not runs:
        told = "<p>No run was recorded beside this page, so nothing in it can be verified or replayed.</p>"
    else:
        run = esc(shlex.quote(runs[0]))
        told = (
            "<p>In the folder that holds this page; each cell above names its own run.</p>"
            f'<pre class="code"><code>isonomia verify {run}\nisonomia replay {run}\n'
            f"isonomia show {run} --day 3</code></pre>"
            "<p><code>verify</code> says that the folder is whole and unchanged since it was signed, not who signed. "
            "<code>replay</code> submits the acts again, without any governor or attack, and must reach the same root. "
            "A page cannot vouch for itself: compare the root with one you were given.</p>"
        )
    return f'<section id="verify"><h2>Verify and replay</h2>{told}</section>'


def _controls(found: Break) -> str:
    """What the lab did to itself; a failed control is named first, on top of the page too."""
    rows = "".join(
        f'<tr><th scope="row">{name(c.name)}</th><td>{name(c.expected or DASH)}</td><td>{name(c.got or DASH)}</td>'
        f'<td class="{"yes" if c.ok else "no"}">{"as expected" if c.ok else "FAILED"}</td></tr>'
        for c in sorted(found.controls, key=lambda c: c.ok)
    )
    titles = ("control", "expected", "got", "verdict")
    head = "<tr>" + "".join(f'<th scope="col">{title}</th>' for title in titles) + "</tr>"
    told = (
        f'<table class="plain"><thead>{head}</thead><tbody>{rows}</tbody></table>'
        if rows
        else "<p>No control was run.</p>"
    )
    wrapped = f'<div class="wide" role="region" aria-label="Controls" tabindex="0">{told}</div>' if rows else told
    return f'<section id="controls"><h2>The lab’s own controls</h2>{wrapped}</section>'


def _settings(found: Break) -> str:
    rows = [(key, _setting(value)) for key, value in found.spec.items()]
    rows.insert(0, ("isonomia", found.version or DASH))
    told = "".join(
        f"<div><dt>{name(clean(key).replace('_', ' '))}</dt><dd>{name(value)}</dd></div>" for key, value in rows
    )
    return f'<section id="settings"><h2>How it was run</h2><dl class="card">{told}</dl></section>'


def _setting(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{clean(key)} {_setting(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_setting(item) for item in value)
    if isinstance(value, float):
        return number(value)
    return clean(fact(value))


def _limits(found: Break) -> str:
    """What a reader could take from the page but must not."""
    statuses = [cell.status for cell in found.cells.values()]
    gaps = len(found.attacks) * len(found.charters) - len(found.cells)
    limits = ["Other attacks, other purses, other parameters: held means held against what was tried here."]
    limits += _search_limits(found) if HELD in statuses else []
    if found.spec.get("walls") in (None, "none"):
        limits.append(
            "Isolation: no walls were up. All ran in one process, where the gate is the only way by convention alone."
        )
    people = (
        "how members answer; the ballots are real, the days after are simulated"
        if found.spec.get("ballots")
        else "how real people would have behaved; the members are simulated"
    )
    limits.append(f"People: {people}.")
    if statuses.count(UNDETERMINED):
        limits.append(
            f"An answer for {count(statuses.count(UNDETERMINED), 'undetermined cell')}: more seeds may give one."
        )
    if statuses.count(NO_HEADROOM):
        limits.append(f"Anything about {count(statuses.count(NO_HEADROOM), 'cell')} without headroom.")
    if gaps:
        limits.append(f"{count(gaps, 'cell')} of the table, {NOT_RUN}.")
    if any(f.mean.value is None for f in found.friction) or not found.friction:
        limits.append("The whole price: friction is unknown where it says not measured. Unknown is not zero.")
    limits.append("Proof: this file is not signed. The run folders are, and the commands above check them.")
    items = "".join(f"<li>{esc(limit)}</li>" for limit in limits)
    return f'<section id="limits"><h2>What this page does not show</h2><ul class="limits">{items}</ul></section>'


def _search_limits(found: Break) -> list[str]:
    """How hard the attackers looked, and that another would look otherwise."""
    searches = [cell.search for cell in found.cells.values() if cell.search is not None]
    if not searches:
        return ["An attacker who knows the charter and searches: each attack was played at the point stated with it."]
    tried = sorted({search.tried for search in searches})
    spread = f"{tried[0]:,}" if len(tried) == 1 else f"{tried[0]:,} to {tried[-1]:,}"
    said = f"A cleverer attacker. Each tried {spread} points of its card’s own grid, in an order drawn once, and kept "
    limits = [said + "the worst; nobody wrote a new attack for a charter."]
    open_ = sum(search.open for search in searches)
    if open_:
        of = f"{open_:,} of {count(len(searches), 'search').replace('searchs', 'searches')}"
        limits.append(f"The worst point: {of} were cut short by the budget, and a larger one may find worse.")
    return limits


def _words(said: str) -> str:
    """The vocabulary; words of one office or one attack only where the page uses them."""
    text = re.sub("<[^>]*>", " ", said).lower()
    used = [(word, meaning) for word, meaning in ONLY_IF_USED if re.search(rf"\b{word}", text)]
    told = "".join(f"<div><dt>{esc(word)}</dt><dd>{esc(meaning)}</dd></div>" for word, meaning in (*WORDS, *used))
    return f'<section id="words"><h2>Words</h2><dl class="words">{told}</dl></section>'
