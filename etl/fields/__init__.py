"""What a text in a column can mean: days and months, places, offence codes. Whole columns at once."""
