"""Answers that were worked out once: bounded in this process, or in a Redis that many processes share.

A cache is never a source of truth. One that fails is a miss, and what Redis hands back is believed only if a server of
ours has signed it.
"""
