"""What happens next in a visit: a pure function of what was and what just happened.

`advance(session, event, world)` returns the new session and the effects to perform; nothing in this
room does I/O, asks the
time or rolls dice.
"""
