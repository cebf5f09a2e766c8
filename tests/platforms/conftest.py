"""Fixtures of the platform tests: a household in a real Home Assistant with a fast clock."""

from tests.support.homes import _fast_motion, _own_configuration, garage, house

__all__ = ["_fast_motion", "_own_configuration", "garage", "house"]
