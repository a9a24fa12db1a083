"""The ground floor: what an act is, what a value may be, how both become bytes.

- `acts`: Act, Recipe, Kind, Outcome, and the Office, World and Seat promises
- `schema`: Whole, Flag, Choice (facts), Text and Cells (bodies)
- `canonical`: one value, one byte string
- `merkle`: RFC 6962 hashing, and the commitment of a population's array
- `streams`: random numbers keyed by seed, purpose and day, persons by position
- `errors`: the root of every error a person may see
"""
