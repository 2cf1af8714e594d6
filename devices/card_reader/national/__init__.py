"""National cards that anybody may read: a file per family, each ending in a `CardProfile`. Pure.

`reading` holds what they share. Religion, race, and fingerprints are on some of them and are never
asked for: the pieces that are read end before and begin after them.
"""
