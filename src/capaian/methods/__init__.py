"""The methods that capaian brings, as plugins: normalisations and aggregations."""
