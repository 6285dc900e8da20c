"""Clients that cost little: prepared requests over kept-alive sockets, so that the servers are measured."""

import socket
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Round:
    """One side's turn: seconds per answer, and how many were not 201."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds

    def share_below(self, share: float) -> float:
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * share))]


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Content-Length: {len(body)}",
        "Content-Type: application/json",
    ]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def send_all(port: int, requests: list[bytes], *, clients: int = 8) -> Round:
    """Send them, each client its share one after another, all clients at once."""
    done = Round()
    start = threading.Barrier(clients + 1)
    results: list[list[tuple[float, bool]]] = [[] for _ in range(clients)]

    def work(mine: list[bytes], result: list[tuple[float, bool]]) -> None:
        with socket.create_connection(("127.0.0.1", port)) as link:
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            start.wait()
            for each in mine:
                begun = time.perf_counter()
                link.sendall(each)
                answer = _read(link)
                result.append((time.perf_counter() - begun, answer.startswith(b"HTTP/1.1 201")))

    threads = [
        threading.Thread(target=work, args=(requests[number::clients], results[number])) for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    done.seconds = time.perf_counter() - begun
    for wait, good in (each for result in results for each in result):
        done.waits.append(wait)
        done.failed += not good
    return done


def _read(link: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        part = link.recv(65536)
        if not part:
            return data
        data += part
    head, _, rest = data.partition(b"\r\n\r\n")
    lower = head.lower()
    at = lower.find(b"content-length:")
    length = int(lower[at + 15 :].split(b"\r\n", 1)[0])
    while len(rest) < length:
        rest += link.recv(65536)
    return data
