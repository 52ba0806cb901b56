"""What holds for every test: how much Hypothesis tries.

``HYPOTHESIS_PROFILE`` chooses; no profile has a deadline, since the machine's load is not under test.
"""

import os

from hypothesis import settings

settings.register_profile("dev", deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=300, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
