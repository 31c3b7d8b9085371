"""External auditors: one pack, read only, until a day; nothing else of the site opens for them."""
