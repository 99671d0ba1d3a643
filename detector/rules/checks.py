"""Arithmetic that tells a real French identifier from any other row of digits."""

from __future__ import annotations

import re
from collections.abc import Callable

_CORSICA = {"2a": "19", "2b": "18"}


def nir(words: str) -> bool:
    """Whether `words` is a social-security number with a true key, Corsica included.

    >>> nir("1 85 05 78 006 084 91"), nir("1 85 05 78 006 084 92")
    (True, False)
    """
    compact = re.sub(r"[^0-9ab]", "", words.lower())
    if len(compact) != 15:
        return False
    department = _CORSICA.get(compact[5:7], compact[5:7])
    number, key = compact[:5] + department + compact[7:13], compact[13:]
    return (number + key).isdigit() and 97 - int(number) % 97 == int(key)


def luhn(words: str) -> bool:
    """Whether `words` is a card number by the Luhn sum.

    >>> luhn("4970 1012 3456 7890"), luhn("4539 1488 0343 6467")
    (False, True)
    """
    digits = [int(character) for character in words if character.isdigit()]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return len(digits) >= 13 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def iban(words: str) -> bool:
    """Whether `words` is an IBAN by ISO 7064 (mod 97-10).

    >>> iban("FR76 3000 6000 0112 3456 7890 189")
    True
    """
    compact = re.sub(r"[^0-9a-z]", "", words.lower())
    digits = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    return len(compact) >= 15 and int(digits) % 97 == 1


CHECKS: dict[str, Callable[[str], bool]] = {"nir": nir, "luhn": luhn, "iban": iban}
