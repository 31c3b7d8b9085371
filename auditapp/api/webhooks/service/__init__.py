"""Commands on webhooks: keeping them, writing deliveries down, and recording how each went."""
