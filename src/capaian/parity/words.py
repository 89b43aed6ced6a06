"""A comparison in words: counts, steps, roundings, and the first differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from capaian.errors import Language
from capaian.exact import fixed
from capaian.formula import number
from capaian.parity.choices import Choice
from capaian.parity.quantity import Quantity
from capaian.parity.steps import Value

if TYPE_CHECKING:
    from capaian.parity.result import Parity

_DIGITS = 6
_SHORT = 3
_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "exact": "agree exactly",
        "displayed": "agree in the digits that the sheet shows",
        "differs": "differ",
        "not_in_sheet": "are missing in the sheet",
        "not_in_capaian": "are missing in capaian",
        "parts": "They part at",
        "rounding": "Roundings that would reconcile them",
        "none": "No rounding that was tried reconciles any of them.",
        "mends": "{mends} of {of}",
        "breaks": ", but {breaks} that agree now would differ",
        "head": "subject|row|step|capaian|sheet|reconciled by",
        "more": "… {count} more",
        "measured": "measured",
        "achievement": "achievement",
        "weight": "weight",
        "contribution": "contribution",
        "node": "node",
        "score": "score",
        "band": "band",
        "sub-period": "the value of each sub-period",
        "half-up": "{place} to {decimals}, half-up",
        "half-even": "{place} to {decimals}, half-even",
        "truncate": "{place} cut off after {decimals}",
        "decimal": "{digits} decimal",
        "decimals": "{digits} decimals",
        "no": "{place} not rounded",
        "rounded": " (only shown digits agree from {place} on)",
        "absent": "–",
    },
    "id": {
        "exact": "sama persis",
        "displayed": "sama dalam angka yang ditampilkan lembar",
        "differs": "berbeda",
        "not_in_sheet": "tidak ada di lembar",
        "not_in_capaian": "tidak ada di capaian",
        "parts": "Mulai berbeda pada",
        "rounding": "Pembulatan yang akan menyamakannya",
        "none": "Tidak ada pembulatan yang dicoba yang menyamakannya.",
        "mends": "{mends} dari {of}",
        "breaks": ", tetapi {breaks} yang kini sama menjadi berbeda",
        "head": "pegawai|baris|langkah|capaian|lembar|disamakan oleh",
        "more": "… {count} lagi",
        "measured": "realisasi",
        "achievement": "capaian",
        "weight": "bobot",
        "contribution": "sumbangan",
        "node": "simpul",
        "score": "nilai",
        "band": "predikat",
        "sub-period": "nilai setiap subperiode",
        "half-up": "{place} dibulatkan {decimals}, setengah ke atas",
        "half-even": "{place} dibulatkan {decimals}, setengah ke genap",
        "truncate": "{place} dipotong setelah {decimals}",
        "decimal": "{digits} desimal",
        "decimals": "{digits} desimal",
        "no": "{place} tidak dibulatkan",
        "rounded": " (sejak {place} hanya angka yang ditampilkan yang sama)",
        "absent": "–",
    },
}


def told(parity: Parity, language: Language, rows: int) -> str:
    """Return the whole comparison as text."""
    words = _WORDS[language]
    policy = parity.policy
    lines = [f"{policy['id']} {policy['edition']} · {parity.period} · {policy['fingerprint'][:12]}"]
    lines += [
        f"{parity.counts.get(name, 0):>7}  {words[name]}"
        for name in ("exact", "displayed", "differs", "not_in_sheet", "not_in_capaian")
    ]
    if steps := parity.steps():
        said = ", ".join(f"{words[step]} ({count})" for step, count in steps.items())
        lines += ["", f"{words['parts']}: {said}."]
        lines += ["", *_roundings(parity, words)]
    if parity.differences:
        lines += ["", *_table(parity, words, rows)]
    if parity.findings:
        lines += ["", *(each.line(language) for each in parity.findings)]
    return "\n".join(lines)


def _choice(choice: Choice, words: Mapping[str, str]) -> str:
    key = "no" if choice.way == "none" else choice.way
    decimals = words["decimal" if choice.digits == 1 else "decimals"].format(digits=choice.digits)
    return words[key].format(place=words[choice.place], decimals=decimals)


def _roundings(parity: Parity, words: Mapping[str, str]) -> list[str]:
    if not parity.roundings:
        return [words["none"]]
    lines = [f"{words['rounding']}:"]
    for each in parity.roundings:
        said = words["mends"].format(mends=each.mends, of=each.of)
        if each.breaks:
            said += words["breaks"].format(breaks=each.breaks)
        lines.append(f"  {_choice(each.choice, words)}: {said}")
    return lines


def _table(parity: Parity, words: Mapping[str, str], rows: int) -> list[str]:
    body = [words["head"].split("|")]
    for each in parity.differences[:rows]:
        step = words.get(each.step, words[each.agreement])
        by = [_choice(one, words) for one in each.reconciled_by[:_SHORT]]
        body.append(
            [
                each.subject,
                "" if each.row is None else str(each.row),
                f"{step} {each.of}".strip() + _rounded(each.rounded, words),
                _value(each.ours, words),
                _value(each.theirs, words),
                "; ".join(by),
            ]
        )
    lines = _aligned(body)
    if (more := len(parity.differences) - rows) > 0:
        lines.append(words["more"].format(count=more))
    return lines


def _rounded(at: Quantity | None, words: Mapping[str, str]) -> str:
    if at is None:
        return ""
    return words["rounded"].format(place=f"{words[at.step]} {at.of}".strip())


def _value(value: Value, words: Mapping[str, str]) -> str:
    if value is None:
        return words["absent"]
    if isinstance(value, Fraction):
        scaled = value * 10**_DIGITS
        return number(value) if scaled.denominator == 1 else f"≈ {fixed(value, _DIGITS)}"
    return value


def _aligned(body: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in body) for column in range(len(body[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in body
    ]
