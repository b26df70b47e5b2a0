"""The relay ends in order: while connections come in, as asked or because its disk failed, and while its disk does not answer."""

import json
import signal
import socket
import threading

from crash import EIO, SETTINGS
from disk import Calls
from house import House, Violated, until
from load import Interrupted, Load
from oracle import Journal
from wire import Caller, Parcel, Unanswered

VISITORS = 8


def stops(run):
    for place in range(run.limit or 60):
        is_asked = place % 3 == 0
        with run.watching(f"stop {place}, {'SIGTERM' if is_asked else 'EIO'}"):
            house = House(run.cast, settings=SETTINGS)
            try:
                _stop(run, house, is_asked)
            finally:
                house.remove()


def _stop(run, house, is_asked):
    counter = Calls(house)
    syncs = 0
    # The first start makes files; another tells how many syncs come before the first request.
    for _ in range(2):
        house.start(environment=counter.environment())
        syncs = len(counter.seen())
        house.stop()
    house.start(environment=counter.environment(0 if is_asked else syncs + 6, EIO, last=1 << 30))
    over, visits = threading.Event(), []
    visitors = [threading.Thread(target=_visit, args=(house.port, over, visits)) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    try:
        until("visitors come", lambda: len(visits) > 20 + run.dice.randrange(100))
        if is_asked:
            house.process.send_signal(signal.SIGTERM)
        else:
            _write(house)
        code = house.wait_end()
    finally:
        over.set()
        for visitor in visitors:
            visitor.join()
    if code != (0 if is_asked else 1):
        raise Violated("I4", f"it ended with {code}: {house.last_words()}")


def stalled(run):
    for place in range(run.limit or 6):
        with run.watching(f"stalled disk {place}"):
            house = House(run.cast, settings=SETTINGS)
            try:
                _stall(run, house)
            finally:
                house.remove()


def _stall(run, house):
    """From some sync on, none returns. What was acknowledged before is there behind the next start."""
    counter = Calls(house)
    kept, cut = (Parcel(run.cast, run.next_parcel()) for _ in range(2))
    house.start()
    load = Load(house, Journal(house.folder / "journal"), [], ends=False)
    load.publish()
    load.upload(kept, True)
    load.close()
    house.stop()
    house.start(environment=counter.environment())
    syncs = len(counter.seen())
    house.stop()
    house.start(environment=counter.environment(syncs + 2 + run.dice.randrange(6), "stall", last=1 << 30))
    # More than the relay has threads for its disk.
    others = [Parcel(run.cast, run.next_parcel()) for _ in range(11)]
    works = [threading.Thread(target=_upload, args=(house, parcel)) for parcel in [cut, *others]]
    for work in works:
        work.start()
    until("the relay says that its disk does not answer", lambda: _reason(house) == "disk-stalled")
    house.process.send_signal(signal.SIGTERM)
    code = house.wait_end()
    for work in works:
        work.join()
    words = house.last_words()
    if code != 1 or any(text not in words for text in ("the disk does not answer", "le disque ne répond pas")):
        raise Violated("I4", f"it ended with {code}: {words}")
    house.start()
    load = Load(house, Journal(house.folder / "journal-after"), [], ends=False)
    for step in (lambda: load.fetch(kept), lambda: load.upload(cut, False), lambda: load.fetch(cut)):
        step()
    load.close()
    house.stop()


def _upload(house, parcel):
    load = Load(house, Journal(house.folder / f"journal-{parcel.number}"), [], ends=False)
    try:
        load.upload(parcel, False)
    except Interrupted:
        pass
    finally:
        load.close()


def _reason(house):
    caller = Caller(house, "lab-b")
    try:
        return json.loads(caller.ask("GET", "/health", token=False).body).get("reason")
    except Unanswered:
        return None
    finally:
        caller.close()


def _write(house):
    load = Load(house, Journal(house.folder / "journal"), [], ends=False)
    try:
        load.publish()
    except Interrupted:
        pass
    finally:
        load.close()


def _visit(port, over, visits):
    """Connects and goes, again and again."""
    while not over.is_set():
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                visits.append(1)
                connection.settimeout(0.05)
                connection.recv(1)
        except OSError:
            pass
