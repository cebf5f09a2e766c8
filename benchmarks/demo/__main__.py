"""`python -m benchmarks.demo`: runs the demo; see `--help`."""

import asyncio
import signal
import sys

import aiohttp

from .demo import run
from .errors import DemoError
from .options import options

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def main() -> int:
    """Return 0 if all sessions are correct or the user stopped the demo, 1 if a session differs or a start failed."""
    chosen = options(sys.argv[1:])
    loop, enough = asyncio.get_running_loop(), asyncio.Event()
    for each in _SIGNALS:
        loop.add_signal_handler(each, enough.set)
    try:
        return await run(chosen, enough)
    except (DemoError, aiohttp.ClientError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
