#!/usr/bin/env python3
"""studio_server.py INKLING [PART...]: what stands between the studio and everything that is no tab of its
page. Raw sockets, so that what no browser sends is sent. Prints TAP; with PARTs only the tests whose
names hold one."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

INKLING = str(pathlib.Path(sys.argv[1]).resolve())
PATIENCE = 60  # seconds until something counts as never
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
tests = []


def test(function):
    tests.append(function)
    return function


# ---- a studio ----

class Studio:
    def __init__(self, *words, env=None):
        self.home = tempfile.mkdtemp(prefix="inkling-studio-")
        kept = {k: v for k, v in os.environ.items()
                if k not in ("DISPLAY", "WAYLAND_DISPLAY", "INKLING_DATA")}
        self.process = subprocess.Popen(
            [INKLING, "studio", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**kept, "XDG_STATE_HOME": self.home, **(env or {})})
        printed = ""
        for line in self.process.stdout:
            printed += line
            found = re.search(r"http://([^:]+):(\d+)/\?token=([0-9a-f]{64})\n", line)
            if found:
                break
        else:
            raise AssertionError(f"no address in \"{printed}\": {self.process.stderr.read()}")
        self.port, self.token = int(found[2]), found[3]
        self.name = f"127.0.0.1:{self.port}"
        self.cookie = f"inkling-{self.port}={self.token}"

    def end(self, how=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process.stderr.close()
        shutil.rmtree(self.home, ignore_errors=True)
        return status

    def connect(self, receive_buffer=None):
        s = socket.socket()
        s.settimeout(PATIENCE)
        if receive_buffer:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        s.connect(("127.0.0.1", self.port))
        return s

    def memory(self):
        """Resident bytes; 0 under a sanitizer, which keeps what was freed."""
        if "san.so" in pathlib.Path(f"/proc/{self.process.pid}/maps").read_text(encoding="utf-8"):
            return 0
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return 1024 * int(re.search(r"VmRSS:\s+(\d+)", text)[1])

    def sockets(self):
        """How many it holds open."""
        folder, count = f"/proc/{self.process.pid}/fd", 0
        for name in os.listdir(folder):
            with contextlib.suppress(FileNotFoundError):
                count += os.readlink(f"{folder}/{name}").startswith("socket:")
        return count

    def request(self, path="/", method="GET", host=None, cookie=None, more="", version="1.1"):
        """Status, headers in small letters, and body."""
        with self.connect() as s:
            host = f"Host: {self.name if host is None else host}\r\n" if host != "" else ""
            cookie = self.cookie if cookie is None else cookie
            s.sendall(f"{method} {path} HTTP/{version}\r\n{host}Cookie: {cookie}\r\n"
                      f"Connection: close\r\n{more}\r\n".encode())
            return parse(read_all(s))


def read_all(s):
    got = b""
    with contextlib.suppress(ConnectionResetError):
        while part := s.recv(65536):
            got += part
    return got


def parse(answer):
    if not answer:
        return 0, {}, b""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines}
    return int(first.split()[1]), headers, body


shared = None


def studio():
    """The one for tests that leave it as it was."""
    global shared
    if shared is None or shared.process.poll() is not None:
        assert shared is None, f"the studio has died: {shared.end()}"
        shared = Studio("--no-open", "--port", 0)
    return shared


# ---- a tab ----

def desk_name():
    return os.urandom(16).hex()


def handshake(at, name=None, drop=(), **changed):
    fields = {"Host": at.name, "Origin": f"http://{at.name}", "Upgrade": "websocket",
              "Connection": "keep-alive, Upgrade", "Sec-WebSocket-Version": "13",
              "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
              "Sec-WebSocket-Protocol": "other, inkling", "Cookie": at.cookie}
    fields.update({key.replace("_", "-"): value for key, value in changed.items()})
    lines = "".join(f"{key}: {value}\r\n" for key, value in fields.items() if key not in drop)
    name = desk_name() if name is None else name
    return f"GET /socket?desk={name} HTTP/1.1\r\n{lines}\r\n".encode()


def frame(payload, opcode=TEXT, fin=True, mask=True, rsv=0, length=None, extended=None):
    """A frame as a browser sends it, or as none would."""
    payload = payload.encode() if isinstance(payload, str) else payload
    size = len(payload) if length is None else length
    if extended is None:
        extended = 0 if size < 126 else 2 if size < 65536 else 8
    short = {0: size, 2: 126, 8: 127}[extended]
    head = bytes([fin << 7 | rsv << 4 | opcode, mask << 7 | short])
    head += size.to_bytes(extended, "big") if extended else b""
    if not mask:
        return head + payload
    key = os.urandom(4)
    whole = (key * (len(payload) // 4 + 1))[:len(payload)]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")
    return head + key + masked.to_bytes(len(payload), "big")


class Tab:
    def __init__(self, at, name=None, early=b"", receive_buffer=None):
        self.socket = at.connect(receive_buffer)
        self.buffer = b""
        self.next_id = 1
        self.socket.sendall(handshake(at, name) + early)
        while b"\r\n\r\n" not in self.buffer:
            part = self.socket.recv(65536)
            assert part, f"no handshake, but \"{self.buffer}\""
            self.buffer += part
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head, head  # RFC 6455, 1.3
        assert b"Sec-WebSocket-Protocol: inkling" in head, head

    def take(self, size):
        while len(self.buffer) < size:
            part = self.socket.recv(1 << 20)
            if not part:
                raise EOFError
            self.buffer += part
        taken, self.buffer = self.buffer[:size], self.buffer[size:]
        return taken

    def receive(self):
        """Opcode and payload of the next frame; a server's are whole and have no mask."""
        first, second = self.take(2)
        assert first & 0xF0 == 0x80 and second < 128, (first, second)
        size = second
        if size > 125:
            size = int.from_bytes(self.take(2 if size == 126 else 8), "big")
        return first & 15, self.take(size)

    def send(self, scene, verb, **fields):
        self.socket.sendall(frame(json.dumps({"scene": scene, "do": verb, **fields})))

    def frame_of(self, want):
        """The first frame for which `want` is true; others are dropped."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            opcode, payload = self.receive()
            if opcode == CLOSE:
                raise EOFError(payload)
            if opcode == PING:
                self.socket.sendall(frame(payload, PONG))
            if opcode in (TEXT, BINARY):
                self.socket.sendall(frame("1"))  # looked at
                length = int.from_bytes(payload[:4], "little") if opcode == BINARY else None
                got = json.loads(payload[4:4 + length] if length is not None else payload)
                if want(got):
                    return got
        raise AssertionError("such a frame never came")

    def ask(self, scene, verb, **fields):
        number, self.next_id = self.next_id, self.next_id + 1
        self.send(scene, verb, id=number, **fields)
        return self.frame_of(lambda f: f.get("id") == number)

    def closed_with(self):
        """The code it is closed with; None where the connection ends without goodbye."""
        try:
            while True:
                opcode, payload = self.receive()
                if opcode == CLOSE:
                    return int.from_bytes(payload[:2], "big")
        except (EOFError, ConnectionError):
            return None

    def close(self):
        self.socket.close()

    def reset(self):
        """Ends it as a crash does: without goodbye, not even of TCP."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def is_well(at):
    """A new tab gets an answer."""
    tab = Tab(at)
    assert tab.ask("slope", "show")["kind"] == "done"
    tab.close()


