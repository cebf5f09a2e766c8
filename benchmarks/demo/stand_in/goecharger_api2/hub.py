"""One charger inside Home Assistant: its last status, and its listeners."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import aiohttp
from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .client import AuthenticationError, shared_key, statuses
from .const import PLATFORMS, Status

_LOGGER = logging.getLogger(__name__)

_RECONNECT_S = 0.5
_HEARTBEAT_S = 20.0


class Hub:
    """Keeps the connection and notifies the entities, all of one push within one turn of the event loop."""

    def __init__(self, hass: HomeAssistant, url: str, password: str) -> None:
        """Prepare; `run` connects."""
        self._hass = hass
        self._url = url
        self._password = password
        self._keys: dict[str, bytes] = {}
        self._listeners: dict[Platform, list[Callable[[], None]]] = {platform: [] for platform in PLATFORMS}
        self.status: Status = {}
        self.connected = False

    @callback
    def listen(self, platform: Platform, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Notify an entity of each push; platforms are notified one after another."""
        self._listeners[platform].append(listener)
        return lambda: self._listeners[platform].remove(listener)

    async def run(self) -> None:
        """Stay connected until cancelled; the entities are unavailable without a connection."""
        while True:
            try:
                await self._connection()
            except AuthenticationError as error:
                _LOGGER.error("%s: the charger refuses the password: %s", self._url, error)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                _LOGGER.debug("%s: %r", self._url, error)
            finally:
                self._lost()
            await asyncio.sleep(_RECONNECT_S)

    async def _connection(self) -> None:
        session = async_get_clientsession(self._hass)
        async with session.ws_connect(self._url, heartbeat=_HEARTBEAT_S, max_msg_size=0) as socket:
            async for complete, changes in statuses(socket, self._key):
                self.status = dict(changes) if complete else self.status | changes
                self.connected = True
                self._tell()

    async def _key(self, serial: str) -> bytes:
        if serial not in self._keys:
            self._keys[serial] = await self._hass.async_add_executor_job(shared_key, self._password, serial)
        return self._keys[serial]

    @callback
    def _lost(self) -> None:
        if self.connected:
            self.connected = False
            self._tell()

    @callback
    def _tell(self) -> None:
        for platform in PLATFORMS:
            for listener in tuple(self._listeners[platform]):
                listener()
