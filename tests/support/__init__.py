"""What tests share: builders, waiting, stand-ins. Nothing here ships; simulators do."""
