"""The protocol: operations and photos come in, receipts go out, nothing is applied twice and nothing is lost."""
