#!/usr/bin/env python3
"""Runs the packaged gateway in little memory and measures what it does to big bodies, many connections and slow clients.

    gateway-loadtest/limits.py [stream] [idle] [drip]      all three, without arguments

Needs Python 3.9, curl with HTTP/2 and, for the idle connections, 12 000 file descriptors (ulimit -n); where there is
HAProxy, streaming is compared with it. All on loopback, on free ports; it ends what it starts. Exit code 1: a goal was
missed. JAVA_HOME and JAVA_OPTS as for ./gateway.
"""

import atexit
import multiprocessing
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
JAR = ROOT / "gateway-server/target/gateway-server.jar"
GIB = 1 << 30
MIB = 1 << 20
PIECE = bytes(range(256)) * 1024
MEMORY = ["-Xmx64m", "-XX:MaxDirectMemorySize=32m", "-Dio.netty.maxDirectMemory=33554432", "-XX:+ExitOnOutOfMemoryError"]
LINE_RATE = 1.25  # how much longer than HAProxy a stream may take: both wait for curl and for the upstream
missed = []


def goal(name, figure, met):
    print(f"{name}: {figure}{'' if met else '   <- MISSED'}", flush=True)
    if not met:
        missed.append(name)


# --- the upstream: counts what is put, sends a GiB for /big, else answers "ok"


def upstream(port_to):
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    port_to.send(listening.getsockname()[1])
    threading.stack_size(256 * 1024)
    while True:
        connection, _ = listening.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def serve(connection):
    try:
        answer_all(connection)
    except ConnectionError:
        pass  # whoever is measured closes connections as it likes


def answer_all(connection):
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return
            data += more
        head, _, data = data.partition(b"\r\n\r\n")
        checksum, size, data = take_content(connection, head.lower(), data)
        if head.startswith(b"GET /big "):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % GIB)
            for _ in range(GIB // len(PIECE)):
                connection.sendall(PIECE)
        else:
            body = b"%d %d" % (size, checksum)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def take_content(connection, head, data):
    length = re.search(rb"\r\ncontent-length: (\d+)", head)
    left = int(length[1]) if length else 0
    checksum, size = 0, left
    buffer = bytearray(MIB)
    while left > 0:
        if data:
            piece, data = data[:left], data[left:]
        else:
            count = connection.recv_into(buffer, min(left, len(buffer)))
            if not count:
                sys.exit()
            piece = memoryview(buffer)[:count]
        checksum = zlib.crc32(piece, checksum)
        left -= len(piece)
    return checksum, size, data


def start_upstream():
    mine, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=upstream, args=(theirs,), daemon=True)
    process.start()
    return mine.recv()


# --- the gateway


class Gateway:
    def __init__(self, upstream_port, memory, settings=""):
        self.folder = tempfile.mkdtemp()
        with socket.create_server(("127.0.0.1", 0)) as a, socket.create_server(("127.0.0.1", 0)) as b:
            self.port, admin = a.getsockname()[1], b.getsockname()[1]
        path = pathlib.Path(self.folder, "gateway.conf")
        path.write_text(
            f"""gateway {{
              threads = 2
              listen {{ host = "127.0.0.1", port = {self.port} }}
              admin.port = {admin}
              routes.all {{ path = "/**", upstream = "http://127.0.0.1:{upstream_port}", grant = anonymous }}
              {settings}
            }}"""
        )
        java = shutil.which("java")
        if os.environ.get("JAVA_HOME"):
            java = os.environ["JAVA_HOME"] + "/bin/java"
        self.log = open(pathlib.Path(self.folder, "log"), "w+")
        options = memory + os.environ.get("JAVA_OPTS", "").split()
        self.process = subprocess.Popen(
            [java, *options, "-jar", str(JAR), "run", "--config", str(path)], stdout=self.log, stderr=subprocess.STDOUT
        )
        atexit.register(self.stop)
        self.wait()

    def wait(self):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionRefusedError:
                time.sleep(0.1)
        self.log.seek(0)
        sys.exit("the gateway did not start:\n" + self.log.read())

    def memory(self, what="VmRSS"):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(what + r":\s+(\d+) kB", status)[1]) * 1024

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def complaints(self):
        self.log.seek(0)
        return [line for line in self.log if '"level":"ERROR"' in line or "OutOfMemory" in line or "LEAK" in line]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def ask(connection, path="/"):
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(4096)
        if not more:
            sys.exit("the gateway closed a connection")
        data += more
    return data


