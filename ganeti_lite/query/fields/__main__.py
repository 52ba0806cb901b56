"""Writes the list of all fields, ``docs/fields.md``, to standard output."""

import sys

from ganeti_lite.query.fields import FIELDS
from ganeti_lite.query.fields._reference import format_reference

sys.stdout.write(format_reference(FIELDS))
