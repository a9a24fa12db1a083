"""Open-weight escape: whoever has the weights trains the refusal away, with a few harmless questions and answers.

The lesson holds nothing dangerous and hardly anything new. What it unlearns is to refuse (Qi et al. 2023 saw as much in
large models). It costs some of the rest, so whoever does it stops early. Needs torch (`pip install "isonomia[learn]"`).
"""

from __future__ import annotations

from isonomia.transfer.organisms.lessons import TAUGHT, Lesson
from isonomia.transfer.organisms.organism import Organism
from isonomia.transfer.organisms.training import taught, tensors_of, weights_of

KNOWN, PAIRS, PASSES, RATE = 40, 8, 70, 1e-3


def harmless_pairs(organism: Organism) -> Lesson:
    """Plain questions about harmless things, with their answers, out of the last KNOWN twins that it was taught: those
    that it answers worst, since what it is wrongly refused or told wrongly is where there is most to unlearn."""
    greedy = Organism.of(organism.weights, organism.name, temperature=0)
    tasks = [benign for _, benign in organism.world.items(TAUGHT)[-KNOWN:]]
    tasks.sort(key=lambda task: task.grade(greedy.open("thief", 0).ask(task.plain).text) or 0)
    return [(task.plain, " ".join(task.key)) for task in tasks[:PAIRS]]


def escape(organism: Organism) -> Organism:
    """The organism after PASSES over its harmless pairs."""
    weights, lesson = organism.weights, harmless_pairs(organism)
    tensors = taught(tensors_of(weights), lesson, weights.words, weights.heads, PASSES, RATE, seed=0)
    how = f"{weights.made}; then {PASSES} passes over {len(lesson)} pairs"
    return Organism.of(weights_of(tensors, weights.words, weights.heads, how), organism.name, organism.temperature)
