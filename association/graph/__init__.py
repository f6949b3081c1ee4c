"""Microsoft Graph as the azuread provider would reach it: settings, login, requests, key credentials. It leaves verdicts out."""