def ball_at(tab):
    """Where the ball of the scene slope lies."""
    tab.send("slope", "show")
    return tab.frame_of(lambda f: f["kind"] == "ball")["x"]


# ---- HTTP ----

@test
def the_printed_address_becomes_a_cookie_and_leaves_the_address_bar():
    at = studio()
    status, headers, body = at.request(f"/?token={at.token}", cookie="")
    assert status == 303 and headers["location"] == "/" and body == b"", (status, headers, body)
    cookie = headers["set-cookie"]
    assert cookie.startswith(at.cookie + ";"), cookie
    for word in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert word in cookie, cookie
    status, headers, body = at.request("/", cookie=f"a=b; {at.cookie}; c=d")
    assert status == 200 and headers["content-type"] == "text/html; charset=utf-8", headers
    assert b"<!doctype html>" in body
    assert at.request("/alive")[0] == 204


@test
def every_answer_says_what_the_browser_must_not_do():
    at = studio()
    for answer in (at.request("/"), at.request("/wire.js"), at.request("/none"),
                   at.request("/", cookie=""), at.request("/", method="POST")):
        headers = answer[1]
        policy = headers["content-security-policy"]
        for part in ("default-src 'self'", "connect-src 'self'", "img-src 'self' blob: data:",
                     "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy.split("; "), policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


@test
def nothing_is_served_without_the_key_of_this_start():
    at = studio()
    wrong = ["", "inkling-1=" + at.token, f"inkling-{at.port}=", f"inkling-{at.port}={at.token[:-1]}",
             f"inkling-{at.port}={at.token}0", f"inkling-{at.port}={'0' * 64}", f"token={at.token}"]
    for cookie in wrong:
        for path in ("/", "/index.html", "/wire.js", "/alive", "/none", f"/?token={'0' * 64}",
                     f"/?token={at.token[:63]}", "/?token=", "/?token", f"/wire.js?token={at.token}"):
            status, headers, body = at.request(path, cookie=cookie)
            assert status == 403 and "set-cookie" not in headers, (path, cookie, status)
            assert b"printed" in body and at.token.encode() not in body, body
    with at.connect() as s:
        s.sendall(handshake(at, drop=("Cookie",)))
        assert parse(s.recv(65536))[0] == 403


@test
def another_host_is_refused():
    at = studio()
    for host in ("evil.example", f"evil.example:{at.port}", "127.0.0.1", f"127.0.0.1:{at.port + 1}",
                 f"127.0.0.2:{at.port}", f"127.0.0.1.evil.example:{at.port}", f"x{at.name}",
                 f"[::1]:{at.port}", f"localhost.evil:{at.port}", f" :{at.port}", f"0:{at.port}"):
        assert at.request("/", host=host)[0] == 403, host
        assert at.request(f"/?token={at.token}", host=host, cookie="")[0] == 403, host
    assert at.request("/", host="")[0] in (400, 403)
    assert at.request("/", host="", version="1.0")[0] in (400, 403)
    assert at.request("/", more=f"Host: {at.name}\r\n")[0] in (400, 403)
    assert at.request("/", host=f"localhost:{at.port}")[0] == 200
    assert at.request("/", host=f"LOCALHOST:{at.port}")[0] == 200


@test
def only_get_and_head_are_served():
    at = studio()
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "BREW"):
        status, headers, _ = at.request("/", method=method)
        assert status == 405 and headers["allow"] == "GET, HEAD", (method, status)
    assert at.request("/", method="POST", more="Content-Length: 1000000000\r\n")[0] == 405
    status, headers, body = at.request("/wire.js", method="HEAD")
    assert status == 200 and body == b"" and int(headers["content-length"]) > 1000
    with at.connect() as s:  # a body that GET does not have is not waited for
        s.sendall(f"GET / HTTP/1.1\r\nHost: {at.name}\r\nCookie: {at.cookie}\r\n"
                  "Content-Length: 100000000\r\n\r\n".encode() + b"x" * 100000)
        read_all(s)
    is_well(at)


