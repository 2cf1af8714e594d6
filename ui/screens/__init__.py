"""One file per screen: shows its view, emits what was touched; knows neither the next screen nor a
device.
"""
