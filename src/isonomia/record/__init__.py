"""The public, tamper-evident record of one run: what happened, in which order, under whose signature.

- `log`: append an entry, keep an array, give the root (RFC 6962)
- `entry`: the three forms of an entry, read strictly; where an entry's arrays are named
- `keys`: the Ed25519 key that signs a run, and the verifier key others check it with (C2SP)
- `checkpoint`: the signed size and root of a run (C2SP tlog-checkpoint in a signed-note)
- `manifest`: the files of a run with their hashes, and the key it is signed with
- `folder`: the run folder, written once and sealed last; a sealed run, read back lazily
- `verify`: is the folder whole and unchanged, and if not, where; `blame` walks the record for it
- `inclusion`: this leaf is in that tree (RFC 9162, section 2.1.3)
- `prove`: this person's cell is in that record
- `errors`: what can go wrong, said to a person
"""