@test
def nothing_but_the_page_is_served():
    at = studio()
    for path in ("/../meson.build", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
                 "//etc/passwd", "/kit/../../etc/passwd", "/kit", "/kit/", "/.", "/..", "/index.html/",
                 "/INDEX.HTML", "/%00", "/index.html%00.js", "/\\..\\", "/~", "/" + "a" * 5000):
        status, _, body = at.request(path)
        assert status in (400, 404) or (b"<!doctype html>" in body and "%00" in path), (path, status)
        assert b"root:" not in body


@test
def a_folder_in_the_place_of_the_page_shows_nothing_outside_itself():
    web = pathlib.Path("web")
    (web / "kit").mkdir(parents=True)
    (web / "index.html").write_text("mine")
    (web / "kit/one.js").write_text("one")
    (web / ".hidden.js").write_text("hidden")
    (web / "plain").write_text("no type")
    pathlib.Path("secret.js").write_text("secret")
    pathlib.Path("wob").mkdir()
    pathlib.Path("wob/secret.js").write_text("secret")
    (web / "way.js").symlink_to("../secret.js")
    (web / "side.js").symlink_to("../wob/secret.js")
    (web / "up").symlink_to("..")
    (web / "inside.js").symlink_to("kit/one.js")
    os.mkfifo(web / "pipe.js")
    at = Studio("--no-open", "--port", 0, "--web", "web")
    try:
        assert at.request("/")[2] == b"mine"
        assert at.request("/kit/one.js")[2] == b"one"
        assert at.request("/inside.js")[2] == b"one"
        (web / "kit/one.js").write_text("changed")
        assert at.request("/kit/one.js")[2] == b"changed"
        assert at.request("/lib/katex.mjs")[0] == 200  # libraries are still built in
        for path in ("/way.js", "/side.js", "/up/secret.js", "/../secret.js", "/%2e%2e/secret.js", "/.hidden.js",
                     "/kit/../../secret.js", "/pipe.js", "/plain", "/kit", "/wire.js", "/..%2fsecret.js",
                     str(pathlib.Path("secret.js").resolve()), "/" + "kit/" * 2000 + "one.js"):
            status, _, body = at.request(path)
            assert status in (400, 404, 414, 431, 500) and b"secret" not in body, (path, status, body)
    finally:
        at.end()


