#!/usr/bin/env python3
"""Measures the relay's own program: many small parcels at once, and large ones beside Debian's nginx in the same run.

Usage: relay.py BENCHMARK RELAY [small|large|memory|growth] …   (the built relay-benchmark and pli-relay programs)
"""

import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

CIPHER = "TLS_AES_128_GCM_SHA256"
ROUNDS = 5
GROUP = 8


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def small(program, relay):
    for senders in (1, 32):
        with tempfile.TemporaryDirectory(dir=".build") as folder:
            subprocess.run(
                [program, "small", os.path.abspath(folder), str(free_port()), relay, str(senders),
                 "1000" if senders == 1 else "500"], check=True)


def nginx_program():
    for path in (".build/tools/nginx/usr/sbin/nginx", "/usr/sbin/nginx"):
        if os.access(path, os.X_OK):
            return os.path.abspath(path)
    sys.exit("nginx is not there: no comparison")


def start_nginx(folder, port):
    """nginx with WebDAV and the relay's own certificate; what it stores, it does not make durable."""
    for name in ("files", "temporary"):
        os.makedirs(f"{folder}/{name}", exist_ok=True)
    with open(f"{folder}/nginx.conf", "w", encoding="utf-8") as file:
        file.write(f"""
daemon off; worker_processes auto; pid {folder}/nginx.pid; error_log {folder}/nginx.log; user root;
events {{}}
http {{
  access_log off; client_max_body_size 1g; client_body_temp_path {folder}/temporary;
  proxy_temp_path {folder}/temporary; fastcgi_temp_path {folder}/temporary;
  uwsgi_temp_path {folder}/temporary; scgi_temp_path {folder}/temporary;
  server {{
    listen 127.0.0.1:{port} ssl; root {folder}/files;
    ssl_certificate {folder}/tls/certificate.pem; ssl_certificate_key {folder}/tls/key.pem; ssl_protocols TLSv1.3;
    location / {{ dav_methods PUT; }}
  }}
}}
""")
    server = subprocess.Popen([nginx_program(), "-p", folder, "-c", f"{folder}/nginx.conf"])
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        if server.poll() is not None:
            sys.exit("nginx did not start")


def curl(folder, files):
    """Runs one curl a file of requests, all at once; gives seconds."""
    commands = [["curl", "-sS", "--fail", "-K", file] for file in files]
    os.sync()
    start = time.perf_counter()
    running = [subprocess.Popen(command) for command in commands]
    if any(process.wait() != 0 for process in running):
        sys.exit("curl failed")
    return time.perf_counter() - start


def requests(folder, name, origin_lines, token):
    """Writes a file for curl -K: every transfer with the same certificate, cipher and token."""
    common = f'cacert = "{folder}/tls/ca.pem"\ntls13-ciphers = "{CIPHER}"\n' + token
    path = f"{folder}/{name}.run"
    with open(path, "w", encoding="utf-8") as file:
        file.write(origin_lines.replace("@token\n", common))
    return path


def dav(folder, port, kind, names):
    lines = []
    for name in names:
        what = f'upload-file = "{folder}/body"\n' if kind == "up" else ""
        lines.append(f'url = "https://127.0.0.1:{port}/{name}"\n{what}output = "/dev/null"\n')
    return "@token\nnext\n".join(lines) + "@token\n"


def large(program, relay):
    groups = 3 * ROUNDS
    with tempfile.TemporaryDirectory(dir=".build") as scratch:
        folder = os.path.abspath(scratch)
        keeper = subprocess.Popen(
            [program, "large", folder, str(free_port()), relay, str(groups), str(GROUP)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert keeper.stdout.readline().strip() == "ready"
        port = free_port()
        server = start_nginx(folder, port)

        def ask(word):
            keeper.stdin.write(word + "\n")
            keeper.stdin.flush()
            return [float(field) for field in keeper.stdout.readline().split()[1:]]

        def read(name):
            with open(f"{folder}/{name}", encoding="utf-8") as file:
                return file.read()

        seconds = {}
        size = os.path.getsize(f"{folder}/body")
        for round_ in range(ROUNDS):
            for kind in ("up", "down"):
                for connections, own in ((1, [3 * round_]), (2, [3 * round_ + 1, 3 * round_ + 2])):
                    ask("tokens")
                    token = read(f"{kind}-token")
                    files = [requests(folder, f"{kind}-{group}", read(f"{kind}-{group}"), token) for group in own]
                    seconds.setdefault((kind, connections, "pli"), []).append(curl(folder, files))
                    files = [
                        requests(folder, f"dav-{group}", dav(
                            folder, port, kind, [f"{group}-{number}" for number in range(GROUP)]), "")
                        for group in own]
                    seconds.setdefault((kind, connections, "nginx"), []).append(curl(folder, files))
        processor, memory = ask("end")
        print(f"{size / (1 << 20):.1f} MiB a parcel, {GROUP} a connection, {ROUNDS} rounds in turns, {os.cpu_count()} cores")
        for kind in ("up", "down"):
            for connections in (1, 2):
                rates = {
                    name: size * GROUP * connections / statistics.median(seconds[kind, connections, name]) / 1e6
                    for name in ("nginx", "pli")}
                print(f"{kind} over {connections}: nginx {rates['nginx']:.0f} MB/s, pli {rates['pli']:.0f} MB/s, "
                      f"{rates['pli'] / rates['nginx']:.2f} x nginx")
        print(f"relay: processor {processor:.1f} s in all, memory at most {memory:.0f} MiB")
        server.terminate()
        keeper.stdin.close()
        keeper.wait()


def memory(program, relay):
    # A thousand uploads are two thousand descriptors at the relay, and a thousand here.
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with tempfile.TemporaryDirectory(dir=".build") as folder:
        subprocess.run([program, "memory", os.path.abspath(folder), str(free_port()), relay, "1000"], check=True)


def growth(program, relay):
    """The same requests at a small store and at a large one; both made without fsync, asked with it."""
    eatmydata = shutil.which("eatmydata")
    for parcels, leaves in ((1000, 10_000), (int(os.environ.get("PARCELS", 1_000_000)), int(os.environ.get("LEAVES", 10_000_000)))):
        with tempfile.TemporaryDirectory(dir=".build") as scratch:
            folder = os.path.abspath(scratch)
            fill = [program, "fill", folder, str(free_port()), str(parcels), str(leaves)]
            subprocess.run(([eatmydata] if eatmydata else []) + fill, check=True)
            subprocess.run([program, "growth", folder, "0", relay], check=True)


def main():
    program, relay = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    wanted = sys.argv[3:] or ["small", "large", "memory", "growth"]
    if shutil.which("curl") is None:
        sys.exit("curl is not installed")
    for what in wanted:
        {"small": small, "large": large, "memory": memory, "growth": growth}[what](program, relay)


main()
