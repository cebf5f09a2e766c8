"""A search for a free port."""

import socket

from .errors import DemoError

HOST = "127.0.0.1"
_TRIES = 100


def free_port(wanted: int) -> int:
    """Return `wanted` or the next free port; 0 means any port. Raises DemoError if there is none."""
    for port in range(wanted, min(wanted + _TRIES, 65536)):
        with socket.socket() as probe:
            # As Home Assistant's listener does it: a port in TIME_WAIT counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError(f"No free port found from {wanted} on. Choose another one with --port.")
