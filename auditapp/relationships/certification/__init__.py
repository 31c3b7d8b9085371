"""The certificate: its cycle, its visits, what the certification body found."""
