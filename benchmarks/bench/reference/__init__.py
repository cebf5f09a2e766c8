"""Another integration of the same domain, measured as ours is: `scripts/bench --reference DIR`.

Two integrations of one domain cannot be loaded by one process. So each gets a process of its own (`worker.py`) with a
Home Assistant of its own, and these take turns; ours is set up there from a file of the same kind (`ours.yaml`).
"""
