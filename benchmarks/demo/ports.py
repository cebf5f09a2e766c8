"""A port that nobody listens on."""

import socket

from .errors import DemoError

HOST = "127.0.0.1"
_TRIES = 100


def free_port(wanted: int) -> int:
    """`wanted`, or the next one that is free; 0 is any. DemoError if there is none."""
    for port in range(wanted, min(wanted + _TRIES, 65536)):
        with socket.socket() as probe:
            # As Home Assistant's own listener does it: what an earlier one left in TIME_WAIT is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError(f"No port from {wanted} on is free.")
