"""The top: commands, the composition root, rehearsal, diagnosis, and the desk.

The only room that knows all the others, and the only one that ends the process.
"""