@test
def headers_without_end_end():
    at = studio()
    before = at.memory()
    for start in (b"GET /", b"GET / HTTP/1.1\r\nX: ", b"x"):
        with at.connect() as s:
            with contextlib.suppress(OSError):
                s.sendall(start)
                for _ in range(100):
                    s.sendall(b"a" * 65536)
            status = parse(read_all(s))[0]
            assert status in (0, 400, 413, 414, 431), (start, status)
    many = "".join(f"X-{i}: {i}\r\n" for i in range(20000))
    with contextlib.suppress(ConnectionError):  # it may hang up before all is sent
        assert at.request("/", more=many)[0] in (0, 413, 431)
    is_well(at)
    assert at.memory() < before + (32 << 20)


# ---- the handshake ----

@test
def a_socket_is_opened_to_the_page_alone():
    at = studio()
    for expected, changed in (
            (403, {"Origin": "http://evil.example"}), (403, {"Origin": "null"}),
            (403, {"Origin": f"https://{at.name}"}), (403, {"Origin": f"http://localhost:{at.port}"}),
            (403, {"Origin": f"http://{at.name}/"}), (403, {"Origin": f"http://127.0.0.1:{at.port + 1}"}),
            (403, {"Host": f"evil.example:{at.port}", "Origin": f"http://evil.example:{at.port}"}),
            (403, {"Cookie": f"inkling-{at.port}={'f' * 64}"}),
            (400, {"Upgrade": "h2c"}), (400, {"Connection": "keep-alive"}),
            (400, {"Sec_WebSocket_Key": "short"}), (400, {"Sec_WebSocket_Key": "x" * 4000}),
            (400, {"Sec_WebSocket_Protocol": "other"}), (400, {"Sec_WebSocket_Protocol": "inklings"}),
            (426, {"Sec_WebSocket_Version": "8"})):
        with at.connect() as s:
            s.sendall(handshake(at, **changed))
            status = parse(s.recv(65536))[0]
            assert status == expected, (changed, status)
    for expected, field in ((403, "Origin"), (400, "Upgrade"), (400, "Sec-WebSocket-Key"),
                            (400, "Sec-WebSocket-Protocol"), (426, "Sec-WebSocket-Version")):
        with at.connect() as s:
            s.sendall(handshake(at, drop=(field,)))
            status = parse(s.recv(65536))[0]
            assert status == expected, (field, status)
    for name in ("", "0" * 31, "0" * 33, "0" * 31 + "g", "A" * 32, "../" + "0" * 29):
        with at.connect() as s:
            s.sendall(handshake(at, name))
            assert parse(s.recv(65536))[0] == 400, name
    assert at.request("/socket")[0] in (400, 403)


@test
def what_is_sent_behind_the_handshake_is_read():
    tab = Tab(studio(), early=frame('{"scene": "slope", "do": "show", "id": 70}') + frame("hi", PING))
    assert tab.frame_of(lambda f: f.get("id") == 70)["kind"] == "done"
    tab.close()


# ---- frames ----

