"""A tenant on this machine: login, Graph and Exchange over TLS on loopback, the engine, and a stand-in azuread plugin.

NOT FOR PRODUCTION. It shares no code with `association`, `components` or `provider`: what shared their
models would share their mistakes.
"""
