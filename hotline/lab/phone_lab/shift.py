"""Keeps the demo listeners on duty during a rehearsal by telephone; nobody would be rung for a caller otherwise."""

import threading
from contextlib import suppress

import httpx

from hotline.lab.api import Api, ApiTrouble
from hotline.lab.phone_lab.view import Cast

BEAT_EVERY_SECONDS = 8.0


def wait_until_it_answers(base_url: str, cast: Cast, over: threading.Event) -> None:
    """Note at ``cast`` when the helpline has started."""
    with httpx.Client(timeout=2) as http:
        while not cast.ready and not over.wait(0.5):
            with suppress(httpx.HTTPError):
                cast.ready = http.get(f"{base_url}/live").is_success


class Shift:
    """Some people on duty, whose desks say every few seconds that they are there."""

    def __init__(self, base_url: str, cast: Cast, passwords: dict[str, str]) -> None:
        self._base_url = base_url
        self._cast = cast
        self._passwords = passwords
        self._over = threading.Event()
        starts = (base_url, cast, self._over)
        self._threads = [threading.Thread(target=wait_until_it_answers, args=starts, name="starts", daemon=True)]
        self._threads += [
            threading.Thread(target=self._serve, args=(login,), name=f"shift-{login}", daemon=True)
            for login in passwords
        ]

    def start(self) -> None:
        """Begin as soon as the helpline answers."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Everybody goes home."""
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=2)

    def _serve(self, login: str) -> None:
        while not self._cast.ready:
            if self._over.wait(0.5):
                return
        api = Api(self._base_url)
        try:
            words = {"login": login, "password": self._passwords[login]}
            api.token = api.ask("POST", "/session", words)["token"]
            api.ask("POST", "/duty", {"on_duty": True})
            while not self._over.wait(BEAT_EVERY_SECONDS):
                with suppress(ApiTrouble):
                    api.ask("POST", "/duty/beat")
        except (ApiTrouble, RuntimeError):
            return  # the helpline refused or has ended
        finally:
            api.close()
