"""The Pulumi plugin `mimecast-entra`: thin over `association`."""
