"""The packs that come with capaian, found by their entry points like any stranger's."""
