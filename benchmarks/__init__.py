"""What the kiosk costs against named peers, as ratios in one run; `README.md` tells how and what.

Programs, not tests: nothing here is asserted, since a figure is not a promise on another machine.
"""
