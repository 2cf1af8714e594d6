"""Face matchers: a deployer's program behind a small protocol, and a simulated one.

Whose faces they are, which score suffices and what follows from it, nothing here knows. Pictures
are in memory alone; no file and no log ever holds one.
"""
