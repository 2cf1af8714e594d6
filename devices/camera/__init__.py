"""The camera that looks at a face, and what it finds.

`worker_camera` is the kiosk's side; everything that touches pictures runs in a worker process.
This file stays empty, so that the kiosk's side never imports OpenCV.
"""
