"""Serving the application until it is stopped."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

from backupclient.account_server.service import Service
from backupclient.account_server.settings import Settings


class Server(uvicorn.Server):
    """Ends its event streams first when it is stopped: who listens comes back to another one."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        self._service: Service = app.state.service
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                proxy_headers=True,
                forwarded_allow_ips=settings.trusted_proxies,
                server_header=False,
                timeout_graceful_shutdown=20,
                log_level="warning",
                ws="none",
            )
        )

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.streams.end_all()
        await super().shutdown(sockets)