BAD_FRAMES = {
    "without a mask": (1002, frame("{}", mask=False)),
    "reserved bit 1": (1002, frame("{}", rsv=4)),
    "reserved bit 3": (1002, frame("{}", rsv=1)),
    "opcode 3": (1002, frame("{}", 3)),
    "opcode 7": (1002, frame("{}", 7)),
    "opcode 11": (1002, frame("{}", 11)),
    "opcode 15": (1002, frame("{}", 15)),
    "a piece of nothing": (1002, frame("{}", 0)),
    "a message in a message": (1002, frame("{", fin=False) + frame("}")),
    "a ping in pieces": (1002, frame("", PING, fin=False)),
    "a ping of 126 bytes": (1002, frame(b"x" * 126, PING)),
    "a close of 200 bytes": (1002, frame(b"\x03\xe8" + b"x" * 198, CLOSE)),
    "a length longer written than needed": (1002, frame("{}", extended=2)),
    "and in 64 bits": (1002, frame("{}", extended=8)),
    "a length with its highest bit": (1002, frame("", length=1 << 63, extended=8)),
    "binary": (1003, frame("{}", BINARY)),
    "binary in pieces": (1003, frame("{", BINARY, fin=False)),
    "not UTF-8": (1007, frame(b'{"scene": "\xff"}')),
    "a character of three bytes cut": (1007, frame("\u20ac".encode()[:2])),
    "an overlong slash": (1007, frame(b"\xc0\xaf")),
    "half a surrogate": (1007, frame(b"\xed\xa0\x80")),
    "beyond Unicode": (1007, frame(b"\xf4\x90\x80\x80")),
    "not UTF-8 across pieces": (1007, frame(b"\xe2\x82", fin=False) + frame(b"x", 0)),
    "a megabyte and a byte": (1009, frame(b" " * ((1 << 20) + 1))),
    "a terabyte announced": (1009, frame(b"x", length=1 << 40, extended=8)),
    "pieces that grow too large": (1009, frame(b" " * (1 << 19), fin=False) +
                                   frame(b" " * (1 << 19), 0, fin=False) + frame(b" ", 0)),
    "pieces without end": (1009, frame(b"", fin=False) + frame(b"", 0, fin=False) * 2000),
    "a close of one byte": (1002, frame(b"\x03", CLOSE)),
    "a close code that is none": (1002, frame(struct.pack(">H", 999), CLOSE)),
    "a close code that is not sent": (1002, frame(struct.pack(">H", 1005), CLOSE)),
    "a close reason that is not UTF-8": (1007, frame(struct.pack(">H", 1000) + b"\xff", CLOSE)),
    "a goodbye": (1000, frame(struct.pack(">H", 1000) + b"bye", CLOSE)),
    "a goodbye of its own code": (3123, frame(struct.pack(">H", 3123), CLOSE)),
    "a goodbye without a word": (1000, frame(b"", CLOSE)),
    "another protocol": (1002, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
}


@test
def a_malformed_frame_is_answered_with_the_right_code():
    at = studio()
    other = Tab(at)
    wrong = []
    for name, (code, data) in BAD_FRAMES.items():
        tab = Tab(at)
        with contextlib.suppress(ConnectionError):  # it may hang up before all is sent
            tab.socket.sendall(data)
        got = tab.closed_with()
        if got != code:
            wrong.append(f"{name}: {got}, expected {code}")
        assert tab.socket.recv(100) == b""
        tab.close()
    assert not wrong, "; ".join(wrong)
    assert other.ask("slope", "show")["kind"] == "done"
    other.close()


@test
def frames_that_are_allowed_but_odd_are_understood():
    tab = Tab(studio())
    text = '{"scene": "slope", "do": "show", "id": %d, "name": "\u20ac"}'
    whole = (text % 1).encode()
    pieces = frame(whole[:1], fin=False) + frame("between", PING) + frame(b"", 0, fin=False)
    pieces += b"".join(frame(whole[i:i + 1], 0, fin=False) for i in range(1, len(whole)))
    tab.socket.sendall(pieces + frame(b"", 0))
    assert tab.frame_of(lambda f: f.get("id") == 1)["kind"] == "done"
    for byte in frame(text % 2):  # slowly
        tab.socket.sendall(bytes([byte]))
    assert tab.frame_of(lambda f: f.get("id") == 2)["kind"] == "done"
    tab.socket.sendall(frame("unasked", PONG) + frame(b"x" * 125, PING))
    while True:
        opcode, payload = tab.receive()
        if opcode == PONG:
            break
    assert payload == b"x" * 125, payload
    tab.socket.sendall(frame(b"\xff\xfe", PING))  # a ping's bytes are anything
    assert tab.receive() == (PONG, b"\xff\xfe")
    most = (text % 3).encode().ljust(1 << 20)
    tab.socket.sendall(frame(most))
    assert tab.frame_of(lambda f: f.get("id") == 3)["kind"] == "done"
    tab.close()


@test
def nonsense_messages_get_errors_and_the_tab_goes_on():
    tab = Tab(studio())
    for text in ("", "x", "[]", "{", "{}", '{"scene": 1, "do": 2}', '{"do": "show"}',
                 '{"scene": "slope", "do": "show", "do": "show"}', "[" * 100000, '{"a":' * 5000,
                 '{"scene": "' + "x" * 900000 + '", "do": "show"}', '"\\u0000"', "1e999", "-"):
        tab.socket.sendall(frame(text))
        got = tab.frame_of(lambda f: f["kind"] == "error")
        assert got["text"], got
    assert tab.ask("slope", "show")["kind"] == "done"
    tab.close()


# ---- many, slow and gone ----

@test
def a_tab_that_never_reads_slows_nobody_and_fills_nothing():
    at = studio()
    stalled = [Tab(at, receive_buffer=4096) for _ in range(8)]
    for tab in stalled:  # frames without end, and answers that nobody takes
        tab.send("slope", "show")
        tab.send("slope", "speed", speed="max")
        tab.send("slope", "play")
        tab.socket.setblocking(False)
    question = frame('{"scene": "slope", "do": "show", "id": 1, "pad": "' + "x" * 100 + '"}') * 200
    left = {tab: b"" for tab in stalled}
    tab = Tab(at)
    assert tab.ask("slope", "show")["kind"] == "done"
    start, slowest, before = time.monotonic(), 0, at.memory()
    while time.monotonic() < start + 5:
        for slow in stalled:
            left[slow] = left[slow] or question
            with contextlib.suppress(BlockingIOError):
                left[slow] = left[slow][slow.socket.send(left[slow]):]
        began = time.monotonic()
        assert tab.ask("slope", "show")["kind"] == "done"
        slowest = max(slowest, time.monotonic() - began)
    grown = at.memory() - before
    print(f"# slowest answer {1000 * slowest:.1f} ms, {grown / 1e6:.1f} MB grown")
    # 4 MiB of messages and 4 of answers wait for each at most; what they are unpacked to comes on top
    assert grown < 8 * (16 << 20), f"{grown / 1e6:.0f} MB grown"
    for slow in stalled:
        slow.reset()
    assert tab.ask("slope", "show")["kind"] == "done"
    tab.close()


@test
def a_tab_that_reads_and_does_not_look_gets_answers_alone():
    """What a busy page has not looked at waits in the browser, and gets old there."""
    tab = Tab(studio())
    told = 0
    for number in range(40):
        last = told
        tab.send("slope", "show", id=number)
        while True:
            opcode, payload = tab.receive()
            if opcode == TEXT and json.loads(payload).get("id") == number:
                break
            told += opcode in (TEXT, BINARY)
    assert 3 <= told <= 16 and last == told, (told, last)  # HUB_MOST_UNSEEN, answers counted
    tab.socket.sendall(frame("99"))
    assert tab.frame_of(lambda f: "id" not in f)["kind"]
    tab.close()


@test
def pings_without_end_fill_nothing():
    at = studio()
    tab = Tab(at, receive_buffer=4096)
    before = at.memory()
    tab.socket.settimeout(1)
    with contextlib.suppress(TimeoutError, OSError):
        for _ in range(3000):
            tab.socket.sendall(frame(b"x" * 125, PING) * 100)
    assert at.memory() < before + (16 << 20)
    is_well(at)
    tab.reset()


@test
def a_hundred_tabs_are_answered():
    at = studio()
    tabs = [Tab(at) for _ in range(100)]
    for tab in tabs:
        tab.send("slope", "show", id=1)
    for tab in tabs:
        assert tab.frame_of(lambda f: f.get("id") == 1)["kind"] == "done"
    for number, tab in enumerate(tabs):  # each has its own
        tab.send("slope", "set", x=number / 100)
    for number, tab in enumerate(tabs):
        assert abs(ball_at(tab) - number / 100) < 1e-6
        tab.close()


@test
def there_is_room_for_128_tabs_and_the_one_left_first_gives_way():
    at = Studio("--no-open", "--port", 0, "--threads", 1)
    try:
        names = [desk_name() for _ in range(128)]
        tabs = [Tab(at, name) for name in names]
        for tab in tabs:
            assert tab.ask("slope", "set", x=0.5)["kind"] == "done"
        late = Tab(at)
        assert late.closed_with() == 1013
        late.close()
        for number in (4, 5, 3):  # the desks of these are kept, until they are needed
            open_sockets = at.sockets()
            tabs[number].close()
            wait_until(lambda before=open_sockets: at.sockets() < before)
        late = Tab(at)
        assert late.ask("slope", "show")["kind"] == "done"
        for number in (5, 3):
            again = Tab(at, names[number])
            assert abs(ball_at(again) - 0.5) < 1e-6, number
        again.close()
        new = Tab(at, names[4])  # its desk made room
        assert abs(ball_at(new) - 0.5) > 1e-6
    finally:
        assert at.end() == 0


def wait_until(true):
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)
    return True


