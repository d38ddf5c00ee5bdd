"""A scheme and a history as a workbook with live formulas, which finance can check without this program."""
