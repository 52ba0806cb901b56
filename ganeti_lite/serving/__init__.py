"""What both daemons serve requests with: the Luxi listener, the snapshot and queue followers, the answers.

Knows neither daemon: what one of them does differently it is given.
"""
