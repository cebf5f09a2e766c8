"""What people read."""


def say(line: str) -> None:
    """A line at once, also where the output is a pipe."""
    print(line, flush=True)
