"""Microsoft Graph as the azuread provider would reach it: settings, sign-in, requests, key credentials.

Whatever asks Graph raises `GraphError` where it refuses or does not answer; other errors stand where they are raised.
"""
