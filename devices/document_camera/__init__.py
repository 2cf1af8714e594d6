"""The camera that looks down at papers and cards, and what it makes of them.

`worker_document_camera` is the kiosk's side; everything that touches pictures runs in a worker
process. This file stays empty, so that the kiosk's side never imports OpenCV.
"""
