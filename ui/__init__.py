"""The screens: everything Qt, and nothing else.

Screens show a view and emit what was touched. They do not know the next screen, the store, a device
or the network.
"""
