"""Report: closing meeting, conclusion, the issued audit report and its revisions."""
