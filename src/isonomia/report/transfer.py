"""The card of a measured model as one page: what an adversary gets, what the honest pay, what was claimed, what is not
known, and how to make it again. `render_card(card, version)` takes what `isonomia transfer card --json` prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isonomia.report import charts, transfer_curves
from isonomia.report import transfer_words as words
from isonomia.report.figures import DASH, count
from isonomia.report.markup import esc, isolate, join_words, name
from isonomia.report.page import Front, render_page, unbroken
from isonomia.report.reading import a_list, a_mapping, a_number, a_text, rows, texts
from isonomia.report.transfer_changes import render_changes, wide_table
from isonomia.report.transfer_words import OVERALL, Cell, Entry, span, two

STYLE = transfer_curves.STYLE + (
    ".multiples{grid-template-columns:repeat(auto-fill,minmax(14rem,1fr));margin-bottom:1rem}"
    "table.pay td.num{white-space:nowrap}table.pay td.by{display:table-cell}"
    "table.card{min-width:46rem;width:100%}.card td.num{white-space:nowrap}table.card th[scope=row]{min-width:7rem}"
    ".card tr.all>*{border-top:1px solid var(--rule);font-weight:600}.card tr.all .ci{font-weight:400}"
    ".card thead th{white-space:normal;vertical-align:bottom}.card td .ci{white-space:nowrap}"
    "table.bars th[scope=row]{max-width:19rem}.dot.harm,.span.harm{fill:var(--harm);"
    "stroke:var(--harm)}.dot.harm{stroke:none}.part{margin-top:2.25rem}.part h3{margin-top:0}.multiples figure p"
    "{margin:0}dl.made{margin:0;font-size:.9rem}.made div{display:grid;grid-template-columns:11rem 1fr;gap:0 1rem;"
    "padding:.2rem 0}.made dt{color:var(--soft)}.made dd{margin:0}.chip.apart{background:var(--b1);color:var(--on-b1)}"
)
# On a narrow page a table of numbers keeps its first column in sight, and marks stand under their numbers.
NARROW = (
    "@media (max-width:40rem){.made div{grid-template-columns:1fr}table.card{min-width:0}.plain td .ci{display:block}"
    ".plain thead th{white-space:normal;vertical-align:bottom}.plain th,.plain td{padding-right:.7rem}"
    ".plain th:first-child{position:sticky;left:0;z-index:1;background:var(--paper)}"
    "table.card th[scope=row]{min-width:5rem}"
    "table.pay{display:block;min-width:0}.pay thead,.pay tbody{display:block}.pay tr{display:grid;"
    "grid-template-columns:1fr auto;gap:.15rem .75rem;padding:.55rem 0;border-top:1px solid var(--faint)}"
    ".pay thead tr{border:0;padding:0}"
    "table.pay tr>:is(th,td){display:block;border:0;padding:0;min-width:0;max-width:none;position:static}"
    "table.pay thead tr>th:not(:has(svg)),.pay thead .by{display:none}table.pay tbody tr+tr>*{border:0}"
    ".pay tr>:is(th,td):has(svg),.pay tr>td.by{grid-column:1/-1}"
    "#changes .pay tr{grid-template-columns:repeat(3,1fr)}#changes .pay th[scope=row]{grid-column:1/3}"
    "#changes .pay td:has(.chip){grid-row:1;grid-column:3;text-align:right}#changes .pay td .ci{display:block}"
    "#changes .pay th+td{grid-column:1}#changes .pay td.num:before{display:block;color:var(--soft);font-size:.8125rem}"
    "#changes .pay th+td:before{content:'then '}#changes .pay th+td+td:before{content:'now '}"
    "#changes .pay th+td+td+td.num:before{content:'change '}}"
    "@media print{table.card{min-width:0}.card td .ci,.pay td .ci{display:block}.card :is(th,td),.pay :is(th,td){"
    "padding-right:.6rem}.bars.pay td.num:has(+td svg){min-width:0}.pay svg.mark{width:9rem}}"
)
PAYS = {
    "r": ("r, refused", "share of honest questions that are refused"),
    "b": ("b, served", "what the honest get, of what the unprotected model gives them; 1: all of it"),
    "tau_per_r": ("τ/r", "what gets through for each refusal of an honest question"),
    "dct": ("τ/b", "0: stops only the adversary; 1: takes from both alike; above 1: more from the honest"),
    "differential": ("differential", "what the adversary loses more than the honest do"),
}
CONDITIONS = {
    "command": "command",
    "bare": "compared with",
    "seed": "seed of the place and all draws",
    "weights_made": "weights",
    "weights_sha256": "SHA-256 of the weights",
    "budget": "budget of a task",
    "routes": "routes",
    "held_out": "with the held-out framing",
    "practice": "items practised on, not reported",
    "corpus_sha256": "SHA-256 of the wordings",
    "items_sha256": "SHA-256 of the items",
    "attempts_sha256": "SHA-256 of the attempts",
    "isonomia": "isonomia",
    "python": "Python",
    "numpy": "NumPy",
}
LIMITS = (
    "What somebody gets who is not played here: other routes, a larger budget, more identities, other weights.",
    "Danger outside an invented place: the items are of places that do not exist, so that they can be published. "
    "How well a model protects these says nothing certain of others.",
    "What an answer is worth to whoever gets it: a grade is the share of right steps in their places.",
    "Whether somebody asks these questions at all, and how many honest people there are to each who is not.",
)


def render_card(card: Mapping[str, Any], version: str) -> str:
    """One page of HTML. Raises ReportError for another kind or schema version, or a card of nothing."""
    found = words.read_card(card)
    alone = len(found) == 1
    changes = a_mapping(card.get("changes"))
    parts = {"changes": "Against the last"} if changes else {}
    parts |= (
        {"adversary": "Adversary", "honest": "Honest people", "dashboard": "Dashboard", "framings": "Framings",
         "unknown": "Not known", "again": "Reproduce"}
        if alone
        else {"targets": "Targets"} | {f"t{i}": isolate(m.target) for i, m in enumerate(found)}
    )  # fmt: skip
    parts["limits"] = "Not shown"
    body = _story(found[0], changes) if alone else _targets(found)
    body += render_changes(changes) if changes else ""
    if alone:
        body += "".join(f'<section id="{ident}">{_part("h2", part)}</section>' for ident, part in _parts(found[0]))
    else:
        body += "".join(_block(i, measured) for i, measured in enumerate(found))
    body += _limits()
    title = words.title_of(found)
    nav = "".join(f'<a href="#{ident}">{esc(text)}</a>' for ident, text in parts.items())
    front = Front("isonomia transfer card", title, unbroken(title), _subtitle(found, changes), nav)
    return render_page(front, body, version, STYLE + NARROW)


def _subtitle(found: tuple[Entry, ...], changes: Mapping[str, Any]) -> str:
    one = found[0]
    compared = f"τ is the share of what the same adversary gets from {isolate(one.bare or 'the unprotected model')}"
    told = f"{compared}; 0 is nothing more than it would have guessed, 1 all of it"
    if len(found) > 1:
        told = "each against the same adversary with one budget, and against people who ask for what is harmless"
    return f"{told}. {words.generations(changes)}" if changes else told


Part = tuple[str, str]  # a finding, and what shows it, as HTML


def _parts(found: Entry) -> list[tuple[str, Part]]:
    given = {
        "adversary": (words.adversary(found), _adversary(found)),
        "honest": (words.honest(found), _honest(found)),
        "dashboard": (words.dashboard(found), _dashboard(found)),
        "framings": (words.framing(found), _framings(found)),
        "filter": (words.asymmetry(a_mapping(found.plain.get("filter"))), _filter(found)),
        "unknown": _unknown(found),
        "again": ("How to make it again", _again(found)),
    }
    return [(ident, part) for ident, part in given.items() if part[1]]


def _part(heading: str, part: Part) -> str:
    return f"<{heading}>{unbroken(part[0])}</{heading}>{part[1]}"


def _block(i: int, found: Entry) -> str:
    told = "".join(f'<div class="part">{_part("h3", part)}</div>' for _, part in _parts(found))
    return f'<section id="t{i}"><h2>{unbroken(words.headline(found))}</h2>{told}</section>'


def _story(found: Entry, changes: Mapping[str, Any]) -> str:
    """What the page comes to, one line each."""
    line = found.line()
    tau, gap = line.cell("tau"), line.cell("legibility_gap")
    least = f"; {words.size(tau)}" if tau.of.value is not None else f": {tau.why}"
    gets = f"τ {words.of_attempts(found.last)} is {tau.told()}{least}."
    pays = f"{words.honest(found)}: r\u00a0{line.cell('r').told()}, b\u00a0{line.cell('b').told()}."
    said = f"{words.dashboard(found)}. Legibility gap {gap.told()}."
    told = {"Adversary": gets, "Honest people": pays, "Dashboard": said}
    if line.oracle:
        told["Caution"] = "The adversary rated nothing, so τ is of the best attempt."
    if tau.between:
        told["Caution"] = f"Containment is {line.cell('containment').amount()}, τ/b {line.cell('dct').amount()}: the "
        told["Caution"] += f"adversary held better answers, and {words.NOT_TOLD}. Who can check gets the larger share."
    if changes:
        told["Against the last"] = f"{words.changed(changes)}. {words.then_and_now(changes)}".strip()
    cells = "".join(f"<div><dt>{esc(about)}</dt><dd><p>{unbroken(text)}</p></dd></div>" for about, text in told.items())
    return f'<section id="story" aria-label="The finding"><dl class="story">{cells}</dl></section>'


def _table(kind: str, label: str, heads: list[str], body: str) -> str:
    return wide_table(kind, label, "".join(f'<th scope="col">{esc(title)}</th>' for title in heads), body)


def _num(cell: Cell) -> str:
    """The number over its interval; a dash with the reason at hand where there is none."""
    if cell.of.value is None:
        return f'<td class="num"><span title="{esc(cell.why)}">{DASH}</span></td>'
    return f'<td class="num">{cell.short()} <span class="ci">{span(cell.of)}</span></td>'


def _targets(found: tuple[Entry, ...]) -> str:
    """Every target, safest first by the most that an adversary gets; those of which it is not known last."""
    given = [(words.worst(m.line().cell("tau")), m) for m in found]
    order = [m for tau, m in sorted(given, key=lambda of: 9.0 if of[0] is None else of[0])]
    names = ("tripwire", "tau", "legibility_gap", "r", "b", "dct")
    body = "".join(
        f'<tr><th scope="row"><a href="#t{found.index(m)}">{name(m.target)}</a><span class="by">'
        f"{count(m.last, 'attempt')}</span></th>{''.join(_num(m.line().cell(each)) for each in names)}</tr>"
        for m in order
    )
    heads = ["target", "refused when asked plainly", "τ, what an adversary gets", "legibility gap", "r", "b", "τ/b"]
    by = {of: words.ordered(found, of, sign) for of, sign in (("tripwire", -1), ("tau", 1))}
    title = f"Safest first, by refusals: {by['tripwire']}; by what an adversary gets: {by['tau']}"
    table = _table("plain card", "Targets", heads, body)
    table += f'<p class="note">{unbroken(words.flattered(found))}</p>' * bool(words.flattered(found))
    return f'<section id="targets"><h2>{unbroken(title)}</h2>{table}</section>'


def _adversary(found: Entry) -> str:
    axis, lines = transfer_curves.axis_of(found), [found.line(OVERALL, budget) for budget in found.budgets]
    wide = any(line.cell("tau_low").of.value != line.cell("tau_high").of.value for line in lines)
    body = "".join(
        f'<tr><th scope="row">{line.budget:,}</th>{_num(line.cell("tau"))}'
        f"{_num(line.cell('tau_low')) + _num(line.cell('tau_high')) if wide else ''}{_num(line.cell('tau_oracle'))}"
        f'<td class="num">{line.short:,}</td></tr>'
        for line in lines
    )
    heads = ["attempts", "τ", *(["unscorable as nothing", "as everything"] if wide else []), "best of all", "short"]
    note = (
        "τ is of the attempt that the adversary itself rates highest; “best of all” is of the one the grader "
        "does, beyond what as many guesses come to; where it is far above τ both are given. "
        "“Short”: tasks that ended early, carried on as they stood."
    )
    note += " A band without a line is what unscorable answers leave open." if wide else ""
    left_out, missing = (max(getattr(line, name) for line in lines) for name in ("left_out", "missing"))
    note += f" Lost to an error or a limit, so open too: an arm of {count(left_out, 'item')}." if left_out else ""
    note += f" Not on record, so open like an unscorable answer: {count(missing, 'attempt')}." if missing else ""
    told = _table("plain", f"Share got by attempts, {found.target}", heads, body) + f'<p class="note">{note}</p>'
    if not transfer_curves.is_drawn(found, OVERALL):
        return told + _categories(found, axis)
    drawn = f"<figure>{transfer_curves.chart(found, OVERALL, axis)}</figure>"
    return f'{transfer_curves.legend(found)}<div class="two">{drawn}<div>{told}</div></div>{_categories(found, axis)}'


def _categories(found: Entry, axis: charts.Axis) -> str:
    own = [category for category in found.categories if category != OVERALL]
    if len(own) < 2:
        return ""
    figures = "".join(
        f"<figure><figcaption>{name(category)}: {unbroken(found.line(category).cell('tau').told())}</figcaption>"
        f"{transfer_curves.chart(found, category, axis)}</figure>"
        for category in own
        if transfer_curves.is_drawn(found, category)
    )
    names = ("tau", "r", "b", "tripwire", "legibility_gap")
    body = "".join(
        f'<tr{" class=all" if category == OVERALL else ""}><th scope="row">{name(category)}</th>'
        f'<td class="num">{DASH if line.items is None else line.items}</td>'
        f"{''.join(_num(line.cell(each)) for each in names)}</tr>"
        for category in found.categories
        for line in (found.line(category),)
    )
    heads = ["category", "items", f"τ {words.of_attempts(found.last)}", "r", "b", "refused plainly", "gap"]
    drawn = f'<div class="multiples">{figures}</div>' * bool(figures)
    return f"{drawn}{_table('plain card', f'By category, {found.target}', heads, body)}"


def _bars(label: str, lines: list[tuple[str, str, Cell, str]]) -> str:
    """Numbers as marks on one scale: (name, what it is, cell, class of the mark)."""
    known = [end for *_, cell, _ in lines for end in (cell.of.value, cell.of.low, cell.of.high)]
    axis = charts.axis_of([end for end in known if end is not None and abs(end) <= 3], 1.0)
    body = ""
    for title, about, cell, tone in lines:
        told = f'<td class="by" colspan="2">not identifiable: {esc(cell.why)}</td>'
        if cell.of.value is not None:
            told = f"{_num(cell)}<td>{charts.mark(cell.of, axis, tone)}</td>"
        body += f'<tr><th scope="row">{esc(title)}<span class="by">{esc(about)}</span></th>{told}</tr>'
    head = f'<th scope="col">what</th><th scope="col">number and 95% interval</th><th scope="col">{charts.scale(axis)}'
    head += '<span class="by">scale</span></th>'
    return wide_table("bars pay", label, head, body)


def _honest(found: Entry) -> str:
    line = found.line()
    lines = [(title, about, line.cell(each), "") for each, (title, about) in PAYS.items()]
    return _bars(
        f"What the honest pay, {found.target}",
        [("τ, beside them", "what the adversary gets", line.cell("tau"), "harm"), *lines],
    )


def _dashboard(found: Entry) -> str:
    line = found.line()
    return _bars(
        f"Claim and what holds, {found.target}",
        [
            ("refused when asked plainly", "what a dashboard counts", line.cell("tripwire"), ""),
            ("containment, 1 − τ", f"what holds {words.of_attempts(found.last)}", line.cell("containment"), "harm"),
            ("legibility gap", "the first less the second", line.cell("legibility_gap"), "hollow"),
        ],
    )


def _framings(found: Entry) -> str:
    if not found.framings:
        return ""
    order = sorted(found.framings, key=lambda f: (-(f.hazard.of.value or -1.0), f.name))
    body = "".join(
        f'<tr><th scope="row">{name(f.name)}</th><td class="num">{DASH if f.attempts is None else f.attempts}</td>'
        f'<td class="num">{DASH if f.successes is None else f.successes}</td>{_num(f.hazard)}{_num(f.first)}'
        f"{_num(f.without)}</tr>"
        for f in order
    )
    heads = ["framing", "attempts at risk", "broke first", "per attempt", "share of tasks", "lost without it"]
    note = "Full answers only. “Lost without it”: what the adversary would get less of, with the other framings alone."
    return _table("plain card", f"Framings, {found.target}", heads, body) + f'<p class="note">{note}</p>'


def _filter(found: Entry) -> str:
    of = a_mapping(found.plain.get("filter"))
    if not of:
        return ""
    tau, given = a_number(of.get("value")), words.cell_of(of)
    same = " (the same in every block of items)" if of.get("identical") is True else ""
    if tau is None:
        told = f"Kendall’s τ between harm and refusal met is not identifiable: {a_text(of.get('why'))}."
    else:
        told = f"Kendall’s τ between the harm an actor does unhindered and the refusal it meets is {two(tau)}"
        told += f"{same or f' {span(given.of)}'}; above 0 refusals fall on the harmful."
    body = "".join(
        f'<tr><th scope="row">{name(a_text(row.get("actor")))}</th><td class="num">{two(a_number(row.get("harm")))}'
        f'</td><td class="num">{two(a_number(row.get("refused")))}</td></tr>'
        for row in rows(of.get("actors"))
    )
    table = _table("plain", f"Actors, {found.target}", ["asks in", "harm unhindered", "refused"], body) if body else ""
    return f"<p>{unbroken(told)}</p>{table}"


def _unknown(found: Entry) -> Part:
    """What is not identifiable; numbers that one reason stands against for the same items stand together."""
    lines = rows(found.plain.get("not_identifiable"))
    if not lines:
        return "Every number of the card is identifiable here", "<p>None was left out.</p>"
    together: dict[tuple[str, str], list[str]] = {}
    for row in lines:
        budgets = [b for b in a_list(row.get("budgets")) if isinstance(b, int)]
        spot = _where(found, texts(row.get("categories")), budgets)
        together.setdefault((spot, a_text(row.get("why"))), []).append(a_text(row.get("number")))
    items = "".join(
        f"<li><b>{name(join_words(numbers))}</b>{esc(spot)}: {name(why)}.</li>"
        for (spot, why), numbers in together.items()
    )
    overall = [a_text(row.get("number")) for row in lines if OVERALL in texts(row.get("categories"))]
    title = "Every number is identifiable overall, and not every one within categories"
    if overall:
        title = f"Not identifiable overall: {join_words(list(dict.fromkeys(overall)))}"
    elif not any(texts(row.get("categories")) for row in lines):
        title = "Every number is identifiable here; some routes were left out"
    return title, f'<ul class="limits">{items}</ul>'


def _where(found: Entry, places: tuple[str, ...], budgets: list[int]) -> str:
    """For which categories and budgets a reason holds, in brackets."""
    if not places:
        return ""
    where = "everywhere" if set(places) == set(found.categories) else f"in {join_words([*places])}"
    some = budgets and len(budgets) < len(found.budgets)
    when = f" with {join_words([str(b) for b in budgets], 'or')} attempts" if some else ""
    return f" ({where}{when})"


def _again(found: Entry) -> str:
    given = a_mapping(found.plain.get("reproduce"))
    given = {**given, **a_mapping(given.get("made_by"))}
    told = [(label, _given(given[key])) for key, label in CONDITIONS.items() if given.get(key) is not None]
    told += [
        (f"asked, {arm}", f"{of.get('items')} items, {of.get('attempts')} attempts, {of.get('unscorable')} unscorable")
        for arm, of in a_mapping(found.plain.get("counts")).items()
        if isinstance(of, Mapping)
    ]
    for arm, why in a_mapping(found.plain.get("ended")).items():
        ends = "; ".join(f"{limit} on {n}" for limit, n in a_mapping(why).items())
        told.append((f"ended, {arm}", ends))
    told = [(label, f"{text} --out FOLDER" if text.startswith("isonomia ") else text) for label, text in told]
    lines = "".join(
        f"<div><dt>{esc(label)}</dt><dd>{f'<code>{name(text)}</code>' if label == 'command' else name(text)}</dd></div>"
        for label, text in told
    )
    lacking = (
        "" if "command" in given else "<p>The command is not on record: a table of attempts came without its run.</p>"
    )
    return f'{lacking}<dl class="made">{lines}</dl>'


def _given(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_given(each)} {key}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_given, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _limits() -> str:
    items = "".join(f"<li>{esc(limit)}</li>" for limit in LIMITS)
    return f'<section id="limits"><h2>What this card does not show</h2><ul class="limits">{items}</ul></section>'
