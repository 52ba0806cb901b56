"""Tests of confd's datagrams."""
