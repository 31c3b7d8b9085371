"""One neutral report, and the four forms it comes in: a page, a PDF, a Word file, an Excel workbook."""
