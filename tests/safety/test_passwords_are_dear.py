"""A stolen database must not give away passwords: whoever guesses pays for each guess in memory and time."""

import subprocess
import sys

from argon2 import Type, extract_parameters

LEAST_KIBIBYTES = 19_456
LEAST_PASSES = 2
"""The least that OWASP's Password Storage Cheat Sheet (2024) asks of argon2id."""

SCRIPT = "from hotline.flow import sign_in; print(sign_in.hash_password('a password'), sign_in._NOBODY)"


def test_a_password_is_kept_with_argon2id_at_its_real_cost() -> None:
    told = subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True).stdout
    cost, of_nobody = map(extract_parameters, told.split())
    assert cost.type is Type.ID
    assert cost.memory_cost >= LEAST_KIBIBYTES
    assert cost.time_cost >= LEAST_PASSES
    assert of_nobody == cost  # or the time of an answer would tell whether a login exists
