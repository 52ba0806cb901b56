"""Suites of promises that fakes and real things have to keep alike."""
