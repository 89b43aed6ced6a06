"""The same job written for one engine at a time, as well as we know how."""
