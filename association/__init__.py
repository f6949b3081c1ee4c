"""The association in plain Python: certificates, permissions, Graph, and what compares them. Never imports Pulumi."""
