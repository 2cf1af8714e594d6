"""Puts the platform's parts together as one web application and runs it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from central.api import kiosk_calls
from central.opening import open_what_waits
from central.pages.frame import Templates
from central.pages.office import add_office_pages
from central.pages.query import add_query_page
from central.pages.verify import add_verify_page
from central.platform import Platform
from central.problems import ProtocolHeader, answer_with_problems
from central.shapes import EXTRA_SHAPES

SCHEMA_REFERENCE = "#/components/schemas/{model}"
SHUTDOWN_S = 3


class KioskInterface(FastAPI):
    """The kiosks' interface, whose description names every shape."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self.openapi_schema is None:
            told = super().openapi()
            shapes = told["components"]["schemas"]
            for model in EXTRA_SHAPES:
                schema = model.model_json_schema(ref_template=SCHEMA_REFERENCE)
                shapes.update(schema.pop("$defs", {}))
                shapes[model.__name__] = schema
            for unused in ("HTTPValidationError", "ValidationError"):
                shapes.pop(unused, None)
            told["components"]["schemas"] = dict(sorted(shapes.items()))
        assert self.openapi_schema is not None, "super() sets it"
        return self.openapi_schema


def build_interface(platform: Platform) -> FastAPI:
    """Return the web application of a platform."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(open_what_waits, platform)
        yield
        platform.database.close()

    interface = KioskInterface(
        title="Kiosk platform",
        version="1",
        summary="What a kiosk and its central platform say to each other.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
    )
    answer_with_problems(interface)
    interface.include_router(kiosk_calls(platform))
    templates = Templates()
    add_office_pages(interface, platform, templates)
    add_query_page(interface, platform, templates)
    add_verify_page(interface, platform, templates)
    interface.add_middleware(ProtocolHeader)
    return interface


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections from now on; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, since asyncio only then sends at once: without it every answer with a
    # body waits 40 ms for the other side's acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(128)
    return listener


def make_server(
    platform: Platform, certificate: Path | None = None, private_key: Path | None = None
) -> uvicorn.Server:
    """Return the server, to be given its socket; with a certificate it speaks HTTPS."""
    config = uvicorn.Config(
        build_interface(platform),
        log_level="warning",
        access_log=False,  # addresses of the query page hold codes
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=SHUTDOWN_S,
        ssl_certfile=certificate,
        ssl_keyfile=private_key,
    )
    return uvicorn.Server(config)
