"""What measures and shows the integration: simulated chargers, the demo, the benchmarks.

Not part of what is installed.
"""
