"""The real Ganeti is the judge: the same requests go to its query daemon and to ours, and the answers must be equal.

``reference_*`` build a cluster of Debian's packages, ``isolated`` runs the real query daemon alone on any
configuration, ``fields`` and ``filters`` make the requests, ``compare`` tells answers apart.
"""
