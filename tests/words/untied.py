"""What is said, with plain spaces where an amount is tied to its currency: a test is easier to read so."""

from __future__ import annotations

from policymodel.words.numbers import JOINED, TIED
from policymodel.words.sentences import Value, render


def untied(value: Value, language: str) -> str:
    """The words in a language; no line would end inside an amount, which `test_numbers` holds."""
    return render(value, language).replace(TIED, " ").replace(JOINED, "")
