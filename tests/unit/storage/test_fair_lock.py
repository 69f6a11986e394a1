"""Writers take turns in the order they came."""

import threading
import time

from hotline.storage.fair_lock import FairLock


def test_turns_are_given_in_the_order_they_were_asked_for() -> None:
    lock, order = FairLock(), []
    lock.acquire(1)

    def wait(number: int) -> None:
        assert lock.acquire(5)
        order.append(number)
        lock.release()

    threads = []
    for number in range(10):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        time.sleep(0.02)
    lock.release()
    for thread in threads:
        thread.join()
    assert order == list(range(10))


def test_whoever_waited_in_vain_does_not_block_the_others() -> None:
    lock = FairLock()
    lock.acquire(1)
    assert not lock.acquire(0.05)
    lock.release()
    assert lock.acquire(0.05)


def test_many_impatient_threads_never_hold_it_together() -> None:
    lock, inside, most = FairLock(), [], []

    def work() -> None:
        for _ in range(200):
            if lock.acquire(0.0005):
                inside.append(1)
                most.append(len(inside))
                inside.pop()
                lock.release()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(most) == {1}
    assert lock.acquire(0.05)
