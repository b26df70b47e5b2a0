"""Between the ends and the relay: answers that are lost, packets that are dropped, a network that is cut."""

import http.client
import http.server
import os
import shutil
import ssl
import subprocess
import sys
import threading

from crash import SETTINGS
from house import House, Violated, free_port
from load import Interrupted, Load
from oracle import Journal, Oracle
from wire import BROKEN, Parcel

LOST_PERCENT = 40


# -- lost answers

class LosingProxy:
    """Speaks TLS with the relay's own certificate; passes each request on whole, and often closes instead of answering."""

    def __init__(self, house, dice, percent):
        self.house, self.dice, self.percent = house, dice, percent
        self.lost = self.passed = 0
        self.lock = threading.Lock()
        tls = house.data / "tls"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "certificate.pem", tls / "key.pem")
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def handle(self):
                try:
                    super().handle()
                except BROKEN:
                    pass

            def log_message(self, *_):
                pass

            def __getattr__(self, name):
                if name.startswith("do_"):
                    return lambda: proxy.carry(self)
                raise AttributeError(name)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", house.front), Handler, bind_and_activate=False)
        self.server.daemon_threads = True
        self.server.server_bind()
        self.server.server_activate()
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.trust = ssl.create_default_context(cafile=str(house.trusted()))

    def carry(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        onward = http.client.HTTPSConnection("127.0.0.1", self.house.port, timeout=60, context=self.trust)
        try:
            onward.request(request.command, request.path, body or None, dict(request.headers.items()))
            answer = onward.getresponse()
            content = answer.read()
        except BROKEN:
            request.close_connection = True
            return
        finally:
            onward.close()
        with self.lock:
            is_lost = self.dice.random() * 100 < self.percent
            self.lost, self.passed = self.lost + is_lost, self.passed + (not is_lost)
        if is_lost:
            request.close_connection = True
            return
        request.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                request.send_header(name, value)
        if request.command != "HEAD" or "Content-Length" not in answer.headers:
            request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def lost_answers(run):
    """Requests are done and their answers lost: they are made again, and nothing is there twice."""
    reports = None
    for place in range(run.limit or 20):
        front = free_port()
        house = House(run.cast, settings=SETTINGS, origin=f"https://127.0.0.1:{front}")
        house.front = front
        with run.watching(f"lost answers {place}"):
            reports = _lose(run, house, 0 if reports is None else LOST_PERCENT, reports)
        house.remove()


def _lose(run, house, percent, reports):
    journal = Journal(house.folder / "journal")
    parcels = [Parcel(run.cast, run.next_parcel()) for _ in range(3)]
    load = Load(house, journal, parcels)
    house.start()
    proxy = LosingProxy(house, run.dice, percent)
    load.lab.port = load.spf.port = house.front
    try:
        _rest(load, 400)
    finally:
        load.close()
        proxy.close()
    if percent:
        run.say(f"{proxy.lost} answers lost, {proxy.passed} passed")
    oracle = Oracle(house, journal, parcels, reports)
    oracle.decide()
    house.stop()
    house.start()
    oracle.decide()
    return sum(len(more["lines"]) for more in journal.said("delivered").values())


def _rest(load, tries):
    reason = None
    for _ in range(tries):
        try:
            load.go()
            return
        except Interrupted as interrupted:
            reason = interrupted
    raise Violated("I4", f"it does not come to rest: {reason}")


# -- a network of our own that loses packets

INSIDE = "PLI_FAULT_INSIDE"


def why_no_network():
    for tool in ("unshare", "ip", "nft"):
        if not shutil.which(tool):
            return f"{tool} is not installed"
    tried = subprocess.run(
        ["unshare", "-n", "sh", "-c", "ip link set lo up && nft add table inet pli_fault"], capture_output=True, text=True)
    return None if tried.returncode == 0 else f"no network of our own can be made: {tried.stderr.strip()[:120]}"


def network(run):
    """In a namespace whose network loses 30 % of the packets, then is cut for a while: all comes, once."""
    if not os.environ.get(INSIDE):
        command = ["unshare", "-n", sys.executable, *sys.argv[:2], "network", *_options()]
        done = subprocess.run(command, env={**os.environ, INSIDE: "1"})
        run.runs += 1 if run.is_fast else run.limit or 20
        if done.returncode != 0:
            run.violations.append("see above")
        return
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # Loopback carries 64 KiB at once; a real network carries 1,500 bytes, so a body is many packets.
    subprocess.run(["ip", "link", "set", "lo", "mtu", "1500"], check=True)
    if run.is_fast:
        # By hand only, one parcel, and fewer packets lost: what is sent again waits twice as long each time.
        house = House(run.cast, settings=SETTINGS)
        with run.watching("network"):
            _through(run, house, None, parcels=1, ends=False, percent=15)
        house.remove()
        return
    reports = None
    for place in range(run.limit or 20):
        house = House(run.cast, settings=SETTINGS)
        with run.watching(f"network {place}"):
            reports = _through(run, house, reports, is_calm=reports is None)
        house.remove()


def _options():
    """What the driver was given, without the names of experiments."""
    kept, arguments = [], sys.argv[2:]
    while arguments:
        word = arguments.pop(0)
        if word.startswith("--"):
            kept += [word] + ([arguments.pop(0)] if "=" not in word else [])
    return kept


def _rules(port, rule):
    subprocess.run(["nft", "flush", "ruleset"], check=True)
    if rule:
        subprocess.run(["nft", "-f", "-"], input=(
            "table inet pli_fault {\n chain both {\n type filter hook input priority 0;\n"
            f"  tcp dport {port} {rule}\n  tcp sport {port} {rule}\n }}\n}}\n"), text=True, check=True)


def _through(run, house, reports, parcels=3, ends=True, percent=30, is_calm=False):
    journal = Journal(house.folder / "journal")
    parcels = [Parcel(run.cast, run.next_parcel()) for _ in range(parcels)]
    load = Load(house, journal, parcels, ends)
    load.lab.timeout = load.spf.timeout = 20
    house.start()
    stop = threading.Event()

    def weather():
        """Loss, then nothing at all for some seconds, then loss again."""
        while not stop.is_set():
            _rules(house.port, f"numgen random mod 100 < {percent} drop")
            if stop.wait(run.dice.uniform(2, 6)):
                break
            _rules(house.port, "drop")
            stop.wait(run.dice.uniform(0.5, 3))
        _rules(house.port, None)

    storm = threading.Thread(target=weather)
    if not is_calm:
        storm.start()
    try:
        _rest(load, 200)
    finally:
        stop.set()
        if storm.ident:
            storm.join()
        load.close()
    oracle = Oracle(house, journal, parcels, reports)
    oracle.decide()
    house.stop()
    house.start()
    oracle.decide()
    return sum(len(more["lines"]) for more in journal.said("delivered").values())