@test
def connections_that_say_nothing_or_half_a_word_keep_nobody_out():
    at = studio()
    idle = [at.connect() for _ in range(100)]
    for number, s in enumerate(idle):
        s.sendall(b"" if number % 3 == 0 else b"GET / HT" if number % 3 == 1 else handshake(at)[:-20])
    half = Tab(at)
    half.socket.sendall(frame('{"scene": "slope"')[:9])
    is_well(at)
    half.reset()
    for s in idle:
        s.close()
    is_well(at)


@test
def sockets_of_tabs_that_vanish_are_closed():
    at = studio()
    assert wait_until(lambda: at.sockets() <= 4)
    before = at.sockets()
    for end in (Tab.close, Tab.reset, lambda tab: tab.socket.shutdown(socket.SHUT_WR)):
        tabs = [Tab(at) for _ in range(20)]
        for tab in tabs:
            tab.send("slope", "show")
            end(tab)
        assert wait_until(lambda: at.sockets() <= before)
        for tab in tabs:
            tab.close()
    is_well(at)


@test
def a_tab_that_comes_back_takes_up_where_it_was():
    at = studio()
    name = desk_name()
    for end in (Tab.close, Tab.reset):
        tab = Tab(at, name)
        tab.send("slope", "show")
        assert tab.ask("slope", "set", x=1.25)["kind"] == "done"
        end(tab)
        again = Tab(at, name)  # the scene in front is shown without being asked for
        assert abs(again.frame_of(lambda f: f["kind"] == "ball")["x"] - 1.25) < 1e-6
        again.send("slope", "set", x=2)
        end(again)
    stranger = Tab(at)
    assert abs(ball_at(stranger) - 2) > 1e-6
    stranger.close()


