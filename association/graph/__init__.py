"""Microsoft Graph as the azuread provider would reach it: settings, sign-in, requests, key credentials."""
