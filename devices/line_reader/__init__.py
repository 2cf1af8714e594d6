"""Machine-readable lines in a picture: found, read sign by sign, and told only when all check
digits hold.
"""
