"""A real Home Assistant: a process of its own on a prepared configuration directory."""

import asyncio
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import aiohttp

from .api import Api
from .errors import DemoError
from .motion import FastMotion
from .process import ChildProcess

_LOOK_EVERY_S = 0.2
_STARTS_WITHIN_S = 180.0
# It writes its states and closes its databases; Home Assistant itself gives that up to a minute.
_PATIENCE_S = 60.0


class HomeAssistantProcess:
    """An async context manager: inside it Home Assistant runs, and `api` is signed in."""

    def __init__(self, config: Path, url: str, motion: FastMotion, log: Path) -> None:
        self.api = Api(url)
        self._config = config.resolve()
        self._motion = motion
        self._log = log
        self._process: ChildProcess | None = None

    async def __aenter__(self) -> Self:
        """Starts it and waits until it has started; DemoError with the end of its log if it does not."""
        self._process = await self._started()
        try:
            await self.api.__aenter__()
            await self._ready()
            await self._confirm_port()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends it."""
        await self.api.__aexit__()
        if self._process is not None and not self._process.ended:
            await self._process.stop(_PATIENCE_S)

    async def kill(self) -> None:
        """It dies at once, as in a power failure: nothing is written, nobody is told."""
        await self.process.kill()

    async def come_back(self) -> None:
        """Starts it again on what it left behind, and waits until it has started."""
        self._process = await self._started()
        await self._ready()

    async def _started(self) -> ChildProcess:
        # --skip-pip: all that it needs is in this environment, and a demo installs nothing behind people's backs.
        # Its configuration is the working directory, because `-m` puts that first on the module path, and the
        # repository's own `custom_components` would hide the one with the stand-ins.
        return await ChildProcess.start(
            "Home Assistant",
            [sys.executable, "-m", "homeassistant", "--config", str(self._config), "--skip-pip"],
            directory=self._config,
            log=self._log,
            environment=self._motion.environment(),
        )

    @property
    def process(self) -> ChildProcess:
        """The process itself."""
        assert self._process is not None, "used outside of its context"
        return self._process

    async def _ready(self) -> None:
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while not await self._has_started():
            if self.process.ended:
                raise self.process.failure("ended while it started")
            if time.monotonic() > deadline:
                raise self.process.failure(f"did not start within {_STARTS_WITHIN_S:.0f} s")
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _confirm_port(self) -> None:
        """Since 2026.7 a port is on trial until it is confirmed: Home Assistant would restart without it."""
        socket = await self.api.socket()
        try:
            with suppress(DemoError):
                await socket.command("http/config/promote")
        finally:
            await socket.close()

    async def _has_started(self) -> bool:
        try:
            await self.api.sign_in()
            config = await self.api.get("config")
        except (aiohttp.ClientError, TimeoutError, DemoError):
            # Nobody listens yet, or the part that lets us in is not loaded.
            return False
        if config["config_dir"] != str(self._config):
            raise DemoError(f"{self.api.url} has become another Home Assistant's meanwhile. Please start again.")
        if config["recovery_mode"]:
            raise self.process.failure("started in recovery mode")
        return bool(config["state"] == "RUNNING")
