"""The same facts by mail: what a message looks like, how it goes out, and what came back."""
