"""The words of an explanation, in English and Indonesian."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any, Protocol

from capaian.errors import Language
from capaian.exact import fixed, round_ratio
from capaian.formula import number

WORDS: dict[str, dict[Language, str]] = {
    "indicator": {"en": "indicator", "id": "indikator"},
    "measured": {"en": "measured", "id": "realisasi"},
    "achievement": {"en": "achievement", "id": "capaian"},
    "weight": {"en": "weight", "id": "bobot"},
    "contribution": {"en": "contribution", "id": "sumbangan"},
    "total": {"en": "score", "id": "nilai"},
    "formula": {
        "en": "what the formula adds by itself: {node}",
        "id": "yang ditambahkan rumus: {node}",
    },
    "conversion": {"en": "conversion: {node}", "id": "konversi: {node}"},
    "limits": {"en": "limits of: {node}", "id": "batas: {node}"},
    "worst_node": {"en": "counted as the worst: {node}", "id": "dinilai terburuk: {node}"},
    "rounding": {"en": "rounding: {node}", "id": "pembulatan: {node}"},
    "rounded": {
        "en": "rounded to {digits} decimal places ({mode}) before the band is read",
        "id": "dibulatkan ke {digits} desimal ({mode}) sebelum predikat dibaca",
    },
    "none": {
        "en": "not rounded before the band is read",
        "id": "tidak dibulatkan sebelum predikat dibaca",
    },
    "rounded_alone": {
        "en": "the score is rounded to {digits} decimal places ({mode}); it does not give the band",
        "id": "nilai dibulatkan ke {digits} desimal ({mode}); predikat tidak ditentukan olehnya",
    },
    "none_alone": {
        "en": "the score is not rounded; it does not give the band",
        "id": "nilai tidak dibulatkan; predikat tidak ditentukan olehnya",
    },
    "ratings": {
        "en": "the band is the cell of these ratings",
        "id": "predikat adalah sel dari rating berikut",
    },
    "cell": {"en": "cell: {levels} → '{band}'", "id": "sel: {levels} → '{band}'"},
    "any_levels": {"en": "any levels", "id": "tingkat apa pun"},
    "or_levels": {"en": " or ", "id": " atau "},
    "no_cell": {
        "en": "no band is given; without a level: {ratings}",
        "id": "predikat tidak diberikan; tanpa tingkat: {ratings}",
    },
    "no_value": {"en": "no value", "id": "tanpa nilai"},
    "no_band": {"en": "no band", "id": "tanpa predikat"},
    "failed": {"en": "closed late", "id": "selesai terlambat"},
    "closed": {"en": "closed", "id": "selesai"},
    "open_late": {"en": "open, past the limit", "id": "terbuka, lewat batas"},
    "undetermined": {"en": "open, not past the limit", "id": "terbuka, belum lewat batas"},
    "open": {"en": "open", "id": "terbuka"},
    "by_formula": {"en": "by the formula {formula}", "id": "dengan rumus {formula}"},
    "no_level": {"en": "which no level takes", "id": "tidak termasuk tingkat mana pun"},
    "lift": {
        "en": "another band by one rating alone",
        "id": "predikat lain lewat satu rating saja",
    },
    "lift_from": {
        "en": "{rating}: from {value} on it is '{level}', and the band '{band}'",
        "id": "{rating}: mulai {value} menjadi '{level}', dan predikatnya '{band}'",
    },
    "lift_above": {
        "en": "{rating}: above {value} it is '{level}', and the band '{band}'",
        "id": "{rating}: di atas {value} menjadi '{level}', dan predikatnya '{band}'",
    },
    "next": {
        "en": "to reach {band}, {gap} more points; one indicator alone would have to be:",
        "id": "untuk mencapai {band} perlu {gap} poin lagi; satu indikator saja harus menjadi:",
    },
    "slope": {
        "en": "'{node}' is {method}: what a part adds there is not just weight × achievement",
        "id": "'{node}' adalah {method}: sumbangan di sana bukan sekadar bobot × capaian",
    },
    "said_formula": {
        "en": "'{node}' is the formula {formula}; a part adds there its slope × its value",
        "id": "'{node}' adalah rumus {formula}; sumbangan suatu bagian: kemiringan × nilainya",
    },
    "geometric": {"en": "a geometric mean", "id": "rata-rata geometrik"},
    "harmonic": {"en": "a harmonic mean", "id": "rata-rata harmonik"},
    "minimum": {"en": "the least of its parts", "id": "nilai terkecil bagiannya"},
    "gate": {
        "en": "{band} also needs a fact that is not on record: {gate}",
        "id": "{band} juga memerlukan fakta yang belum tercatat: {gate}",
    },
    "top": {"en": "this is the highest band", "id": "ini predikat tertinggi"},
    "cannot": {
        "en": "not enough alone (at its best the score is {best})",
        "id": "tidak cukup sendiri (pada capaian terbaik nilainya {best})",
    },
    "to": {"en": "from {now} to {then}", "id": "dari {now} menjadi {then}"},
    "exclude": {
        "en": "left out, other weights rescaled ({state})",
        "id": "dikeluarkan, bobot lain disesuaikan ({state})",
    },
    "worst": {"en": "counted as the worst ({state})", "id": "dinilai terburuk ({state})"},
    "withhold": {"en": "no score is given ({state})", "id": "nilai tidak diberikan ({state})"},
    "refer": {"en": "sent to a person ({state})", "id": "diserahkan kepada pejabat ({state})"},
    "rests_on": {
        "en": "this result rests on what is not confirmed",
        "id": "hasil ini bersandar pada yang belum dikonfirmasi",
    },
    "post": {"en": "post", "id": "jabatan"},
    "days": {"en": "days", "id": "hari"},
    "leave": {"en": "leave", "id": "cuti"},
    "band": {"en": "band", "id": "predikat"},
    "too_short": {
        "en": "does not count: too few days in post",
        "id": "tidak dihitung: hari terlalu sedikit",
    },
    "no_weight": {"en": "does not count: its weight is 0", "id": "tidak dihitung: bobotnya 0"},
    "member": {"en": "member", "id": "anggota"},
    "more_members": {"en": "{count} more", "id": "{count} lagi"},
    "whole_rounding": {"en": "rounding", "id": "pembulatan"},
    "higher": {
        "en": "to reach {band}, {gap} more points",
        "id": "untuk mencapai {band} perlu {gap} poin lagi",
    },
    "rules": {"en": "rules", "id": "aturan"},
    "cohort": {
        "en": "{method} (fitted to {n} subjects of {period}, {left_out} without a value)",
        "id": "{method} (kelompok: {n} pegawai, {period}; {left_out} tanpa realisasi)",
    },
    "target": {"en": "target {target}", "id": "target {target}"},
    "stretch": {"en": "from {first} to before {end}", "id": "dari {first} sampai sebelum {end}"},
    "latest": {
        "en": "over {period}, the last with any evidence",
        "id": "selama {period}, yang terakhir dengan bukti",
    },
    "each_cumulative": {"en": "each cumulative", "id": "masing-masing kumulatif"},
    "each_rolling": {
        "en": "each over {months} months",
        "id": "masing-masing selama {months} bulan",
    },
    "by_sum": {"en": "the sum of each {every}'s {of}", "id": "jumlah {of} tiap {every}"},
    "by_average": {
        "en": "the average of each {every}'s {of}",
        "id": "rata-rata {of} tiap {every}",
    },
    "by_last": {
        "en": "the last known of each {every}'s {of}",
        "id": "{of} terakhir yang diketahui dari tiap {every}",
    },
    "of_measured": {"en": "value", "id": "realisasi"},
    "of_achievement": {"en": "achievement", "id": "capaian"},
    "cap_before": {"en": "limited before that", "id": "dibatasi sebelum itu"},
    "cap_after": {"en": "limited after that", "id": "dibatasi sesudah itu"},
    "month": {"en": "month", "id": "bulan"},
    "quarter": {"en": "quarter", "id": "triwulan"},
    "semester": {"en": "semester", "id": "semester"},
    "how": {"en": "how each was measured", "id": "cara mengukur"},
}
STATES: dict[str, dict[Language, str]] = {
    "ok": {"en": "measured", "id": "terukur"},
    "no_evidence": {"en": "no evidence", "id": "tidak ada bukti"},
    "too_few": {"en": "too few observations", "id": "pengamatan terlalu sedikit"},
    "too_little": {"en": "too little evidence", "id": "bukti terlalu sedikit"},
    "not_reached": {"en": "not reached yet", "id": "belum tercapai"},
    "undetermined": {"en": "not yet determined", "id": "belum dapat ditentukan"},
    "no_target": {"en": "no target", "id": "tidak ada target"},
    "no_active_days": {"en": "no active days on record", "id": "hari aktif tidak tercatat"},
    "not_active": {"en": "not active", "id": "tidak aktif"},
    "incomplete": {"en": "sub-periods without a value", "id": "ada subperiode tanpa nilai"},
    "not_begun": {"en": "not begun yet", "id": "belum dimulai"},
    "no_exposure": {"en": "no days in post", "id": "tidak ada hari bertugas"},
    "several": {"en": "several ratings", "id": "lebih dari satu penilaian"},
    "conflicting": {
        "en": "ratings of the last day differ",
        "id": "penilaian pada hari terakhir berbeda",
    },
    "beyond_limit": {"en": "corrections beyond their limit", "id": "koreksi melampaui batas"},
    "scored": {"en": "scored", "id": "dinilai"},
    "unrated": {"en": "no band: a rating is missing", "id": "tanpa predikat: rating belum ada"},
    "too_short": {"en": "too few days in post", "id": "hari bertugas terlalu sedikit"},
    "no_members": {"en": "no members", "id": "tidak ada anggota"},
    "withheld": {"en": "withheld", "id": "ditahan"},
    "referred": {"en": "referred", "id": "dirujuk"},
}
UNITS: dict[str, dict[Language, str]] = {
    "share": {"en": "", "id": ""},
    "count": {"en": "", "id": ""},
    "points": {"en": "points", "id": "poin"},
    "days": {"en": "days", "id": "hari"},
    "hours": {"en": "hours", "id": "jam"},
    "minutes": {"en": "minutes", "id": "menit"},
}


def spoken(value: Fraction, unit: str, language: Language = "en") -> str:
    """Return a measured value as people say it: `86.67 %`, `12.5 days`, `1,204`."""
    if unit == "share":
        return f"{fixed(round_ratio(value * 100, 2, 'half-up'), 2)} %"
    digits = 0 if value.denominator == 1 else 2
    text = fixed(round_ratio(value, digits, "half-up"), digits)
    word = UNITS.get(unit, {"en": unit, "id": unit})[language]
    return f"{text} {word}".strip()


def phrase(key: str, language: Language, **parts: Any) -> str:
    """Return a phrase with its places filled."""
    return WORDS[key][language].format(**parts) if key in WORDS else key


class Phrase(Protocol):
    """Says a phrase, with its places filled."""

    def __call__(self, key: str, language: Language, **parts: Any) -> str:
        """Return the phrase of a key."""
        ...


def phrases(own: Mapping[str, Mapping[Language, str]]) -> Phrase:
    """Return `phrase` with more words: one's own, before those of an explanation."""

    def say(key: str, language: Language, **parts: Any) -> str:
        return own[key][language].format(**parts) if key in own else phrase(key, language, **parts)

    return say


