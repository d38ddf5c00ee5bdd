"""The numbers of a scheme as an Excel workbook: out to be filled in, back to become a change file."""
