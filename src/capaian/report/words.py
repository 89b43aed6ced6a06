"""The words of the pages, in English and Indonesian; those of an explanation are its own."""

from __future__ import annotations

from capaian.errors import Language
from capaian.explain import phrases

WORDS: dict[str, dict[Language, str]] = {
    "subject": {"en": "Subject", "id": "Pegawai"},
    "period": {"en": "period", "id": "periode"},
    "as_of": {"en": "evidence up to", "id": "bukti sampai dengan"},
    "band_is": {"en": "This band is for scores of", "id": "Predikat ini untuk nilai"},
    "no_score": {
        "en": "No score is given. The table says which evidence is missing.",
        "id": "Nilai tidak diberikan. Tabel di bawah menyebut bukti yang belum ada.",
    },
    "why": {"en": "Why this score", "id": "Mengapa nilainya demikian"},
    "next": {"en": "What the next band takes", "id": "Yang diperlukan untuk predikat berikutnya"},
    "trend": {"en": "From period to period", "id": "Dari periode ke periode"},
    "how": {"en": "How each was measured", "id": "Cara setiap indikator diukur"},
    "rules": {"en": "Rules", "id": "Aturan"},
    "contest": {
        "en": "To contest this score, quote the fingerprint of the rules:",
        "id": "Untuk mengajukan keberatan, sebutkan sidik jari aturan ini:",
    },
    "verified": {"en": "verified", "id": "terverifikasi"},
    "derived": {"en": "derived", "id": "diturunkan"},
    "unconfirmed": {"en": "unconfirmed", "id": "belum dikonfirmasi"},
    "higher": {"en": "higher is better", "id": "makin tinggi makin baik"},
    "lower": {"en": "lower is better", "id": "makin rendah makin baik"},
    "nearest": {"en": "nearest to the target is best", "id": "makin dekat target makin baik"},
    # the team's page
    "team": {"en": "Report of the team", "id": "Laporan tim"},
    "team_people": {"en": "People", "id": "Pegawai"},
    "team_map": {"en": "Achievements", "id": "Capaian"},
    "team_bands": {"en": "How many have which band", "id": "Banyaknya pegawai tiap predikat"},
    "team_missing": {"en": "Values that are missing", "id": "Realisasi yang tidak ada"},
    "team_open": {"en": "Cases, and those still open", "id": "Kasus, dan yang masih terbuka"},
    "team_notes": {"en": "Notes", "id": "Catatan"},
    "counted": {
        "en": "{count} people: {scored} with a score, {unscored} without.",
        "id": "{count} pegawai: {scored} bernilai, {unscored} tanpa nilai.",
    },
    "who": {"en": "name", "id": "nama"},
    "unit": {"en": "unit", "id": "unit kerja"},
    "without": {"en": "without a value", "id": "tanpa realisasi"},
    "count": {"en": "people", "id": "pegawai"},
    "share": {"en": "share", "id": "bagian"},
    "with_value": {"en": "with a value", "id": "dengan realisasi"},
    "why_missing": {"en": "why", "id": "sebabnya"},
    "none_missing": {
        "en": "Every indicator has a value for everybody.",
        "id": "Setiap indikator memiliki realisasi untuk semua pegawai.",
    },
    "met": {"en": "closed in time", "id": "selesai tepat waktu"},
    "open_read": {
        "en": "A case that is open and past its limit has failed already. One before its limit is "
        "not determined yet.",
        "id": "Kasus terbuka yang lewat batas waktunya sudah gagal. Yang belum lewat batas belum "
        "dapat ditentukan.",
    },
    "team_contest": {
        "en": "Fingerprint of the rules:",
        "id": "Sidik jari aturan ini:",
    },
    "confidential": {
        "en": "This page names people. It is for those who may know their scores.",
        "id": "Halaman ini menyebut nama pegawai. Hanya untuk yang berhak mengetahui nilainya.",
    },
}
say = phrases(WORDS)
"""A phrase with its places filled."""
