"""A server that records requests and returns given responses, for cases that a real InfluxDB cannot produce."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Received:
    """One received request."""

    method: str
    path: str
    query: dict[str, str]
    authorization: str | None
    content_type: str | None
    body: str


class Listener:
    """Returns 204, or the statuses in `answers` first; `received` holds the requests in order."""

    def __init__(self) -> None:
        self.address = ""
        self.answers: list[web.Response] = []
        self.received: asyncio.Queue[Received] = asyncio.Queue()

    async def take(self) -> Received:
        """Wait for the next request and return it."""
        async with asyncio.timeout(10):
            return await self.received.get()

    async def handle(self, request: web.Request) -> web.Response:
        """Record a request and respond."""
        self.received.put_nowait(
            Received(
                request.method,
                request.path,
                dict(request.query),
                request.headers.get("Authorization"),
                request.headers.get("Content-Type"),
                (await request.read()).decode("utf-8"),
            )
        )
        if self.answers:
            return self.answers.pop(0)
        return web.Response(status=204)


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """Run a listener on a free port of this machine."""
    listener = Listener()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", listener.handle)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    listener.address = f"{host}:{port}"
    try:
        yield listener
    finally:
        await runner.cleanup()


def refusal(status: int, error: str) -> web.Response:
    """Return a response in InfluxDB's format."""
    return web.json_response({"error": error}, status=status)
