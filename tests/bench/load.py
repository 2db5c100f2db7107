"""Some clients that send prepared requests over kept connections as fast as they are answered."""

from __future__ import annotations

import asyncio
import json
import pickle
import subprocess
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


async def _run(port: int, clients: list[list[bytes]]) -> tuple[float, Counter[int]]:
    seen: Counter[int] = Counter()
    start = perf_counter()
    await asyncio.gather(*(_client(port, requests, seen) for requests in clients))
    return perf_counter() - start, seen


def send(port: int, clients: list[list[bytes]], file: Path) -> tuple[float, dict[int, int]]:
    """Send from a process of its own; seconds, and how often each status came.

    Each client sends its own list from the end; clients with the same list share it.
    """
    file.write_bytes(pickle.dumps(clients))
    words = [sys.executable, "-m", "tests.bench.load", str(port), str(file)]
    said = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return said["seconds"], {int(status): number for status, number in said["seen"].items()}


def main() -> None:
    """`load PORT FILE`: prints seconds and the count of each status."""
    clients = pickle.loads(Path(sys.argv[2]).read_bytes())
    seconds, seen = asyncio.run(_run(int(sys.argv[1]), clients))
    print(json.dumps({"seconds": seconds, "seen": seen}))


if __name__ == "__main__":
    main()
