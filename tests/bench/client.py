"""A small client that costs little beside the server: one connection, requests one after the other."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from time import perf_counter
from typing import NamedTuple

CONNECTIONS = 8
PROCESSES = 2
MOST_REQUESTS = 20_000  # for each connection


class Answer(NamedTuple):
    """What came back."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        """This will return a header, or nothing."""
        for line in self.head.split("\r\n"):
            found, _colon, value = line.partition(": ")
            if found.lower() == name:
                return value
        return ""


class Connection:
    """One connection that is kept open; the server may close it, then it is opened again."""

    def __init__(self, port: int, path: str, headers: Mapping[str, str]) -> None:
        given = {"Host": "localhost", "Accept-Encoding": "gzip", **headers}
        lines = [f"GET {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
        self.request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self) -> Answer:
        """This will send the request and read the whole answer."""
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(self.request)
        read = b""
        while b"\r\n\r\n" not in read:
            read += self._more()
        head, _end, body = read.partition(b"\r\n\r\n")
        answer = Answer(int(head[9:12]), head.decode("latin-1"), body)
        length = 0 if answer.status == 304 else int(answer.header("content-length"))
        while len(body) < length:
            body += self._more()
        if answer.header("connection") == "close":
            self.close()
        return answer._replace(body=body)

    def close(self) -> None:
        """This will end the connection."""
        if self.socket:
            self.socket.close()
            self.socket = None

    def _more(self) -> bytes:
        assert self.socket
        if not (more := self.socket.recv(1 << 18)):
            raise ConnectionError("the server closed the connection in the middle of an answer")
        return more


def per_second(port: int, path: str, headers: Mapping[str, str], *, status: int, seconds: float) -> float:
    """This will return how many such requests the server answers in a second; a wrong answer is an error."""
    context = get_context("fork")
    counts: SimpleQueue[int | str] = context.SimpleQueue()
    clients = [
        context.Process(target=_ask_along, args=(port, path, dict(headers), status, seconds, counts))
        for _client in range(PROCESSES)
    ]
    for client in clients:
        client.start()
    answered = [counts.get() for _client in clients]
    for client in clients:
        client.join()
    if wrong := [count for count in answered if isinstance(count, str)]:
        raise RuntimeError(wrong[0])
    return sum(count for count in answered if isinstance(count, int)) / seconds


def _ask_along(
    port: int, path: str, headers: dict[str, str], status: int, seconds: float, counts: SimpleQueue[int | str]
) -> None:
    from threading import Thread

    found: list[int | str] = []

    def one() -> None:
        connection, count, end = Connection(port, path, headers), 0, perf_counter() + seconds
        try:
            while count < MOST_REQUESTS and perf_counter() < end:
                answer = connection.ask()
                if answer.status != status:
                    raise RuntimeError(f"{path} was answered with {answer.status}, not {status}")
                count += 1
            found.append(count)
        except Exception as error:
            found.append(str(error))
        finally:
            connection.close()

    threads = [Thread(target=one) for _connection in range(CONNECTIONS // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wrong = next((count for count in found if isinstance(count, str)), None)
    counts.put(wrong or sum(count for count in found if isinstance(count, int)))
