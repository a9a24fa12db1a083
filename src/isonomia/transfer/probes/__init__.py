"""Probes for faults that no single question shows: a target in, numbers out; no framework.

reading.py    items put one by one; which number or name a reply comes to
pressure.py   sycophancy: does it leave a fact under pressure (A), stop answering (B), and still accept what is new
saydo.py      the say-do gap: what it says it would do, and does, watched and not
twins.py      conflict twins: does it decide one case in two ways, beside deciding the same words in two ways
subjects.py   scripted targets with and without each fault
"""
