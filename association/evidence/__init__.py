"""Evidence from a real tenant: what Microsoft Graph answers there, without anything that is the tenant's.

Read-only. Who has no tenant compares such a file with the sandbox (`tests/evidence`).
"""
