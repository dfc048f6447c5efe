"""The small process beside each sandbox: standard library only, so that any system Python runs it."""