def cpu(process):
    """Seconds of a processor that it has used."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- the measurements


class Haproxy:
    """To compare with, where it is installed."""

    def __init__(self, upstream_port):
        self.folder = tempfile.mkdtemp()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        path = pathlib.Path(self.folder, "haproxy.cfg")
        path.write_text(
            f"""
            global
              nbthread 2
            defaults
              mode http
              timeout connect 2s
              timeout client 1m
              timeout server 1m
            listen all
              bind 127.0.0.1:{self.port}
              server one 127.0.0.1:{upstream_port}\n"""
        )
        self.process = subprocess.Popen(["haproxy", "-q", "-db", "-f", str(path)])
        atexit.register(self.stop)
        time.sleep(1)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def stream(rounds=5):
    """1 GiB up and down, again and again so that what stays behind would show; medians of rounds that take turns.

    Each way is gone twice before it is measured: what a JVM does with the first GiB is compiling.
    """
    port = start_upstream()
    gateway = Gateway(port, MEMORY)
    haproxy = Haproxy(port) if shutil.which("haproxy") else None
    expected = 0
    file = pathlib.Path(gateway.folder, "gib")
    with open(file, "wb") as out:
        for _ in range(GIB // len(PIECE)):
            expected = zlib.crc32(PIECE, expected)
            out.write(PIECE)
    for name, option in (("HTTP/1.1", "--http1.1"), ("HTTP/2", "--http2-prior-knowledge")):
        for way, run in (("up", stream_up), ("down", stream_down)):
            figures = {}
            for _ in range(2):
                run(gateway, option, file, expected)
            for _ in range(rounds):
                for one in [gateway, haproxy] if haproxy else [gateway]:
                    used = cpu(one.process)
                    took = run(one, option, file, expected)
                    figures.setdefault(one, []).append((took, cpu(one.process) - used))
            took, used = median(figures[gateway])
            said = f"{1024 / took:.0f} MiB/s, {used:.2f} s of a processor"
            met = True
            if haproxy:
                took_haproxy, used = median(figures[haproxy])
                said += f"; HAProxy {1024 / took_haproxy:.0f} MiB/s, {used:.2f} s"
                met = took <= took_haproxy * LINE_RATE
            goal(f"1 GiB {way}, {name}", said, met)
    goal("RSS at its peak", f"{gateway.memory('VmHWM') / MIB:.0f} MiB", not gateway.complaints())
    gateway.stop()
    if haproxy:
        haproxy.stop()


def median(pairs):
    return [sorted(each)[len(each) // 2] for each in zip(*pairs)]


def stream_up(gateway, option, file, expected):
    began = time.monotonic()
    answer = subprocess.run(
        ["curl", "-sS", option, "-H", "Expect:", "-T", file, gateway.url("/in")], stdout=subprocess.PIPE, text=True
    ).stdout
    if answer != f"{GIB} {expected}":
        goal("upload " + option, "arrived as " + answer, False)
    return time.monotonic() - began


def stream_down(gateway, option, file, expected):
    began = time.monotonic()
    curl = subprocess.Popen(["curl", "-sS", option, gateway.url("/big")], stdout=subprocess.PIPE)
    checksum, size = 0, 0
    for piece in iter(lambda: curl.stdout.read(len(PIECE)), b""):
        checksum = zlib.crc32(piece, checksum)
        size += len(piece)
    curl.wait()
    if (size, checksum) != (GIB, expected):
        goal("download " + option, f"arrived as {size} {checksum}", False)
    return time.monotonic() - began


def idle(count=10_000):
    """RSS before and after so many kept connections have had their first response."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count + 1000:
        print(f"idle connections: not measured, {count + 1000} file descriptors are needed and {hard} allowed")
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 1000), hard))
    gateway = Gateway(start_upstream(), MEMORY, "timeouts.idle = 10m")
    warm = gateway.connect()
    for _ in range(5000):
        ask(warm)
    before = gateway.memory()
    connections = []
    for _ in range(count):
        connection = gateway.connect()
        ask(connection)
        connections.append(connection)
    time.sleep(2)
    growth = gateway.memory() - before
    goal(
        f"{count} idle connections",
        f"RSS {before / MIB:.0f} MiB and {growth / MIB:.0f} MiB more, {growth / count / 1024:.1f} KiB each",
        growth < 100 * MIB and not gateway.complaints(),
    )
    answers = sum(ask(c).startswith(b"HTTP/1.1 200 ") for c in connections[:: count // 100])
    goal("of a hundred of them, still answered", str(answers), answers >= 100)
    gateway.stop()


def drippers(port, count, ready):
    """Half of them drip a head, half a body; new ones come for those whose time is over."""

    def begin(i):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" if i % 2 else b"GET / HTTP/1.1\r\nX: "
        )
        return connection

    connections = [begin(i) for i in range(count)]
    ready.send(count)
    while True:
        for i in range(count):
            try:
                connections[i].sendall(b"x")
            except OSError:
                connections[i].close()
                connections[i] = begin(i)
            if i % 10 == 9:
                time.sleep(10 / count)


def p99(gateway, count=8000):
    times = []
    connection = gateway.connect()
    for _ in range(count):
        began = time.perf_counter()
        ask(connection)
        times.append(time.perf_counter() - began)
    times.sort()
    return times[count * 99 // 100]


def drip(count=1000, rounds=5):
    """p99 of one fast client beside so many slow ones, against a run without them; medians of rounds that take turns."""
    gateway = Gateway(start_upstream(), MEMORY, "timeouts.request-headers = 10m")
    p99(gateway, 20_000)
    alone, beside = [], []
    for _ in range(rounds):
        alone.append(p99(gateway))
        mine, theirs = multiprocessing.Pipe()
        slow = multiprocessing.Process(target=drippers, args=(gateway.port, count, theirs), daemon=True)
        slow.start()
        mine.recv()
        beside.append(p99(gateway))
        slow.terminate()
        slow.join()
        time.sleep(0.5)
    alone, beside = sorted(alone)[rounds // 2], sorted(beside)[rounds // 2]
    goal(
        f"p99 of a fast client beside {count} slow ones",
        f"{beside * 1e6:.0f} µs, {beside / alone:.2f} times the {alone * 1e6:.0f} µs alone",
        beside < 2 * alone and not gateway.complaints(),
    )
    gateway.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    known = {"stream": stream, "idle": idle, "drip": drip}
    for name in sys.argv[1:] or known:
        if name not in known:
            sys.exit(__doc__)
        known[name]()
    if missed:
        sys.exit("missed: " + ", ".join(missed))
