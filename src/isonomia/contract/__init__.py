"""What binds the governor to those it serves: promises, what is owed each day, and consequences that happen.

- `contract`: obligations checked on the day's facts, breaches, suspension; duties and their default acts
"""
