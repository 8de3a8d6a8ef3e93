"""Røros 2021 as Excel files, and the users of the demo."""
