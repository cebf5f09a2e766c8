"""Another integration of the same domain, measured in the same way: `scripts/bench --reference DIR`.

One process cannot load two integrations of one domain. So each runs in a separate process (`worker.py`) with a separate
Home Assistant, and the processes take turns. Ours is set up there from a file of the same format (`ours.yaml`).
"""
