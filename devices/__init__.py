"""The machines: one folder per port, a real and a simulated adapter each, under the same contract.

Foreign drivers and foreign bytes stay in worker processes that can be killed. Nothing here knows Qt
or the store.
"""
