"""An option that cannot be: one finding, in both languages."""

from __future__ import annotations

from capaian.errors import AnalysisError, Finding

SAID = {
    "above 0": "di atas 0",
    "a probability between 0 and 1": "peluang antara 0 dan 1",
    "from -1 to 1": "dari -1 sampai 1",
    "a power of 2": "pangkat dari 2",
    "'group' or 'each'": "'group' atau 'each'",
    "one for each subject": "satu untuk tiap pegawai",
    "a number in each period": "sebuah angka pada tiap periode",
    "3 periods or more on each side": "3 periode atau lebih pada tiap sisi",
    "nobody in the first period, and in the second some but not all":
        "tidak seorang pun pada periode pertama, dan sebagian saja pada periode kedua",
}  # fmt: skip
"""What may be wanted of an option, in English, with the Indonesian."""


def unwanted(option: str, given: object, wanted: str) -> Finding:
    """Return the finding CPN-M33: an option is not what is wanted."""
    values = {"option": option, "given": given, "wanted": wanted, "wanted_id": SAID[wanted]}
    return Finding("CPN-M33", option, values)


def prove(holds: bool, headline: str, option: str, given: object, wanted: str) -> None:  # noqa: FBT001 - it reads as a sentence
    """Refuse an option unless a condition holds."""
    if not holds:
        raise AnalysisError(headline, [unwanted(option, given, wanted)])
