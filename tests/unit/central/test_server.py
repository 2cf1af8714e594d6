"""How the platform listens."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from central.server import listen


def test_answers_are_sent_at_once() -> None:
    """No connection waits for acknowledgements: answers of two writes would take 40 ms longer."""

    async def connected() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def look(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = writer.get_extra_info("socket")
            found.set_result(line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = listen("127.0.0.1", 0)
        server = await asyncio.start_server(look, sock=listener)
        async with server:
            _, writer = await asyncio.open_connection(*listener.getsockname())
            answer = await found
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        return answer

    assert asyncio.run(connected()) != 0