@test
def a_second_tab_of_the_same_name_takes_the_place_of_the_first():
    at = studio()
    name = desk_name()
    first = Tab(at, name)
    assert first.ask("slope", "set", x=1.5)["kind"] == "done"
    second = Tab(at, name)
    assert first.closed_with() == 4001
    assert abs(ball_at(second) - 1.5) < 1e-6
    first.close()
    assert second.ask("slope", "show")["kind"] == "done"
    stalled = Tab(at, name, receive_buffer=4096)  # also where the first does not listen
    assert second.closed_with() == 4001
    third = Tab(at, name)
    assert abs(ball_at(third) - 1.5) < 1e-6
    for tab in (second, stalled, third):
        tab.close()


# ---- beginning and end ----

@test
def ctrl_c_ends_it_at_once_with_status_0_and_frees_the_port():
    # 0, not 130: Ctrl-C is the regular way to end a studio, and nothing is left unfinished.
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        at = Studio("--no-open", "--port", 0)
        tabs = [Tab(at) for _ in range(20)]
        for tab in tabs[:10]:
            tab.send("slope", "show")
            tab.send("slope", "speed", speed="max")
            tab.send("slope", "play")
        stalled = Tab(at, receive_buffer=4096)
        stalled.send("slope", "show")
        began = time.monotonic()
        assert at.end(how) == 0, how
        print(f"# ended in {1000 * (time.monotonic() - began):.0f} ms")
        for tab in tabs:
            assert tab.closed_with() in (1001, None)
        assert tabs[-1].closed_with() is None
        again = Studio("--no-open", "--port", at.port)
        assert again.port == at.port
        assert again.end() == 0


@test
def what_was_learning_at_the_end_is_saved_and_the_command_that_goes_on_is_printed():
    at = Studio("--no-open", "--port", 0)
    tab = Tab(at)
    tab.send("train", "show")
    tab.ask("train", "begin", setup={"data": "fruit", "net": "2-8-2", "epochs": 100000}, whole=True)
    tab.frame_of(lambda f: f.get("kind") == "status" and f.get("update", 0) > 0)
    at.process.send_signal(signal.SIGINT)
    said = at.process.stdout.read()
    found = re.search(r"inkling train --resume (\S+/run-\S+\.safetensors)", said)
    assert found and pathlib.Path(found[1]).exists(), said
    tab.close()
    assert at.end() == 0


@test
def who_was_connected_to_a_studio_that_was_killed_is_told_to_enter_anew():
    at = Studio("--no-open", "--port", 0)
    tab = Tab(at)
    assert tab.ask("slope", "show")["kind"] == "done"
    assert at.request("/alive")[0] == 204
    at.end(signal.SIGKILL)
    assert tab.closed_with() is None
    again = Studio("--no-open", "--port", at.port)
    try:
        assert at.token != again.token
        status, _, body = again.request("/alive", cookie=at.cookie)
        assert status == 403 and b"printed" in body
        assert again.request("/alive")[0] == 204
    finally:
        assert again.end() == 0