FINEST = 9
"""The most decimals to which an unrounded value is shown."""
_PLAIN = 10_000


def near(value: Fraction, edges: Collection[Fraction] = ()) -> str:
    """Return an unrounded value as it is shown: what four decimals hold is exact, else near it.

    Parameters
    ----------
    value
        The value.
    edges
        Numbers for which it must not be taken, such as the edges of bands: as many decimals are
        shown as tell it from them.

    Examples
    --------
    >>> near(Fraction(311651, 3540)), near(Fraction("93.425"))
    ('≈ 88.04', '93.425')
    >>> near(Fraction(269999, 3000), {Fraction(90)})
    '≈ 89.9997'
    """
    if (value * _PLAIN).denominator == 1:
        return number(value)
    for digits in range(2, FINEST + 1):
        said = round_ratio(value, digits, "half-up")
        if all((said < edge, said > edge) == (value < edge, value > edge) for edge in edges):
            return f"≈ {fixed(said, digits)}"
    return number(value)


def points(value: Fraction) -> str:
    """Return points of the score with two decimals."""
    return fixed(round_ratio(value, 2, "half-up"), 2)


def small(value: Fraction) -> str:
    """Return an adjustment with its sign and four decimals."""
    text = fixed(round_ratio(abs(value), 4, "half-up"), 4)
    return f"{'−' if value < 0 else '+'}{text}"


def percent(value: Fraction) -> str:
    """Return a share as a percentage with two decimals."""
    return f"{points(value * 100)} %"


def state(name: str, language: Language) -> str:
    """Return what a state is called; a plugin's own state as it stands."""
    return STATES.get(name, {}).get(language, name)
