"""Files of long reports: ordered on the report's page, made beside the clock, fetched by whoever ordered them."""
