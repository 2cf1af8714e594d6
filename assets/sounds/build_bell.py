"""Makes `help_bell.wav`: two struck tones and a pause, from sine waves alone.

Run as `python assets/sounds/build_bell.py` when the sound is to change.
"""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE_HZ = 22_050
LENGTH_S = 2.0
STRIKES = ((0.0, 880.0), (0.45, 659.25))  # start in seconds, pitch in Hz: A5, E5
PARTIALS = ((1.0, 1.0, 3.0), (2.76, 0.35, 6.0), (5.40, 0.15, 10.0))  # of a bar: ratio, share, decay per second


def loudness(at_s: float) -> float:
    """Return the wave's height at an instant."""
    total = 0.0
    for start_s, pitch_hz in STRIKES:
        age_s = at_s - start_s
        if age_s < 0:
            continue
        attack = min(age_s / 0.004, 1.0)  # a sudden start would click
        for ratio, share, decay in PARTIALS:
            total += attack * share * math.exp(-decay * age_s) * math.sin(2 * math.pi * pitch_hz * ratio * age_s)
    fade = min((LENGTH_S - at_s) / 0.05, 1.0)
    return total * fade


def main() -> None:
    """Write the file."""
    heights = [loudness(number / RATE_HZ) for number in range(int(RATE_HZ * LENGTH_S))]
    scale = 0.9 * 32767 / max(abs(height) for height in heights)
    with wave.open(str(Path(__file__).with_name("help_bell.wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(b"".join(struct.pack("<h", round(height * scale)) for height in heights))


if __name__ == "__main__":
    main()
