"""Some tills at the feed, in a process of their own: reading what they missed, or waiting for news."""

from __future__ import annotations

import asyncio
import json
import re
import resource
import sys
from pathlib import Path
from time import perf_counter

_CURSOR = re.compile(rb'"cursor": ?"([^"]*)"')
_MORE = re.compile(rb'"more": ?true')
_KIND = re.compile(rb'"kind": ?"')


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str, query: str) -> bytes:
    """The body of one answer of the feed."""
    head = (
        f"GET /sync/v1/changes?{query}&nonce=n HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\n\r\n"
    )
    writer.write(head.encode())
    said = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in said.split(b"\r\n", 1)[0]:
        raise RuntimeError(said.decode())
    length = next(
        int(line.split(b":")[1]) for line in said.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    return await reader.readexactly(length)


async def _read(port: int, token: str, cursor: str) -> int:
    """Read to the end of the feed; how many changes came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    seen, more = 0, True
    while more:
        body = await _asked(reader, writer, token, f"cursor={cursor}&wait=0")
        found = _CURSOR.search(body)
        if found is None:
            raise RuntimeError("the answer has no cursor")
        cursor, more = found.group(1).decode(), _MORE.search(body) is not None
        seen += len(_KIND.findall(body))
    writer.close()
    return seen


async def _read_all(port: int, tills: list[tuple[str, str]]) -> None:
    begun = perf_counter()
    seen = await asyncio.gather(*(_read(port, token, cursor) for token, cursor in tills))
    print(json.dumps({"seconds": perf_counter() - begun, "changes": sum(seen)}), flush=True)


async def _hear(port: int, token: str, cursor: str, asked: asyncio.Semaphore) -> float:
    """When the news came."""
    async with asked:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = await _asked(reader, writer, token, f"cursor={cursor}&wait=55")
    heard = perf_counter()
    if not _KIND.search(body):
        raise RuntimeError("nothing came")
    writer.close()
    return heard


async def _hear_all(port: int, tills: list[tuple[str, str]]) -> None:
    asked = asyncio.Semaphore(50)
    heard = await asyncio.gather(*(_hear(port, token, cursor, asked) for token, cursor in tills))
    print(json.dumps(sorted(heard)), flush=True)


def main() -> None:
    """`feed_readers read|wait PORT FILE`: the file holds token and cursor of each till."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    tills = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
    work = _read_all if sys.argv[1] == "read" else _hear_all
    asyncio.run(work(int(sys.argv[2]), tills))


if __name__ == "__main__":
    main()
