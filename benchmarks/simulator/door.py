"""A port with a web application that can be closed for a while."""

from aiohttp import web


class Door:
    """Listens at `host` and `port` (0: a free port, which it keeps)."""

    def __init__(self, app: web.Application, host: str, port: int) -> None:
        self.port = port
        self._host = host
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=1.0)
        self._site: web.TCPSite | None = None

    async def open(self) -> None:
        """Start to listen. Raises OSError if the port is in use."""
        await self._runner.setup()
        await self.reopen()

    async def shut(self) -> None:
        """Refuse new connections; open connections stay."""
        site, self._site = self._site, None
        if site is not None:
            await site.stop()

    async def reopen(self) -> None:
        """Listen again at the same port."""
        if self._site is None and self._runner.server is not None:
            self._site = web.TCPSite(self._runner, self._host, self.port, reuse_address=True)
            await self._site.start()
            self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop permanently."""
        self._site = None
        await self._runner.cleanup()
