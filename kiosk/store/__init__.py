"""What must not be lost: the encrypted database and the sealed files beside it.

One connection per thread, opened inside it with `engine.open_store`; frozen values come out, rows
never do. Nothing here
touches the network or decides delays.
"""