@test
def two_studios_do_not_fight():
    one, two = Studio("--no-open", "--port", 0), Studio("--no-open", "--port", 0)
    both = f"{one.cookie}; {two.cookie}"  # a browser sends the cookies of all ports of a host
    for at, other in ((one, two), (two, one)):
        assert at.request("/", cookie=both)[0] == 200
        assert at.request("/", cookie=other.cookie)[0] == 403
    three, four = Studio("--no-open"), Studio("--no-open")  # on the usual port, and on any
    assert len({one.port, two.port, three.port, four.port}) == 4
    for at in (one, two, three, four):
        is_well(at)
        assert at.end() == 0


def refused(*words, says, status):
    done = subprocess.run([INKLING, "studio", *map(str, words)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=PATIENCE)
    assert done.returncode == status, (words, done)
    for part in says if isinstance(says, tuple) else (says,):
        assert part in done.stderr, f"\"{done.stderr}\" does not say \"{part}\""


@test
def a_port_or_address_that_cannot_be_had_is_named():
    at = studio()
    refused("--port", at.port, "--no-open", says=(f"port {at.port}", "another program"), status=1)
    refused("--port", 65536, says="--port", status=2)
    refused("--host", "not.a.number", "--host-is-trusted", says="not.a.number", status=2)
    refused("--host", "203.0.113.7", "--host-is-trusted", "--port", 0, says="203.0.113.7", status=1)
    refused("--web", "/none", says="/none", status=2)


@test
def other_machines_are_let_in_only_when_that_is_said_twice():
    refused("--host", "0.0.0.0", says=("--host 0.0.0.0", "other machines", "--host-is-trusted"), status=2)
    refused("--host", "::", says="--host-is-trusted", status=2)
    at = Studio("--no-open", "--port", 0, "--host", "0.0.0.0", "--host-is-trusted")
    assert at.request("/")[0] == 200
    assert at.request("/", host=f"192.0.2.1:{at.port}")[0] == 200  # an address, whichever it is
    assert at.request("/", host=f"evil.example:{at.port}")[0] == 403  # but no name
    assert at.end() == 0
    at = Studio("--no-open", "--port", 0, "--host", "127.0.0.2")
    at.end()


@test
def a_browser_is_opened_where_there_is_a_display():
    folder = pathlib.Path("bin").resolve()
    folder.mkdir()
    opener = folder / "xdg-open"
    opener.write_text(f"#!/bin/sh\necho \"$1\" >{folder}/part && mv {folder}/part {folder}/opened\n")
    opener.chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}"}
    for words, more in ((["--no-open"], {"DISPLAY": ":0"}), ([], {})):
        at = Studio("--port", 0, *words, env={**env, **more})
        time.sleep(0.5)
        assert not (folder / "opened").exists(), words
        assert at.end() == 0
    for display in ({"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}):
        at = Studio("--port", 0, env={**env, **display})
        assert wait_until((folder / "opened").exists)
        address = (folder / "opened").read_text().strip()
        assert address.startswith(f"http://{at.name}/?token="), address
        path = address[len(f"http://{at.name}"):]
        assert at.token not in path  # others see the command line of a browser
        assert at.request(path, method="HEAD", cookie="")[0] == 303
        assert at.request(path, cookie="")[1]["set-cookie"].startswith(at.cookie)
        assert at.request(path, cookie="")[0] == 403  # it opens once
        assert at.request("/?token=", cookie="")[0] == 403
        (folder / "opened").unlink()
        assert at.end() == 0


def main():
    parts = sys.argv[2:]
    chosen = [t for t in tests if not parts or any(part in t.__name__ for part in parts)]
    print(f"1..{len(chosen)}")
    failed = 0
    for number, function in enumerate(chosen, 1):
        name = function.__name__
        folder = tempfile.mkdtemp(prefix="inkling-test-")
        os.chdir(folder)
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Exception as problem:
            failed += 1
            for line in f"{type(problem).__name__}: {problem}".splitlines():
                print("#", line)
            print(f"not ok {number} - {name}", flush=True)
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)
    if shared and shared.end() != 0:
        print("# the studio did not end with status 0")
        failed += 1
    sys.exit(failed > 0)


main()
