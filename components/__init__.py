"""The Pulumi component and its settings; nothing here talks to the network."""
