"""The relay ends while connections come in, as asked or because its disk failed: in order, whatever it is accepting just then."""

import signal
import socket
import threading

from crash import EIO, SETTINGS
from disk import Calls
from house import House, Violated, until
from load import Interrupted, Load
from oracle import Journal

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
