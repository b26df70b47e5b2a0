"""What participants do by hand: requests over TLS, with no code of Pli's but `pli token`."""

import base64
import hashlib
import http.client
import json
import ssl
import time

from house import Trouble

BROKEN = (OSError, http.client.HTTPException)


class Unanswered(Exception):
    """No answer came: whether the request was done is not known."""


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    @property
    def problem(self):
        try:
            return json.loads(self.body)["type"].rsplit(":", 1)[-1]
        except (ValueError, KeyError, AttributeError):
            return None

    @property
    def offset(self):
        value = self.fields.get("Upload-Offset")
        return int(value) if value is not None else None

    def __str__(self):
        return f"{self.status} {self.problem or ''}"


class Parcel:
    """A sealed parcel of the cast, from lab-b to spf."""

    def __init__(self, cast, number):
        base = cast / "parcels" / f"{number:03}"
        self.number = number
        self.manifest, self.other, self.body, self.receipt = (
            base.with_suffix("." + kind).read_bytes() for kind in ("manifest", "other", "body", "receipt"))
        self.text_hash = text_hash(self.manifest)
        self.receipt_hash = text_hash(self.receipt)
        fields = json.loads(self.manifest.split(b"\n")[0])
        self.id, self.sha256 = fields["id"], fields["sha256"]
        self.path = f"/v1/parcels/lab-b/{self.id}"

    @property
    def secrets(self):
        """Lines of the body's header: whoever has them and the recipient's key reads it."""
        header = self.body[:self.body.index(b"\n--- ") + 40]
        return [line[:60] for line in header.split(b"\n") if len(line) > 40 and not line.startswith(b"age-")]


def text_hash(note):
    """A note's hash: of its text, up to the empty line before its signatures."""
    return hashlib.sha256(note[:note.index(b"\n\n") + 1]).hexdigest()


class Caller:
    """One participant on one connection, which is made anew after it broke."""

    def __init__(self, house, who, timeout=60):
        self.house, self.who, self.timeout = house, who, timeout
        # Another one where something stands between.
        self.port = house.port
        self.connection = None

    def _token(self):
        with self.house.tokens_lock:
            token, until = self.house.tokens.get(self.who, (None, 0.0))
            if time.monotonic() > until:
                made = self.house.pli("token", "--config", f"{self.who}.yaml")
                if made.returncode != 0:
                    raise Trouble(f"no token: {made.stderr}")
                token = made.stdout.strip()
                self.house.tokens[self.who] = token, time.monotonic() + 60
            return token

    def tls(self):
        context = ssl.create_default_context(cafile=str(self.house.trusted()))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return context

    def open(self):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=self.timeout, context=self.tls())
        return self.connection

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def ask(self, method, path, body=None, fields=(), token=True):
        fields = dict(fields)
        if method == "POST" and body:
            # A note, where it is no upload.
            fields.setdefault("Content-Type", "text/plain; charset=utf-8")
        if token:
            fields["Authorization"] = "Bearer " + self._token()
        try:
            connection = self.open()
            connection.request(method, path, body=body, headers=fields)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except BROKEN as failure:
            self.close()
            raise Unanswered(f"{method} {path.split('/')[2] if path.count('/') > 1 else path}: {failure!r}") from failure

    # -- uploads

    def create(self, parcel, manifest=None, body=None):
        fields = {
            "Tus-Resumable": "1.0.0", "Upload-Length": str(len(parcel.body)),
            "Upload-Metadata": "manifest " + base64.b64encode(manifest or parcel.manifest).decode()}
        if body is not None:
            fields["Content-Type"] = "application/offset+octet-stream"
        return self.ask("POST", "/v1/uploads", body or b"", fields)

    def head(self, parcel):
        return self.ask("HEAD", f"/v1/uploads/{parcel.id}", fields={"Tus-Resumable": "1.0.0"})

    def patch(self, parcel, offset, body):
        return self.ask("PATCH", f"/v1/uploads/{parcel.id}", body, {
            "Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})

    def abandon(self, parcel):
        return self.ask("DELETE", f"/v1/uploads/{parcel.id}", fields={"Tus-Resumable": "1.0.0"})

    # -- reading

    def inbox(self):
        return json.loads(self.ask("GET", "/v1/inbox?after=0&wait=0").body)["parcels"]

    def checkpoint(self):
        answer = self.ask("GET", "/v1/log/checkpoint", token=False)
        lines = answer.body.decode().split("\n")
        return int(lines[1]), lines[2]
