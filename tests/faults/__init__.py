"""Faults in large doses: programs killed at any moment, and planted bugs that must be found.

`python -m tests.faults` lists what there is.
"""
