"""Errors that end the demo early."""


class DemoError(Exception):
    """The demo cannot continue; the message is for the user."""
