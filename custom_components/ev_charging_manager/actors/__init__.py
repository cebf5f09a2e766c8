"""The actors behind a charger, one file each.

Each file connects the messages of one actor to a step of the domain and describes it as an `Actor`. `pipeline.py` puts
the actors into their order and decides what follows when a step fails.
"""
