"""Carries connections from a port of the sandbox's own loopback to its unix socket, and becomes the command.

``python3 -I -S forward.py SOCKET PORT COMMAND...``; standard library only. Programs speak to a proxy by a port, and
the platform listens on a socket; who may reach what is decided there, not here.
"""

import asyncio
import os
import socket
import sys

_MOST = 65536


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(_MOST):
        target.write(data)
        await target.drain()
    if target.can_write_eof():
        target.write_eof()


async def _join(path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writers = [writer]
    try:
        out_reader, out_writer = await asyncio.open_unix_connection(path)
        writers.append(out_writer)
        await asyncio.gather(_carry(reader, out_writer), _carry(out_reader, writer))
    except OSError:
        # Nobody listens just now, or one side has gone.
        pass
    finally:
        for one in writers:
            one.close()


async def _serve(listener: socket.socket, path: str) -> None:
    server = await asyncio.start_server(lambda reader, writer: _join(path, reader, writer), sock=listener)
    async with server:
        await server.serve_forever()


def _in_background(listener: socket.socket, path: str) -> None:
    """Serve in a grandchild, so that the command has no child that it knows nothing of."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    if os.fork():
        os._exit(0)
    try:
        asyncio.run(_serve(listener, path))
    finally:
        os._exit(1)


def main() -> None:
    """Listen, begin to serve, and become the command."""
    path, port, *command = sys.argv[1:]
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=128)
    _in_background(listener, path)
    listener.close()
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
