"""Some clients that send prepared requests over kept connections as fast as they are answered."""

from __future__ import annotations

import asyncio
import pickle
import sys
from collections import Counter
from pathlib import Path
from time import perf_counter


def request(path: str, body: bytes, token: str, key: str) -> bytes:
    """One POST as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _client(port: int, requests: list[bytes], seen: Counter[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while requests:
        writer.write(requests.pop())
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        await reader.readexactly(length)
        seen[int(head.split(b" ", 2)[1])] += 1
    writer.close()


async def _run(port: int, requests: list[bytes], clients: int) -> tuple[float, Counter[int]]:
    seen: Counter[int] = Counter()
    start = perf_counter()
    await asyncio.gather(*(_client(port, requests, seen) for _ in range(clients)))
    return perf_counter() - start, seen


def main() -> None:
    """`load PORT CLIENTS FILE`: prints seconds and the count of each status."""
    port, clients = int(sys.argv[1]), int(sys.argv[2])
    requests = pickle.loads(Path(sys.argv[3]).read_bytes())
    seconds, seen = asyncio.run(_run(port, requests, clients))
    print(seconds, dict(seen))


if __name__ == "__main__":
    main()
