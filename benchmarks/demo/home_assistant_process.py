"""A real Home Assistant in a separate process, with a prepared configuration directory."""

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
# Time to write its states and close its databases; Home Assistant allows itself up to a minute.
_PATIENCE_S = 60.0


class HomeAssistantProcess:
    """An async context manager in which Home Assistant runs and `api` is signed in."""

    def __init__(self, config: Path, url: str, motion: FastMotion, log: Path) -> None:
        self.api = Api(url)
        self._config = config.resolve()
        self._motion = motion
        self._log = log
        self._process: ChildProcess | None = None

    async def __aenter__(self) -> Self:
        """Start Home Assistant and wait until it is ready. Raises DemoError with the end of its log if it fails."""
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
        """Stop it."""
        await self.api.__aexit__()
        if self._process is not None and not self._process.ended:
            await self._process.stop(_PATIENCE_S)

    async def kill(self) -> None:
        """Kill it, as a power failure would: it writes nothing and notifies no other process."""
        await self.process.kill()

    async def come_back(self) -> None:
        """Start it again with its present data, and wait until it is ready."""
        self._process = await self._started()
        await self._ready()

    async def _started(self) -> ChildProcess:
        # --skip-pip: this environment has all requirements, and the demo installs no packages. The configuration is the
        # working directory because `-m` puts that first on the module path. Otherwise the repository's
        # `custom_components` would hide the directory with the stand-ins.
        return await ChildProcess.start(
            "Home Assistant",
            [sys.executable, "-m", "homeassistant", "--config", str(self._config), "--skip-pip"],
            directory=self._config,
            log=self._log,
            environment=self._motion.environment(),
        )

    @property
    def process(self) -> ChildProcess:
        """The process."""
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
        """Confirm the port. Since 2026.7 Home Assistant restarts without a port that is not confirmed."""
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
            # The port is not open yet, or the login is not loaded.
            return False
        if config["config_dir"] != str(self._config):
            raise DemoError(f"another Home Assistant uses {self.api.url} now. Start the demo again.")
        if config["recovery_mode"]:
            raise self.process.failure("started in recovery mode")
        return bool(config["state"] == "RUNNING")
