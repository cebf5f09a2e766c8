"""Fixtures of the adapters' tests: a household in a real Home Assistant, in fast motion."""

from tests.support.homes import _fast_motion, _own_configuration, garage, house

__all__ = ["_fast_motion", "_own_configuration", "garage", "house"]
