"""The same id, many times at once."""

import threading
import time

from house import Violated
from oracle import Log
from scene import Scene
from wire import Caller, Unanswered, text_hash

STORM_WORKERS = 200


def storm(run):
    """Workers upload one id at once, most of them rightly, some with a byte changed, some with another manifest."""
    for place in range(run.limit or 10):
        with run.watching(f"storm {place}"), Scene(run, 1) as scene:
            _Storm(scene).rage()


class _Storm:
    def __init__(self, scene):
        self.scene, self.parcel = scene, scene.parcels[0]
        self.answers = {}
        self.lock = threading.Lock()
        self.stranger = None

    def rage(self):
        scene = self.scene
        # Made once, before all of them want it.
        scene.load.lab._token()
        start = threading.Barrier(STORM_WORKERS)
        workers = [threading.Thread(target=self._work, args=(number, start)) for number in range(STORM_WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(300)
        if any(worker.is_alive() for worker in workers):
            raise Violated("I4", "workers are still not answered after five minutes")
        if self.stranger:
            raise self.stranger
        log = Log(scene.house.data)
        first = sum(leaf["event"] == "accepted" for leaf in log.leaves)
        if first != 1:
            raise Violated("I2", f"{first} leaves accepted of one id")
        accepted = [leaf["note"] for leaf in log.leaves if leaf["event"] == "accepted"][0]
        self.won = accepted == self.parcel.text_hash
        if self.won:
            scene.journal.note("accepted", self.parcel.id)
            scene.load.fetch(self.parcel)
            scene.load.acknowledge(self.parcel)
        else:
            # The other manifest came first: its parcel waits, under the same id, and nobody has a receipt for it.
            if accepted != text_hash(self.parcel.other):
                raise Violated("I2", "a leaf accepted of a manifest that nobody sent")
            scene.journal.note("accepted", "the other manifest")
        scene.oracle.decide()

    def _work(self, number, start):
        caller = Caller(self.scene.house, "lab-b", timeout=120)
        body = self.parcel.body
        manifest = self.parcel.manifest
        if number % 10 == 1:
            body = body[:-1] + bytes([body[-1] ^ 1])
        if number % 10 == 2:
            manifest = self.parcel.other
        start.wait()
        try:
            self._upload(caller, manifest, body, is_right=number % 10 != 1)
        except Violated as violated:
            self.stranger = violated
        finally:
            caller.close()

    def _upload(self, caller, manifest, body, is_right):
        """Until it is accepted, or refused for good. Others' bytes may come between: then it asks where to go on."""
        end = time.monotonic() + 240
        while time.monotonic() < end:
            try:
                answer = caller.create(self.parcel, manifest, body)
                if answer.status == 409 and answer.problem == "offset-differs":
                    continue
                self._count(answer)
                if answer.status in (200, 201) and answer.offset is not None and answer.offset < len(body):
                    answer = caller.patch(self.parcel, answer.offset, body[answer.offset:])
                    self._count(answer)
            except Unanswered:
                continue
            if answer.status == 409 and answer.problem == "conflict":
                return
            if answer.offset == len(body):
                return
            if not is_right:
                return
        raise Violated("I4", "an upload did not come to its end in four minutes")

    def _count(self, answer):
        if answer.status not in (200, 201, 204, 404, 409, 422, 429):
            raise Violated("I4", f"an answer in the storm: {answer}")
        with self.lock:
            self.answers[str(answer)] = self.answers.get(str(answer), 0) + 1
