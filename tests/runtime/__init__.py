"""Tests of the runtime; messages are plain numbers and words here."""
