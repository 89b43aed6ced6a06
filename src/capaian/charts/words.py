"""The words of pictures, in English and Indonesian; those of an explanation are its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capaian.errors import Language
from capaian.explain import phrases, state

LANGUAGES = ("en", "id")
WORDS: dict[str, dict[Language, str]] = {
    "nobody": {"en": "–", "id": "–"},
    "no_score": {"en": "no score", "id": "tanpa nilai"},
    "points_of_score": {"en": "points of the score", "id": "poin nilai"},
    "grouped": {
        "en": "{count} rows in {groups} groups of neighbours by score; each shows their mean.",
        "id": "{count} baris dalam {groups} kelompok yang nilainya berdekatan; tiap baris adalah "
        "rata-ratanya.",
    },
    "numbered": {
        "en": "Rows are numbered from the highest score down; who they are is not shown.",
        "id": "Baris dinomori mulai nilai tertinggi; identitasnya tidak ditampilkan.",
    },
    "unscored": {
        "en": "Not shown: {count} without a score.",
        "id": "Tidak ditampilkan: {count} tanpa nilai.",
    },
    "gated": {
        "en": "Not by the score alone: some bands ask for more (see the policy).",
        "id": "Bukan karena nilai saja: sebagian predikat mensyaratkan hal lain (lihat kebijakan).",
    },
    "official": {
        "en": "The published score does not change by this.",
        "id": "Nilai resmi tidak berubah karenanya.",
    },
    # waterfall
    "why": {"en": "Why the score is {score}", "id": "Mengapa nilainya {score}"},
    "why_band": {
        "en": "Why the score is {score}: {band}",
        "id": "Mengapa nilainya {score}: {band}",
    },
    "measured_as": {
        "en": "{measured} · achievement {achievement} · weight {weight}",
        "id": "{measured} · capaian {achievement} · bobot {weight}",
    },
    "adds": {
        "en": "Dark bars add, light ones take off; the last is their sum, the published score.",
        "id": "Batang gelap menambah, batang terang mengurangi; yang terakhir jumlahnya: nilai "
        "resmi.",
    },
    "stripes": {
        "en": "Striped: no value. It is not zero.",
        "id": "Bergaris: tidak ada nilai. Bukan nol.",
    },
    "edges": {
        "en": "Dashed: edges of bands. Shaded: between the two nearest to this score.",
        "id": "Garis putus-putus: batas predikat. Latar abu-abu: antara dua batas terdekat.",
    },
    "edges_alone": {"en": "Dashed: edges of bands.", "id": "Garis putus-putus: batas predikat."},
    # chances of bands
    "strip": {"en": "How probable each band is", "id": "Peluang setiap predikat"},
    "strip_axis": {"en": "probability", "id": "peluang"},
    "strip_given": {
        "en": "●: the band that was given; beside each row its probability.",
        "id": "●: predikat yang diberikan; di samping tiap baris: peluangnya.",
    },
    "strip_given_mean": {
        "en": "Beside each row: the mean probability of the bands that were given.",
        "id": "Di samping tiap baris: rata-rata peluang predikat yang diberikan.",
    },
    "strip_unknown": {
        "en": "Striped: the probabilities are not known.",
        "id": "Bergaris: peluangnya tidak diketahui.",
    },
    "describe_strip": {
        "en": "For {count} rows, bars of the probability of each band from 0 to 1. Of those with "
        "known probabilities the given band has, on the mean, {mean}.",
        "id": "Untuk {count} baris, batang peluang tiap predikat dari 0 sampai 1. Rata-rata "
        "peluang predikat yang diberikan: {mean}.",
    },
    # funnel
    "funnel": {
        "en": "Who differs from the target by more than chance",
        "id": "Siapa yang berbeda dari target melebihi kebetulan",
    },
    "funnel_size": {"en": "cases", "id": "banyaknya kasus"},
    "funnel_value": {"en": "value", "id": "realisasi"},
    "funnel_outside": {
        "en": "Outside the limits, chance alone is an unlikely reason. What the reason is, the "
        "picture does not say.",
        "id": "Di luar batas: kecil kemungkinannya kebetulan semata. Apa penyebabnya tidak "
        "ditunjukkan gambar ini.",
    },
    "funnel_lines": {
        "en": "Lines: the target, {target}; limits of 95 % (dashed) and 99.8 % (solid).",
        "id": "Garis: target {target}; batas 95 % (putus-putus) dan 99.8 % (utuh).",
    },
    "funnel_many": {
        "en": "{inside} inside the limits are shown by shade, from 1 (lightest) to {most}.",
        "id": "{inside} di dalam batas ditampilkan sebagai gradasi, dari 1 (paling terang) sampai "
        "{most}.",
    },
    "funnel_dense": {
        "en": "Of those outside, one point stands for all that are near each other.",
        "id": "Yang di luar: satu titik mewakili semua yang berdekatan.",
    },
    "funnel_numbers": {
        "en": "Numbers go by size, from the left; who they are is not shown.",
        "id": "Nomor urut menurut banyaknya kasus, dari kiri; identitasnya tidak ditampilkan.",
    },
    "inside": {"en": "inside", "id": "di dalam batas"},
    "outside_95": {"en": "outside 95 %", "id": "di luar 95 %"},
    "outside_99.8": {"en": "outside 99.8 %", "id": "di luar 99.8 %"},
    "describe_funnel": {
        "en": "A point for each of {count}, by its number of cases and its value, with limits "
        "about the target {target}. {outside} are outside the limits of 95 %, of them {far} "
        "outside those of 99.8 %.",
        "id": "Satu titik untuk tiap {count}, menurut banyaknya kasus dan realisasinya, dengan "
        "batas di sekitar target {target}. {outside} di luar batas 95 %, di antaranya {far} "
        "di luar batas 99.8 %.",
    },
    # ranks
    "ranks": {"en": "Which ranks are possible", "id": "Peringkat yang mungkin"},
    "ranks_axis": {"en": "rank (1 is the highest score)", "id": "peringkat (1 nilai tertinggi)"},
    "ranks_read": {
        "en": "Bar: the ranks that are possible, all at once. Point: the expected rank. Rows whose "
        "bars overlap cannot be told apart.",
        "id": "Batang: peringkat yang mungkin, semuanya sekaligus. Titik: peringkat harapan. Baris "
        "yang batangnya bertumpuk tidak dapat dibedakan.",
    },
    "ranks_unknown": {
        "en": "Not shown: {count} without a rank.",
        "id": "Tidak ditampilkan: {count} tanpa peringkat.",
    },
    "describe_ranks": {
        "en": "A bar for each of {count}, from the best to the worst rank that is possible. On the "
        "mean a bar covers {mean} ranks.",
        "id": "Satu batang untuk tiap {count}, dari peringkat terbaik sampai terburuk yang "
        "mungkin. Rata-rata satu batang mencakup {mean} peringkat.",
    },
    # weights
    "fan": {"en": "How scores depend on the weights", "id": "Ketergantungan nilai pada bobot"},
    "fan_sd": {
        "en": "Dark: the mean under uncertain weights ± one standard deviation; light: ± two. ●: "
        "the published score. Beside each row: the probability that its band stays.",
        "id": "Gelap: rata-rata di bawah bobot tak pasti ± satu simpangan baku; terang: ± dua. ●: "
        "nilai resmi. Di samping tiap baris: peluang predikatnya tetap.",
    },
    "fan_ends": {
        "en": "Light: from the lowest to the highest score by anybody's weights; dark: the mean ± "
        "one standard deviation. ●: the published score. Beside each row: the share of those "
        "by whose weights its band stays.",
        "id": "Terang: dari nilai terendah sampai tertinggi menurut bobot tiap peserta; gelap: "
        "rata-rata ± satu simpangan baku. ●: nilai resmi. Di samping tiap baris: bagian "
        "peserta yang bobotnya mempertahankan predikatnya.",
    },
    "describe_fan": {
        "en": "For each of {count} the spread of its score under other weights. The least sure "
        "band stays with {least}.",
        "id": "Untuk tiap {count}, sebaran nilainya di bawah bobot lain. Predikat yang paling "
        "tidak pasti tetap dengan {least}.",
    },
    # moves between bands
    "moves": {"en": "Who moves to which band", "id": "Perpindahan predikat"},
    "moves_from": {"en": "before", "id": "sebelum"},
    "moves_to": {"en": "after", "id": "sesudah"},
    "moves_read": {
        "en": "Rows are the band before, columns the band after; framed: no change. ▲ up, ▼ down. "
        "In brackets: the share of the row. Counted are those who have a band in both.",
        "id": "Baris: predikat sebelum; kolom: predikat sesudah; berbingkai: tetap. ▲ naik, ▼ "
        "turun. Dalam kurung: bagian dari baris. Yang dihitung: yang berpredikat pada keduanya.",
    },
    "moves_hidden": {
        "en": "Striped: a count that is not shown.",
        "id": "Bergaris: jumlah yang tidak ditampilkan.",
    },
    "describe_moves": {
        "en": "A table of bands before and after for {count}: {same} stay, {up} move up, {down} "
        "down.",
        "id": "Tabel predikat sebelum dan sesudah untuk {count}: {same} tetap, {up} naik, {down} "
        "turun.",
    },
    # heat map
    "heat": {"en": "Achievements of the team", "id": "Capaian tim"},
    "heat_read": {
        "en": "Darker is higher, on the scale {scale} of the policy. Striped: no value; it is not "
        "zero.",
        "id": "Makin gelap makin tinggi, pada skala kebijakan {scale}. Bergaris: tidak ada nilai; "
        "bukan nol.",
    },
    "heat_some": {
        "en": "Means of those with a value; *: some have none.",
        "id": "Rata-rata dari yang bernilai; *: sebagian tidak bernilai.",
    },
    "describe_heat": {
        "en": "A table of {count} rows and {indicators} indicators, coloured by achievement. "
        "{missing} of {cells} cells have no value.",
        "id": "Tabel {count} baris dan {indicators} indikator, diwarnai menurut capaian. {missing} "
        "dari {cells} sel tidak bernilai.",
    },
    # trend
    "trend": {"en": "Scores and cases over time", "id": "Nilai dan kasus dari waktu ke waktu"},
    "trend_scores": {"en": "Scores over time", "id": "Nilai dari waktu ke waktu"},
    "trend_cases": {"en": "Cases over time", "id": "Kasus dari waktu ke waktu"},
    "trend_count": {"en": "cases", "id": "kasus"},
    "trend_team": {
        "en": "Line: the median score; shade: the middle half. Below: how many have a score.",
        "id": "Garis: median nilai; bidang terang: separuh yang di tengah. Di bawah: banyaknya "
        "yang bernilai.",
    },
    "trend_gap": {
        "en": "×: no score in that period; the line is broken there.",
        "id": "×: tidak ada nilai pada periode itu; garisnya terputus.",
    },
    "trend_open": {
        "en": "Above each bar: how many cases are open.",
        "id": "Di atas tiap batang: banyaknya kasus terbuka.",
    },
    "trend_limit": {
        "en": "Those past their limit have failed already; the others are not determined yet.",
        "id": "Yang lewat batas waktunya sudah gagal; yang lain belum dapat ditentukan.",
    },
    "still_open": {"en": "{count} open", "id": "{count} terbuka"},
    "met": {"en": "closed, limit kept", "id": "selesai, tepat waktu"},
    "said_median": {"en": "Median score", "id": "Median nilai"},
    "said_score": {"en": "Score", "id": "Nilai"},
    "describe_trend": {
        "en": "Over {count} periods, from {first} to {last}. {told}",
        "id": "Selama {count} periode, dari {first} sampai {last}. {told}",
    },
    "describe_waterfall": {
        "en": "Bars that add up to the score {score}. {parts}",
        "id": "Batang yang jumlahnya nilai {score}. {parts}",
    },
}
phrase = phrases(WORDS)
"""A phrase with its places filled."""


def title_of(texts: Mapping[Any, str], name: str, language: Language) -> str:
    """Return the title of a thing, or its id as words where it has none."""
    return texts.get(language) or name.replace("_", " ").replace("-", " ")


__all__ = ["LANGUAGES", "WORDS", "phrase", "state", "title_of"]
